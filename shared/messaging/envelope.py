"""CloudEvents 1.0 on Kafka in binary mode: the envelope in headers, the data as plain JSON.

Decoding is the first defence: whatever is not a well-formed, known message raises `Poison` with a reason
that an operator can act on, and touches nothing else.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from shared.contracts.message import Command, Event, Message
from shared.messaging.errors import Poison
from shared.messaging.store import Published

Headers = tuple[tuple[str, bytes], ...]

LARGEST_MESSAGE_BYTES = 64 * 1024
"""The most data a message may carry. Files never travel on the bus."""

_COMMAND_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_~-]{0,63}")
_EVENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:~-]{0,127}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_ACTOR = re.compile(r"[a-z]+(/[a-z0-9._-]{1,64}){0,2}")
_LATEST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999."""
_PLAIN_JSON = b"application/json"
_JSON = (_PLAIN_JSON, b"application/json; charset=utf-8")
_REMEMBERED_ACTORS = 10_000
_REMEMBERED_MOMENTS = 100
"""Messages that reached the broker together have one moment."""


class Record(NamedTuple):
    """A message as it lies in a topic."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def place(self) -> str:
        """The partition's name, `queue.commands.v1/3`."""
        return f"{self.topic}/{self.partition}"


class Unreadable(bytes):
    """In the place of a value: what a topic gave that is no record, and why it cannot be read as one."""

    why: str

    def __new__(cls, raw: bytes, why: str) -> "Unreadable":
        """`raw` are its bytes."""
        made = super().__new__(cls, raw)
        made.why = why
        return made


class Incoming(NamedTuple):
    """A decoded message and where it came from."""

    id: str
    type: str
    message: Message
    record: Record
    correlation_id: str
    causation_id: str
    """The message that caused this one; empty where none did."""
    actor: str
    traceparent: str | None
    arrived_at: datetime
    """When it reached the bus, by the broker's clock."""
    issued_at: datetime
    """`ce_time`, or `arrived_at` where the sender stated none."""
    fingerprint: str


class Unwanted(Exception):
    """A message that its publisher means for others."""


class _Kind(NamedTuple):
    """How messages of one type are read."""

    type: str
    read: Callable[[bytes], Message]
    id: re.Pattern[str]
    wish: Callable[[Message], bytes] | None
    """What a message must say again to be the same; None: every byte of it."""


class Codec:
    """Reads the messages of a fixed set of types."""

    def __init__(self, messages: Iterable[type[Message]], *, publisher: str = "") -> None:
        """Of `publisher` we read only some: its others, also those it will have one day, are not for us to judge."""
        self._others = f"kentongan.{publisher}." if publisher else None
        self._kinds = {message.type().encode(): _kind(message) for message in messages}
        self._names = {kind.type.rpartition(".v")[0] for kind in self._kinds.values()}

    def decode(self, record: Record) -> Incoming:
        """The message in a record. Raises `Poison` with the reason, or `Unwanted`."""
        if isinstance(record.value, Unreadable):
            raise Poison(f"unreadable: {record.value.why}"[:1000])
        headers = {name: value for name, value in record.headers if value is not None}
        kind = self._kind(headers)
        id_ = _matching(headers, "ce_id", kind.id)
        if not headers.get("ce_source"):
            raise Poison("missing-header: ce_source")
        message = _data(kind, headers, record.value)
        if not 0 <= record.timestamp_ms <= _LATEST_MS:
            raise Poison(f"bad-timestamp: {record.timestamp_ms} ms")
        key = message.key()
        if record.key != key.encode():
            raise Poison(f"wrong-key: the key must be {key!r}, or the order of messages is lost")
        arrived_at = _arrival(record.timestamp_ms)
        wish = kind.wish(message) if kind.wish is not None else record.value or b""
        return Incoming(  # by position, since names would cost as much again as the rest of it
            id_,
            kind.type,
            message,
            record,
            _correlation(headers, id_),
            _matching(headers, "ce_causationid", _EVENT_ID, default=""),
            _actor(headers.get("ce_actor")),
            _traceparent(headers),
            arrived_at,
            _time(headers, arrived_at),
            fingerprint(kind.type, record.key, wish),
        )

    def published(self, message: Published) -> Incoming:
        """What a message says that was published, as the journal keeps it: from no place in a topic."""
        return self.decode(Record(message.topic, 0, 0, 0, message.key, message.value, message.headers))

    def _kind(self, headers: dict[str, bytes]) -> _Kind:
        if headers.get("ce_specversion") != b"1.0":
            raise Poison("not-cloudevents: header ce_specversion must be 1.0")
        kind = self._kinds.get(headers.get("ce_type", b""))
        if kind is not None:
            return kind
        type_ = _text(headers, "ce_type")
        known = type_.rpartition(".v")[0] in self._names
        if not known and self._others and type_.startswith(self._others):
            raise Unwanted(type_)
        raise Poison(f"{'unsupported-version' if known else 'unknown-type'}: {type_[:200]}")


def _kind(message: type[Message]) -> _Kind:
    adapter = TypeAdapter(message)
    return _Kind(
        message.type(),
        adapter.validator.validate_json,
        _COMMAND_ID if issubclass(message, Command) else _EVENT_ID,
        _wish(message, adapter) if issubclass(message, Command) and message.aside else None,
    )


def _wish(command: type[Command], adapter: TypeAdapter[Any]) -> Callable[[Message], bytes]:
    write, aside = adapter.serializer.to_json, set(command.aside)
    return lambda message: write(message, exclude=aside)


@lru_cache(_REMEMBERED_MOMENTS)
def _arrival(timestamp_ms: int) -> datetime:
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC)


