"""Ways to what is shared for an agency that has no Kafka: webhooks, server-sent events, a CAP feed, EIDO, plain HTTP.

All of them are made of what lies on the agency's own topics, and of nothing else: what an agency may not see on Kafka
it cannot get here either. The process `bridges` reads those topics for all agencies, keeps how each incident stands
(`mirror.py`) and sends webhooks (`deliveries.py`, `postmen.py`); the API answers from what it keeps, and streams from
the topics themselves (`streams.py`). The collections here are the bridges' own.
"""
