"""What pages and API show: read-only questions to the database, answered as plain records.

`*_shown` and `shown` are the records, the others ask. Nothing here changes anything.
"""
