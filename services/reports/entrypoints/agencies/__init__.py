"""What other agencies see, and what an office sees of them."""
