"""The README's picture, made of a running Kentongan: `make screenshots`."""
