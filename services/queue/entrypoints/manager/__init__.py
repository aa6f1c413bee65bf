"""What managers and administrators use: figures, and how the office is set up."""
