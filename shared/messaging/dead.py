"""Dead letters: the original bytes and headers, with the reason, on `<service>.dead.v1`.

A letter's id is the place it came from (`topic/partition/offset`), so that one message is one letter however
often it is found undeliverable. A letter is no outcome: the same message, when it comes again, is tried again.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.messaging.envelope import Headers, Record
from shared.messaging.store import Published

_PREFIX = "dead_"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that could not be handled."""

    id: str
    reason: str
    """`<kind>: <explanation>`, such as `unknown-type: kentongan.queue.Dance.v1`."""
    at: datetime
    topic: str
    """Where it came from, and where a replay sends it."""
    key: bytes | None
    value: bytes | None
    headers: Headers
    """As they were."""


def letter(record: Record, reason: str, at: datetime) -> Letter:
    """The letter for an undeliverable record."""
    return Letter(f"{record.place}/{record.offset}", reason, at, record.topic, record.key, record.value, record.headers)


def write(letter: Letter, topic: str) -> Published:
    """The letter as it lies in the dead-letter topic."""
    told = (
        (f"{_PREFIX}id", letter.id.encode()),
        (f"{_PREFIX}reason", letter.reason.encode(errors="replace")),
        (f"{_PREFIX}at", letter.at.isoformat().encode()),
        (f"{_PREFIX}topic", letter.topic.encode()),
    )
    return Published(topic, letter.key, letter.value, (*letter.headers, *told))


def read(record: Record) -> Letter:
    """The letter in a record of a dead-letter topic. Raises `ValueError` where there is none.

    The last of repeated headers counts: a hostile message may have brought `dead_` headers of its own.
    """
    told = dict(record.headers)
    try:
        id_, reason, at, topic = (told[_PREFIX + name].decode() for name in ("id", "reason", "at", "topic"))
        return Letter(id_, reason, datetime.fromisoformat(at), topic, record.key, record.value, record.headers[:-4])
    except (KeyError, ValueError, AttributeError) as error:  # the last: a header without a value
        raise ValueError(f"not a dead letter: {record.place}/{record.offset}") from error
