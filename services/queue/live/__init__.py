"""Open pages kept true: what has changed for whom, told from the event tail."""
