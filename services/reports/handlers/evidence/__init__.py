"""A file that may prove something, and who had it."""
