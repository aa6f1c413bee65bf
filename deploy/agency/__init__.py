"""An agency's way to the bus: its topics, its name and password, what it may do there, and how much."""
