"""What citizens see and send: the report, its page, its followers."""
