"""An account of the staff, without bus, store or web."""
