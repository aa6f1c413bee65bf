"""Cameras of others, and what is asked of their owners."""
