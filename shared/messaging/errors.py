"""The three kinds of failure besides a business refusal. The loop decides by the exception's type."""


class Transient(Exception):
    """Broker or database away, write conflict, time-out: the same batch may succeed later."""


class Poison(Exception):
    """This one message can never be handled: it goes to the dead-letter topic, its neighbours go on."""


class Fenced(Exception):
    """Another worker owns the partition now: nothing of this batch may be written."""

    def __init__(self, partitions: frozenset[str]) -> None:
        super().__init__(f"lost to another worker: {', '.join(sorted(partitions))}")
        self.partitions = partitions
