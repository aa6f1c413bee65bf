"""The field: a crew of a unit with a telephone."""
