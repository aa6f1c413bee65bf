"""How the desk works, and what leaves it as a file."""
