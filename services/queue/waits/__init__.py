"""The waiting-time forecast at work: each API process follows the offices it serves.

    database ─ Records → Kept ┐
    event tail ──────────────→ OfficeDay (Watch + Learner) → forecast, in a thread → pages, streams, API

Everything here is a cache that a process makes for itself and may lose: nothing of it is on the way of a command.
"""