def _data(kind: _Kind, headers: dict[str, bytes], value: bytes | None) -> Message:
    content_type = headers.get("content-type", _PLAIN_JSON)
    if content_type != _PLAIN_JSON and content_type.lower() not in _JSON:
        raise Poison(f"not-json: content-type {content_type[:100].decode('latin-1').lower()}")
    if value is None:
        raise Poison("empty: a message has data")
    if len(value) > LARGEST_MESSAGE_BYTES:
        raise Poison(f"too-large: {len(value)} bytes, at most {LARGEST_MESSAGE_BYTES}")
    try:
        return kind.read(value)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        told = "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in problems[:5])
        raise Poison(f"invalid-data: {told}"[:1000]) from None


def fingerprint(type_: str, key: bytes | None, value: bytes) -> str:
    """Tells whether two messages with one id say the same."""
    return hashlib.sha256(b"\0".join((type_.encode(), key or b"", value))).hexdigest()[:32]


def encode_command(
    command: Command,
    *,
    id: str,
    source: str,
    time: datetime,
    actor: str,
    correlation_id: str,
    traceparent: str | None,
) -> tuple[bytes, bytes, Headers]:
    """A command's key, value and headers."""
    context = _context(time, correlation_id, traceparent)
    return _encode(command, id, source, (*context, ("ce_actor", actor.encode())))


def encode_notice(
    event: Event, *, id: str, source: str, time: datetime, correlation_id: str
) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of an event that no command of this service has caused."""
    return _encode(event, id, source, _context(time, correlation_id, None))


def encode_events(
    events: Sequence[Event],
    cause: Incoming,
    *,
    topic: Callable[[str], str],
    source: str,
    time: datetime,
    traceparent: str | None,
    variant: str = "",
) -> tuple[Published, ...]:
    """The events of one command. Their ids follow from the command's, so that a repeat is recognised.

    `topic` adds a namespace. `variant` tells them from those of another command that had the same id. Raises
    `ValueError` for an event that nobody would take.
    """
    context = (*_context(time, cause.correlation_id, traceparent), ("ce_causationid", cause.id.encode()))
    published = []
    for n, event in enumerate(events, 1):
        key, value, headers = _encode(event, f"{cause.id}:{variant}{n}", source, context)
        if len(value) > LARGEST_MESSAGE_BYTES:
            raise ValueError(f"an event of {len(value)} bytes, at most {LARGEST_MESSAGE_BYTES} are taken")
        published.append(Published(topic(event.topic()), key, value, headers))
    return tuple(published)


def is_first(event: Incoming) -> bool:
    """Whether this is the first of the events that its command has caused."""
    return event.id == f"{event.causation_id}:1"


@cache
def _fixed(kind: type[Message], source: str) -> tuple[Callable[[Message], bytes], Headers]:
    """What is the same for all messages of a type from one source: how to write them, and some headers."""
    return TypeAdapter(kind).serializer.to_json, (
        ("ce_specversion", b"1.0"),
        ("ce_type", kind.type().encode()),
        ("ce_dataschema", kind.dataschema().encode()),
        ("ce_dataclassification", kind.classification.encode()),
        ("content-type", b"application/json"),
        ("ce_source", source.encode()),
    )


def _context(time: datetime, correlation_id: str, traceparent: str | None) -> Headers:
    """What is the same for all events of a command."""
    told = (("ce_time", _stated(time.astimezone(UTC))), ("ce_correlationid", correlation_id.encode()))
    return told if traceparent is None else (*told, ("traceparent", traceparent.encode()))


@lru_cache(_REMEMBERED_MOMENTS)
def _stated(time: datetime) -> bytes:
    """In UTC: equal moments of other zones would be taken for this one, and are written in another way."""
    return time.isoformat().encode()


def _encode(message: Message, id: str, source: str, context: Headers) -> tuple[bytes, bytes, Headers]:
    write, fixed = _fixed(type(message), source)
    headers = (*fixed, ("ce_id", id.encode()), ("ce_subject", message.subject().encode()), *context)
    return message.key().encode(), write(message), headers


def _text(headers: dict[str, bytes], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise Poison(f"missing-header: {name}")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Poison(f"bad-header: {name} is not UTF-8") from None


def _matching(headers: dict[str, bytes], name: str, pattern: re.Pattern[str], default: str | None = None) -> str:
    if default is not None and not headers.get(name):
        return default
    value = _text(headers, name)
    if not pattern.fullmatch(value):
        raise Poison(f"bad-header: {name} must match {pattern.pattern}")
    return value


def _correlation(headers: dict[str, bytes], id: str) -> str:
    """Of what nobody has caused it is the message's own id, which is good already."""
    sent = headers.get("ce_correlationid")
    return id if sent == headers["ce_id"] else _matching(headers, "ce_correlationid", _EVENT_ID, default=id)


@lru_cache(_REMEMBERED_ACTORS)
def _actor(sent: bytes | None) -> str:
    """Who asks. The same few come again and again."""
    return _matching({"ce_actor": sent} if sent else {}, "ce_actor", _ACTOR, default="system")


def _traceparent(headers: dict[str, bytes]) -> str | None:
    """A broken trace context is dropped, as W3C asks, not held against the message."""
    sent = headers.get("traceparent")
    if sent is None:
        return None
    value = sent.decode("latin-1")
    return value if _TRACEPARENT.fullmatch(value) else None


def _time(headers: dict[str, bytes], arrived_at: datetime) -> datetime:
    if "ce_time" not in headers:
        return arrived_at
    try:
        stated = datetime.fromisoformat(_text(headers, "ce_time"))
        if stated.tzinfo is None:
            raise Poison("bad-header: ce_time has no offset from UTC")
        return stated if stated.tzinfo is UTC else stated.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter in the first and the last hours of the calendar
        raise Poison("bad-header: ce_time is not an RFC 3339 time") from None
