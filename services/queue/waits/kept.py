"""What the database keeps of an office's days, as the forecast needs it.

The live state follows from it exactly, and so does what came of promises. Of what teaches, it has all that was told of
counters, and of tickets less than the events told: of each its latest call and serving.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from services.queue.domain.counter import Counter
from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.desk import Shift
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.person import Person
from services.queue.domain.forecast.situation import Booking, Waiting
from services.queue.domain.forecast.told import happenings_of, stands
from services.queue.domain.forecast.track_record import Tried
from services.queue.domain.ticket import Before
from shared.contracts.queue import AtCounter, Group, OfficePlan, Promise, State


@dataclass(frozen=True, slots=True)
class Slip:
    """A ticket, as far as waiting times depend on it."""

    id: str
    line: str
    rank: int
    group: Group
    state: State
    taken_at: datetime
    joined_at: datetime
    changed_at: datetime
    counter: str | None = None
    called_at: datetime | None = None
    serving_at: datetime | None = None
    appointment: str | None = None
    promise: Promise | None = None
    first_called_at: datetime | None = None

    @classmethod
    def of(cls, ticket: Any) -> "Slip":
        """Of a ticket."""
        return cls(**{field.name: getattr(ticket, field.name) for field in fields(cls)})

    @property
    def service(self) -> str:
        """Of the line in which the person is."""
        return self.line.split(":")[1]

    @property
    def day(self) -> str:
        """The local day."""
        return self.line.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Expected:
    """An appointment of a day that was not cancelled."""

    id: str
    service: str
    slot: datetime
    open: bool
    """Whether the person may still come."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was told of a counter: that somebody works there, pauses, goes on or leaves."""

    id: str
    """Of the event."""
    at: datetime
    event: AtCounter


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of one office's day, as of one moment."""

    day: str
    slips: Sequence[Slip]
    expected: Sequence[Expected]
    counters: Sequence[Counter] = ()
    revisions: Mapping[str, int] | None = None
    """Line → how many of its events are in this."""
    steps: Sequence[Step] = ()
    """In the order of time. Only what teaches needs them: how counters are now is in `counters`."""


def people(slips: Iterable[Slip], order: Order) -> Iterator[Person]:
    """Everybody of a day as they are now."""
    for slip in slips:
        place = Waiting(slip.id, slip.service, _since(slip.rank, slip.day, slip.group, order), slip.group, slip.rank)
        yield Person(
            place,
            slip.joined_at.timestamp(),
            slip.state,
            slip.counter or "",
            _seconds(slip.called_at),
            _seconds(slip.serving_at),
            slip.changed_at.timestamp() if slip.state == "parked" else 0.0,
            slip.taken_at.timestamp(),
            slip.promise,
            _seconds(slip.first_called_at),
        )


def tried(slips: Iterable[Slip]) -> Iterator[Tried]:
    """What came of what people were told."""
    for slip in slips:
        if slip.promise is not None and slip.first_called_at is not None:
            yield Tried(slip.first_called_at.timestamp(), slip.id, slip.taken_at.timestamp(), slip.promise)


def undoable(kept: Kept, order: Order) -> Iterator[Person]:
    """What tickets were before the latest steps of the counters, which these may take back."""
    slips = {slip.id: slip for slip in kept.slips}
    for counter in kept.counters:
        latest = counter.latest
        if latest is not None and (slip := slips.get(latest.ticket)) is not None:
            yield _before(slip, latest.before, order)


def shifts(counters: Iterable[Counter], plan: OfficePlan, day: str) -> dict[str, Shift]:
    """How each counter of the plan stands."""
    known = {counter.name: counter for counter in counters}
    found = {}
    for planned in plan.counters:
        counter = known.get(planned.id) or Counter(f"{plan.id}:{planned.id}")
        latest = counter.latest
        signed_on = counter.is_signed_on(day)
        first = latest is not None and not signed_on and (latest.day != day or latest.left == day)
        found[planned.id] = Shift(
            planned=planned.services,
            services=counter.serves(planned, day),
            is_open=counter.is_open(day),
            signed_on=signed_on,
            paused=counter.is_paused(day),
            opened_by=latest.ticket if first and latest else "",
        )
    return found


def bookings(expected: Iterable[Expected]) -> Iterator[Booking]:
    """Who may still come for an appointment."""
    for one in expected:
        if one.open:
            yield Booking(one.id, one.service, one.slot.timestamp())


def retold(kept: Kept, midnight: float) -> list[h.Happening]:
    """The day as it must have gone, in the order of time: what there is to learn from it."""
    told: list[h.Happening] = [h.Booked(midnight, e.id, e.service, e.slot.timestamp()) for e in kept.expected]
    for step in kept.steps:
        told += happenings_of(step.event, step.at.timestamp())
    for slip in kept.slips:
        told += _way(slip)
    return sorted(told, key=lambda happening: happening.at)


def _way(slip: Slip) -> Iterator[h.Happening]:
    place = stands(slip.rank, slip.day)
    taken, changed = slip.taken_at.timestamp(), slip.changed_at.timestamp()
    yield h.Taken(taken, slip.id, slip.service, slip.group, None, slip.rank, slip.appointment, place)
    if slip.joined_at != slip.taken_at:
        yield h.SentOn(slip.joined_at.timestamp(), slip.id)
        yield h.Joined(slip.joined_at.timestamp(), slip.id, slip.service, slip.group, place, slip.rank)
    if slip.called_at is None or slip.counter is None:
        if slip.state == "cancelled":
            yield h.Cancelled(changed, slip.id)
        return
    yield h.Called(slip.called_at.timestamp(), slip.id, slip.counter)
    if slip.serving_at is not None and slip.serving_at >= slip.called_at:
        yield h.Started(slip.serving_at.timestamp(), slip.id)
    if slip.state == "finished":
        yield h.Finished(changed, slip.id)
    elif slip.state == "missed":
        yield h.Missed(changed, slip.id)
    elif slip.state == "cancelled":
        yield h.Cancelled(changed, slip.id)


def _before(slip: Slip, before: Before, order: Order) -> Person:
    _, service, day = before.line.split(":")
    place = Waiting(slip.id, service, _since(before.rank, day, slip.group, order), slip.group, before.rank)
    called, began = _seconds(before.called_at), _seconds(before.serving_at)
    taken, first = slip.taken_at.timestamp(), _seconds(before.first_called_at)
    return Person(
        place,
        slip.joined_at.timestamp(),
        before.state,
        before.counter or "",
        called,
        began,
        _seconds(before.changed_at) if before.state == "parked" else 0.0,
        taken,
        slip.promise,
        first,
    )


def _since(rank: int, day: str, group: Group, order: Order) -> float:
    return stands(rank, day) + order.head_start(group)


def _seconds(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()
