"""A small service to try the core on: boxes with numbered items, supplied by another service, the depot."""
