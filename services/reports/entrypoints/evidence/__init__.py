"""How evidence comes in, is looked at, and goes out: pages, JSON API and uploads."""
