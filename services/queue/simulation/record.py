"""A day's record: events of the queue as JSON lines, one CloudEvent a line.

Two forms are read: CloudEvents' own JSON, which is also what is written, and what `kcat -J` prints of the topic
`queue.events.v1`, whose envelope stands in Kafka headers. So a recorded day is

    kcat -b <broker> -C -e -J -t queue.events.v1 > days.jsonl

A file may hold many days and offices: they are told apart by the office and its local date.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.queue.domain.forecast.happenings import BookingCancelled, Happening
from services.queue.simulation.days import RecordedDay
from services.queue.simulation.events import event_of, happenings_of, moment, rfc3339

RECORDED = "recorded"
"""The kind of a day that was not made up."""
_SIMULATION = "urn:kentongan:simulation:"
_TYPE = "kentongan.queue."


class Unreadable(ValueError):
    """A line that is no event. Says which and why."""


@dataclass(frozen=True, slots=True)
class _Event:
    id: str
    type: str
    """`TicketTaken`."""
    at: float
    source: str
    data: dict[str, Any]


@dataclass(slots=True)
class _Office:
    """One office's events, gathered."""

    zone: ZoneInfo
    plan: _Event | None = None
    """The latest that says what counters there are: also good for the days after it."""
    seen: set[str] = field(default_factory=set)
    days: dict[date, list[Happening]] = field(default_factory=dict)
    kinds: dict[date, str] = field(default_factory=dict)

    def take(self, event: _Event) -> None:
        if event.id in self.seen:
            return
        self.seen.add(event.id)
        if event.type == "OfficeConfigured":
            self.zone = ZoneInfo(event.data["plan"]["time_zone"])
            self.plan = event
        day = self._day(event)
        former = event.data.get("former")
        if former is not None and (left := self._date(moment(former))) != day:
            self._begun(left, event).append(BookingCancelled(event.at, event.data["appointment"]))
        told = happenings_of(event.type, event.at, event.data, made_up=_SIMULATION in event.source)
        self._begun(day, event).extend(told)

    def _begun(self, day: date, event: _Event) -> list[Happening]:
        if day not in self.days:
            self.days[day] = []
            self.kinds[day] = event.source.removeprefix(_SIMULATION) if _SIMULATION in event.source else RECORDED
            if self.plan is not None:
                self.days[day] += happenings_of(self.plan.type, event.at, self.plan.data)
        return self.days[day]

    def _day(self, event: _Event) -> date:
        """An appointment belongs to the day of its slot, everything else to when it happened."""
        slot = event.data.get("slot") if event.type.startswith("Appointment") else None
        return self._date(event.at if slot is None else moment(slot))

    def _date(self, at: float) -> date:
        return datetime.fromtimestamp(at, self.zone).date()


def read_days(lines: Iterable[str], zone: ZoneInfo) -> list[RecordedDay]:
    """The days of a record, in order. `zone` is of an office whose plan the record does not tell.

    An event that was published twice counts once. Raises `Unreadable`.
    """
    offices: dict[str, _Office] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            event = _event(json.loads(line))
            if event is not None:
                offices.setdefault(str(event.data["office"]), _Office(zone)).take(event)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"line {number} is no event of the queue: {error!r}") from None
    days = [day for id, office in offices.items() for day in _days(id, office, several=len(offices) > 1)]
    return sorted(days, key=lambda day: (day.midnight, day.name))


def write_day(day: RecordedDay, path: Path, *, office: str, time_zone: str) -> None:
    """Write a made-up day as a record."""
    path.write_text("".join(f"{line}\n" for line in _lines(day, office, time_zone)), encoding="utf-8")


def _days(id: str, office: _Office, *, several: bool) -> Iterator[RecordedDay]:
    for day, happenings in office.days.items():
        midnight = datetime.combine(day, time(0), office.zone).timestamp()
        name = f"{id} {day.isoformat()}" if several else day.isoformat()
        yield RecordedDay(name, office.kinds[day], midnight, tuple(sorted(happenings, key=lambda x: x.at)))


def _event(line: dict[str, Any]) -> _Event | None:
    """None for an event of another kind."""
    if "payload" in line:
        headers = line["headers"]
        envelope = dict(zip(headers[::2], headers[1::2], strict=True))
        stated = envelope.get("ce_time") or datetime.fromtimestamp(line["ts"] / 1000, UTC).isoformat()
        id, type_, source = envelope["ce_id"], envelope["ce_type"], envelope["ce_source"]
        data = json.loads(line["payload"]) if line["payload"] else {}
    else:
        id, type_, source, stated, data = (line[name] for name in ("id", "type", "source", "time", "data"))
    name = str(type_).removeprefix(_TYPE).rpartition(".v")[0]
    if not str(type_).startswith(_TYPE) or "office" not in data:
        return None
    return _Event(id, name, moment(stated), source, data)


def _lines(day: RecordedDay, office: str, time_zone: str) -> Iterator[str]:
    plan = {"plan": {"id": office, "time_zone": time_zone, "counters": []}}
    told = [(day.happenings[0].at, "OfficeConfigured", plan)]
    told += [(happening.at, *event_of(happening)) for happening in day.happenings]
    for number, (at, type_, data) in enumerate(told, 1):
        event = {
            "specversion": "1.0",
            "id": f"{day.name}:{number}",
            "source": f"{_SIMULATION}{day.kind}",
            "type": f"{_TYPE}{type_}.v1",
            "time": rfc3339(at),
            "data": {"office": office, **data},
        }
        yield json.dumps(event, ensure_ascii=False)
