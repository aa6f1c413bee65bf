"""The administrator: how the desk works."""
