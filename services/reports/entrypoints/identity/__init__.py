"""Who reported an incident: seeing it, for a reason that is written down first, and forgetting it."""
