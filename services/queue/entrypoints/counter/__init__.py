"""What officers at the counters use."""
