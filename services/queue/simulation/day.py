"""A day of an office, event by event: what the queue would have told of it.

Invariants: a counter has one person at a time and a person one counter; a counter calls whoever is next by the
office's order among those whom it serves; a counter that is open, not on a break and has nobody calls as soon
as it notices somebody.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import NamedTuple

import numpy as np

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.situation import Break, Waiting
from services.queue.domain.order import PLACES_BEHIND
from services.queue.simulation.kinds import MAKES, Kind, Person, people
from services.queue.simulation.truth import AFTERNOON, HOUR, MINUTE, TrueCounter, TrueOffice

MORNING = 7.0 * HOUR
"""When the day's plan and appointments are told."""
LAST_PAUSE = 15.0 * HOUR
FIRST_BREAKDOWN, LAST_BREAKDOWN = 8.5 * HOUR, 11.0 * HOUR
SHORTEST_REPAIR, LONGEST_REPAIR = 60 * MINUTE, 180 * MINUTE


class Lived(NamedTuple):
    """A day that is over."""

    happenings: tuple[h.Happening, ...]
    """In the order of time."""
    paces: Mapping[str, float]
    """Counter → the factor by which its service times were longer, on that day."""


def live(office: TrueOffice, kind: Kind, midnight: float, order: Order, chance: np.random.Generator) -> Lived:
    """Let a day happen."""
    day = _Day(office, kind, midnight, order, chance)
    return Lived(tuple(day.live()), {desk.id: desk.pace for desk in day.desks})


@dataclass(slots=True)
class _Desk:
    """A counter at work."""

    id: str
    truth: TrueCounter
    pace: float
    is_open: bool = False
    ticket: str | None = None
    on_break: bool = False
    calling: bool = False
    """The officer is about to call."""
    due: float | None = None
    """The length of a break that begins when the present person is done."""
    shift: int = 0
    """Grows when the counter breaks down: what was to happen there before is void."""


