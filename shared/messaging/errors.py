"""The three kinds of failure besides a business refusal, by whose type the loop decides; and what an asker hears."""

from collections.abc import Mapping


class Transient(Exception):
    """Broker or database away, write conflict, time-out: the same batch may succeed later."""


class Poison(Exception):
    """This one message can never be handled: it goes to the dead-letter topic, its neighbours go on."""


class Fenced(Exception):
    """Another worker owns the partition now: nothing of this batch may be written."""

    def __init__(self, partitions: frozenset[str]) -> None:
        super().__init__(f"lost to another worker: {', '.join(sorted(partitions))}")
        self.partitions = partitions


class Declined(Exception):
    """The worker has refused a command: a `Refused` that arrives as a message."""

    def __init__(self, slug: str, details: Mapping[str, str | int]) -> None:
        super().__init__(slug)
        self.slug = slug
        self.details = details


class Pending(Exception):
    """A command lies safely in its topic, but its outcome did not come within the wait."""

    def __init__(self, command_id: str) -> None:
        super().__init__(command_id)
        self.command_id = command_id
