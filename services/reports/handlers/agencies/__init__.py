"""Whom else incidents concern: what both sides agree to, and what they tell each other."""