class _Day:
    def __init__(
        self, office: TrueOffice, kind: Kind, midnight: float, order: Order, chance: np.random.Generator
    ) -> None:
        self._office = office
        self._make = MAKES[kind]
        self._midnight = midnight
        self._order = order
        self._chance = chance
        self._now = midnight
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._turn = count()
        self._sequences = {service: count(1) for service in office.services}
        self._log: list[h.Happening] = []
        self._waiting: dict[str, Waiting] = {}
        self._called: dict[str, Waiting] = {}
        self._joined: dict[str, float] = {}
        slow = float(chance.lognormal(0.0, office.day_deviation))
        self._desks = {
            id: _Desk(id, truth, truth.pace * slow * float(chance.lognormal(0.0, office.counter_day_deviation)))
            for id, truth in office.counters.items()
        }

    @property
    def desks(self) -> Iterable[_Desk]:
        return self._desks.values()

    def live(self) -> list[h.Happening]:
        self._now = self._midnight + MORNING
        for desk in self._desks.values():
            self._plan(desk)
        for number, person in enumerate(people(self._office, self._make, self._chance)):
            self._expect(f"{number:03d}", person)
        if self._make.breaks_down:
            self._plan_breakdown()
        while self._agenda:
            self._now, _, act = heapq.heappop(self._agenda)
            act()
        return self._log

    def _at(self, time: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (time, next(self._turn), act))

    def _after(self, seconds: float, desk: _Desk, act: Callable[[], None]) -> None:
        """Something that is about to happen at a counter, unless it breaks down before."""
        shift = desk.shift

        def unless_broken() -> None:
            if desk.shift == shift:
                act()

        self._at(self._now + seconds, unless_broken)

    # The plan of the day -----------------------------------------------------------------------------

    def _plan(self, desk: _Desk) -> None:
        truth, office, midnight = desk.truth, self._office, self._midnight
        lunch = truth.lunch
        breaks = () if lunch is None else (Break(midnight + lunch.begins, midnight + lunch.ends),)
        closes = None if truth.closes is None else midnight + truth.closes
        self._log.append(h.Planned(self._now, desk.id, truth.services, midnight + truth.opens, closes, breaks))
        self._at(midnight + truth.opens + office.opening.draw(self._chance), lambda: self._open(desk))
        for pause in breaks:
            length = pause.length * office.stretching.draw(self._chance)
            self._at(pause.begins, partial(self._want_break, desk, length))
        if closes is not None:
            self._at(closes, lambda: self._look(desk))
        begins = truth.opens + float(self._chance.exponential(HOUR / office.pauses_an_hour))
        while begins < LAST_PAUSE:
            self._at(midnight + begins, lambda: self._want_break(desk, office.pausing.draw(self._chance)))
            begins += float(self._chance.exponential(HOUR / office.pauses_an_hour))

    def _plan_breakdown(self) -> None:
        desk = self._desks[str(self._chance.choice(list(self._desks)))]
        begins = self._midnight + float(self._chance.uniform(FIRST_BREAKDOWN, LAST_BREAKDOWN))
        repaired = begins + float(self._chance.uniform(SHORTEST_REPAIR, LONGEST_REPAIR))
        self._at(begins, lambda: self._break_down(desk))
        self._at(repaired, lambda: self._open(desk))

    def _expect(self, id: str, person: Person) -> None:
        slot = None if person.slot is None else self._midnight + person.slot
        if slot is not None:
            self._log.append(h.Booked(self._now, id, person.service, slot))
        if person.comes is not None:
            self._at(self._midnight + person.comes, lambda: self._take(id, person, slot))

    # People ------------------------------------------------------------------------------------------

    def _take(self, id: str, person: Person, slot: float | None) -> None:
        since = slot if slot is not None and person.in_time else None
        rank = next(self._sequences[person.service])
        booking = None if slot is None else id
        self._log.append(h.Taken(self._now, id, person.service, person.group, since, rank, booking))
        self._wait(Waiting(id, person.service, self._now if since is None else since, person.group, rank))

    def _wait(self, waiting: Waiting) -> None:
        self._waiting[waiting.ticket] = waiting
        joined = self._joined[waiting.ticket] = self._now
        patience = float(self._chance.exponential(HOUR / self._office.leaves_an_hour))
        self._at(self._now + patience, lambda: self._leave(waiting.ticket, joined))
        idle = [desk for desk in self._desks.values() if self._is_idle(desk) and waiting.service in desk.truth.services]
        if idle:
            desk = idle[int(self._chance.integers(len(idle)))]
            self._call_after(desk, self._office.noticing.draw(self._chance))

    def _leave(self, ticket: str, joined: float) -> None:
        if ticket in self._waiting and self._joined[ticket] == joined:
            del self._waiting[ticket]
            self._log.append(h.Cancelled(self._now, ticket))

    def _come_back(self, person: Waiting) -> None:
        line = self._line(person.service)
        front = min(PLACES_BEHIND, len(line)) - 1
        since = self._order.since_beside(line[front], person.group) if line else self._now
        self._put_back(Waiting(person.ticket, person.service, since, person.group, person.rank))

    def _put_back(self, waiting: Waiting) -> None:
        self._log.append(h.PutBack(self._now, waiting.ticket, self._order.key(waiting)[0], waiting.rank))
        self._wait(waiting)

    def _line(self, service: str) -> list[Waiting]:
        return sorted((w for w in self._waiting.values() if w.service == service), key=self._order.key)

    # Counters ----------------------------------------------------------------------------------------

    def _is_idle(self, desk: _Desk) -> bool:
        return desk.is_open and not desk.on_break and desk.ticket is None and not desk.calling

    def _open(self, desk: _Desk) -> None:
        if not desk.is_open:
            desk.is_open = True
            self._log.append(h.Opened(self._now, desk.id, desk.truth.services))
            self._look(desk)

    def _look(self, desk: _Desk) -> None:
        """The officer has nobody: it is time to close, to pause, or to call the next."""
        if not self._is_idle(desk):
            return
        if desk.truth.closes is not None and self._now >= self._midnight + desk.truth.closes:
            desk.is_open = False
            self._log.append(h.Closed(self._now, desk.id))
        elif desk.due is not None:
            length, desk.due = desk.due, None
            self._pause(desk, length)
        elif any(w.service in desk.truth.services for w in self._waiting.values()):
            self._call_after(desk, self._office.switching.draw(self._chance))

    def _call_after(self, desk: _Desk, seconds: float) -> None:
        desk.calling = True
        self._after(seconds, desk, lambda: self._call(desk))

    def _call(self, desk: _Desk) -> None:
        desk.calling = False
        able = [w for w in self._waiting.values() if w.service in desk.truth.services]
        if not able or desk.due is not None:
            self._look(desk)
            return
        person = min(able, key=self._order.key)
        del self._waiting[person.ticket]
        self._called[person.ticket] = person
        desk.ticket = person.ticket
        self._log.append(h.Called(self._now, person.ticket, desk.id))
        hours = (self._now - self._joined[person.ticket]) / HOUR
        absent = self._office.services[person.service].no_show + self._office.more_no_shows_an_hour * hours
        if self._chance.random() < absent:
            self._after(self._office.holding.draw(self._chance), desk, lambda: self._miss(desk, person))
        else:
            self._after(self._office.coming.draw(self._chance), desk, lambda: self._start(desk, person))

    def _start(self, desk: _Desk, person: Waiting) -> None:
        self._log.append(h.Started(self._now, person.ticket))
        drag = self._office.afternoon if self._now >= self._midnight + AFTERNOON else 1.0
        work = self._office.services[person.service].draw(self._chance) * desk.pace * drag
        self._after(work, desk, lambda: self._finish(desk, person))

    def _finish(self, desk: _Desk, person: Waiting) -> None:
        self._log.append(h.Finished(self._now, person.ticket))
        desk.ticket = None
        self._look(desk)

    def _miss(self, desk: _Desk, person: Waiting) -> None:
        self._log.append(h.Missed(self._now, person.ticket))
        desk.ticket = None
        if self._chance.random() < self._office.comes_back:
            self._at(self._now + self._office.coming_back.draw(self._chance), lambda: self._come_back(person))
        self._look(desk)

    def _want_break(self, desk: _Desk, length: float) -> None:
        if desk.is_open and not desk.on_break:
            desk.due = max(length, desk.due or 0.0)
            self._look(desk)

    def _pause(self, desk: _Desk, length: float) -> None:
        desk.on_break = True
        self._log.append(h.Paused(self._now, desk.id))
        self._after(length, desk, lambda: self._resume(desk))

    def _resume(self, desk: _Desk) -> None:
        desk.on_break = False
        self._log.append(h.Resumed(self._now, desk.id))
        self._look(desk)

    def _break_down(self, desk: _Desk) -> None:
        """The counter closes at once; its person goes back to where they were in the line."""
        if not desk.is_open:
            return
        ticket = desk.ticket
        desk.shift += 1
        desk.is_open = desk.on_break = desk.calling = False
        desk.ticket = desk.due = None
        if ticket is not None:
            self._put_back(self._called[ticket])
        self._log.append(h.Closed(self._now, desk.id))
