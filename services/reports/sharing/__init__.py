"""What other agencies are told: a process of its own, so that no trouble with an agency's topic reaches the desk.

It reads the service's own events in their order and, for each, tells every agency how the incident is now, as far as
a rule that is in force at that moment allows. Its own writes are the shares alone.
"""
