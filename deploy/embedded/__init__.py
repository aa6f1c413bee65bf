"""`kentongan run`: the whole of Kentongan on one machine that has neither Kafka nor MongoDB nor Docker."""
