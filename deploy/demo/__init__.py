"""The demo office, in every service: set up by commands on the bus, like every change.

`offers.py` says what a service tells of its demo, `queue.py` and `reports.py` tell it, `seed.py` sets it up.
"""
