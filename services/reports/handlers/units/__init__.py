"""Who is sent, and how far they are."""
