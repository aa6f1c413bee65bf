"""Proof that a telephone number is the caller's: a code is sent to it, and who has the telephone can enter it.

`proving.py` is the way through; `codes.py` computes everything that is given out, `limits.py` says how often, and
`sender.py` is the way to a telephone. Nothing is kept but how often something was tried, under keyed hashes that
expire.
"""
