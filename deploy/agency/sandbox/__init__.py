"""A synthetic day for an agency's engineers: what they would read on a real one, marked as an exercise throughout."""
