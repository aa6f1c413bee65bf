"""One matter, from the first word to the closed case."""
