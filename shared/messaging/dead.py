"""Dead letters: the original bytes and headers, with the reason, on `<service>.dead.v1`.

A letter's id is the place it came from (`topic/partition/offset`), so that one message is one letter however
often it is found undeliverable; what could not be published has its topic and its own id (`topic/id`). A letter is no
outcome: the same message, when it comes again, is tried again.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.messaging.envelope import Headers, Record
from shared.messaging.store import Published

_PREFIX = "dead_"

LARGEST_LETTER_BYTES = 1_500_000
"""More than a broker lets into any topic of ours, unless a sender's compression has hidden it."""
_LARGEST_VALUE, _LARGEST_KEY, _LARGEST_HEADER, _MOST_HEADERS = 1_000_000, 10_000, 1_000, 100


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
    """The letter for an undeliverable record; of a monstrous one only so much as a letter can hold.

    What was cut is undeliverable for its size alone, so nothing is lost that a replay could have used.
    """
    key, value, headers = record.key, record.value, record.headers
    size = _size(record)
    if size > LARGEST_LETTER_BYTES:
        reason = f"{reason} (cut: it had {size} bytes)"
        key, value = key and key[:_LARGEST_KEY], value and value[:_LARGEST_VALUE]
        headers = tuple((name[:_LARGEST_HEADER], v and v[:_LARGEST_HEADER]) for name, v in headers[:_MOST_HEADERS])
    return Letter(f"{record.place}/{record.offset}", reason, at, record.topic, key, value, headers)


def returned(message: Published, reason: str, at: datetime) -> Letter:
    """The letter for a message of ours that its topic does not take: by its own id, since it lies nowhere."""
    id = dict(message.headers)["ce_id"].decode()
    return Letter(f"{message.topic}/{id}", reason, at, message.topic, message.key, message.value, message.headers)


def _size(record: Record) -> int:
    """Bytes of a record, near enough."""
    headers = sum(len(name) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers


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
