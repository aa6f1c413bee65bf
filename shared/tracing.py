"""W3C trace context from HTTP through Kafka to every event."""


def child(traceparent: str | None) -> str | None:
    """The trace context to hand on to what a message causes."""
    return traceparent
