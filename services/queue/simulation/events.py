"""Happenings as events, and back: type names and data.

What the queue publishes (`shared.contracts.queue`) is read as it is, by `domain.forecast.told`; a made-up day has
events of the same kind that say only what waiting times depend on, and some of its own: when a counter is planned to
open, when it opens and closes. Fields and types that waiting times do not depend on are ignored.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast import told
from services.queue.domain.forecast.situation import GROUPS, Break
from shared.contracts import queue

TYPES: dict[str, type[h.Happening]] = {
    "TicketTaken": h.Taken,
    "TicketCalled": h.Called,
    "ServingStarted": h.Started,
    "ServingFinished": h.Finished,
    "TicketMissed": h.Missed,
    "TicketPutBack": h.PutBack,
    "TicketCancelled": h.Cancelled,
    "CounterPlanned": h.Planned,
    "CounterOpened": h.Opened,
    "CounterPaused": h.Paused,
    "CounterResumed": h.Resumed,
    "CounterClosed": h.Closed,
    "AppointmentBooked": h.Booked,
    "AppointmentCancelled": h.BookingCancelled,
}
"""Those of a made-up day."""
_NAMES = {happening: name for name, happening in TYPES.items()}
_PUBLISHED = {event.__name__: event for event in queue.EVENTS if issubclass(event, queue.QueueEvent)}
_TIMES = {"since", "slot", "opens", "closes"}


def happenings_of(type_: str, at: float, data: Mapping[str, Any], *, made_up: bool = False) -> Iterator[h.Happening]:
    """What an event of a type such as `TicketTaken` says; nothing where waiting does not depend on it.

    Raises `KeyError`, `TypeError` or `ValueError` where the data are not of that type.
    """
    if type_ == "OfficeConfigured":
        for counter in data["plan"]["counters"]:
            yield h.Planned(at, counter["id"], tuple(counter["services"]))
    elif not made_up:
        if type_ in _PUBLISHED:
            yield from told.happenings_of(_event(type_, data), at)
    elif type_ in TYPES:
        kind = TYPES[type_]
        known = {field.name for field in fields(kind)} & data.keys()
        yield kind(at=at, **{name: _read(name, data[name]) for name in known})


def event_of(happening: h.Happening) -> tuple[str, dict[str, Any]]:
    """The type and the data of the event that says the same on a made-up day."""
    values = {field.name: getattr(happening, field.name) for field in fields(happening) if field.name != "at"}
    told = {name: _told(name, value) for name, value in values.items() if value not in (None, ())}
    return _NAMES[type(happening)], told


def moment(text: str) -> float:
    """An RFC 3339 time, with its offset, as seconds since the epoch. Raises `ValueError`."""
    stated = datetime.fromisoformat(text)
    if stated.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return stated.timestamp()


def rfc3339(at: float) -> str:
    """Seconds since the epoch as an RFC 3339 time in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def _event(type_: str, data: Mapping[str, Any]) -> queue.QueueEvent:
    try:
        return _PUBLISHED[type_].model_validate(data)
    except ValidationError as error:
        raise ValueError(str(error)) from None


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _TIMES:
        return moment(value)
    if name == "breaks":
        return tuple(Break(moment(pause["begins"]), moment(pause["ends"])) for pause in value)
    if name == "services":
        return tuple(value)
    if name == "group" and value not in GROUPS:
        raise ValueError(f"{value!r} is no group")
    return value


def _told(name: str, value: Any) -> Any:
    if name in _TIMES:
        return rfc3339(value)
    if name == "breaks":
        return [{"begins": rfc3339(pause.begins), "ends": rfc3339(pause.ends)} for pause in value]
    return list(value) if name == "services" else value
