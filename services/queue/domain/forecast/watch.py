"""A day as it goes: happenings in, the live state out, and every ended visit told to the learner.

Invariants: happenings are applied in the order of time; a person is in a line or at one counter, never both.

What is not told is inferred: a counter that calls is open, and one that opened by calling alone counts as
left after `SILENT_MOST` without a call while somebody waits for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.situation import Booking, Break, CounterNow, Situation, Visit, Waiting

EARLY_MOST = 900.0
"""A pause that begins at most so long before a planned break is that break."""
LATE_MOST = 3600.0
"""A counter that is later than this is not expected any more."""
SILENT_MOST = 2700.0


@dataclass(slots=True)
class _Counter:
    id: str
    services: tuple[str, ...]
    opens: float | None = None
    closes: float | None = None
    breaks: list[Break] = field(default_factory=list)
    is_open: bool = False
    was_open: bool = False
    signed_on: bool = False
    visit: Visit | None = None
    free_since: float | None = None
    just_back: bool = False
    """Has not called since it opened or resumed: the time until it does is nobody's habit."""
    working_since: float = 0.0
    paused_at: float | None = None
    pause: Break | None = None


class Watch:
    """One office on one local day."""

    def __init__(self, order: Order, learner: Learner, midnight: float) -> None:
        self._order = order
        self._learner = learner
        self._waiting: dict[str, Waiting] = {}
        self._joined: dict[str, float] = {}
        """Waiting ticket → when it joined the line, whatever its waiting counts from."""
        self._gone: dict[str, Waiting] = {}
        """Tickets that wait no more, since they may be put back."""
        self._at: dict[str, str] = {}
        """Called or served ticket → counter."""
        self._counters: dict[str, _Counter] = {}
        self._bookings: dict[str, Booking] = {}
        self._latest = midnight
        learner.begin_day(midnight)

    def situation(self, now: float) -> Situation:
        """The live state."""
        counters = tuple(view for c in self._counters.values() if (view := self._view(c, now)))
        return Situation(now, tuple(self._waiting.values()), counters, tuple(self._bookings.values()))

    def end_day(self) -> None:
        """Nothing more will happen: who has not come for an appointment did not keep it."""
        for _ in self._bookings:
            self._learner.missed_booking()
        self._bookings.clear()
        for counter in self._counters.values():
            self._counter(h.Closed(self._latest, counter.id))

    def apply(self, happening: h.Happening) -> None:
        """Move on by one happening."""
        self._latest = happening.at
        match happening:
            case h.Planned():
                self._planned(happening)
            case h.Booked():
                booking = Booking(happening.booking, happening.service, happening.slot)
                self._bookings[booking.id] = booking
            case h.BookingCancelled():
                self._bookings.pop(happening.booking, None)
            case h.Taken():
                self._taken(happening)
            case h.OfTicket():
                self._ticket(happening)
            case h.OfCounter():
                self._counter(happening)

    # Tickets -----------------------------------------------------------------------------------------

    def _taken(self, taken: h.Taken) -> None:
        booking = self._bookings.pop(taken.booking, None) if taken.booking else None
        if booking is None:
            self._learner.took_ticket(taken.service, taken.group, taken.at)
        else:
            self._learner.kept_booking(booking.slot, taken.at)
        since = taken.at if taken.since is None else taken.since
        self._waiting[taken.ticket] = Waiting(taken.ticket, taken.service, since, taken.group, taken.rank)
        self._joined[taken.ticket] = taken.at

    def _ticket(self, happening: h.OfTicket) -> None:
        match happening:
            case h.Called():
                self._called(happening)
            case h.PutBack():
                self._put_back(happening)
            case h.Cancelled():
                self._free(happening)
                self._leave_line(happening, left=True)
            case h.Started():
                self._started(happening)
            case h.Finished():
                if (ended := self._free(happening)) and (begun := ended[1].started_at) is not None:
                    self._learner.worked(ended[1].service, ended[0].id, happening.at - begun)
            case h.Missed():
                if ended := self._free(happening):
                    self._learner.gave_up(happening.at - ended[1].called_at)
                    self._learner.showed_up(ended[1].service, ended[1].group, came=False)

    def _called(self, called: h.Called) -> None:
        waiting = self._waiting.get(called.ticket)
        if waiting is None:
            return
        counter = self._known(called.counter, (waiting.service,))
        if not counter.is_open:
            self._open(counter, called.at)
        self._learn_reaction(counter, called)
        self._leave_line(called, left=False)
        counter.visit = Visit(called.ticket, waiting.service, waiting.group, called.at)
        counter.free_since, counter.just_back = None, False
        self._at[called.ticket] = counter.id

    def _learn_reaction(self, counter: _Counter, called: h.Called) -> None:
        """How long the counter took to call, from when it could have."""
        if counter.free_since is None or counter.just_back:
            return
        joined = self._joined[called.ticket]
        earliest = min(self._joined[t] for t, w in self._waiting.items() if w.service in counter.services)
        if earliest <= counter.free_since:
            self._learner.switched(called.at - counter.free_since)
        elif joined == earliest:
            self._learner.noticed(called.at - joined)

    def _started(self, started: h.Started) -> None:
        counter = self._counters.get(self._at.get(started.ticket, ""))
        if counter is not None and (visit := counter.visit) is not None:
            self._learner.came(started.at - visit.called_at)
            self._learner.showed_up(visit.service, visit.group, came=True)
            counter.visit = Visit(visit.ticket, visit.service, visit.group, visit.called_at, started.at)

    def _put_back(self, back: h.PutBack) -> None:
        if self._free(back) is None:
            self._learner.came_back()
        before = self._gone.pop(back.ticket, None)
        if before is None:
            return
        line = sorted((w for w in self._waiting.values() if w.service == before.service), key=self._order.key)
        since = back.at
        if line:
            front = line[min(max(back.place - 2, 0), len(line) - 1)]
            since = self._order.since_beside(front, before.group, behind=back.place > 1)
        self._waiting[back.ticket] = Waiting(back.ticket, before.service, since, before.group, back.rank)
        self._joined[back.ticket] = back.at

    def _leave_line(self, happening: h.OfTicket, *, left: bool) -> None:
        waiting = self._waiting.pop(happening.ticket, None)
        if waiting is not None:
            self._gone[happening.ticket] = waiting
            self._learner.waited(happening.at - self._joined.pop(happening.ticket), left=left)

    def _free(self, happening: h.OfTicket) -> tuple[_Counter, Visit] | None:
        """The counter has nobody any more. Returns it, and who was there."""
        counter = self._counters.get(self._at.pop(happening.ticket, ""))
        if counter is None or (visit := counter.visit) is None:
            return None
        counter.visit, counter.free_since = None, happening.at
        return counter, visit

    # Counters ----------------------------------------------------------------------------------------

    def _planned(self, plan: h.Planned) -> None:
        counter = self._known(plan.counter, plan.services)
        counter.services = plan.services
        counter.opens, counter.closes, counter.breaks = plan.opens, plan.closes, list(plan.breaks)

    def _counter(self, happening: h.OfCounter) -> None:
        counter = self._known(happening.counter, ())
        match happening:
            case h.Opened():
                counter.services = happening.services or counter.services
                counter.signed_on = True
                self._open(counter, happening.at)
            case h.Paused() if counter.is_open and counter.paused_at is None:
                self._learner.was_open(happening.at - counter.working_since)
                counter.paused_at, counter.pause = happening.at, _planned_break(counter.breaks, happening.at)
                counter.breaks = [b for b in counter.breaks if b is not counter.pause]
            case h.Resumed() if counter.paused_at is not None:
                planned = counter.pause.length if counter.pause else None
                self._learner.paused(happening.at - counter.paused_at, planned)
                self._back(counter, happening.at)
            case h.Closed() if counter.is_open:
                if counter.paused_at is None:
                    self._learner.was_open(happening.at - counter.working_since)
                counter.is_open, counter.paused_at, counter.pause = False, None, None

    def _open(self, counter: _Counter, at: float) -> None:
        if counter.opens is not None and not counter.was_open:
            self._learner.opened(at - counter.opens)
        counter.is_open = counter.was_open = True
        self._back(counter, at)

    def _back(self, counter: _Counter, at: float) -> None:
        counter.paused_at, counter.pause = None, None
        counter.working_since = counter.free_since = at
        counter.just_back = True

    def _known(self, id: str, services: tuple[str, ...]) -> _Counter:
        if id not in self._counters:
            self._counters[id] = _Counter(id, services)
        counter = self._counters[id]
        if not set(services) <= set(counter.services):
            counter.services = (*counter.services, *(s for s in services if s not in counter.services))
        return counter

    def _view(self, counter: _Counter, now: float) -> CounterNow | None:
        expected = counter.opens is not None and not counter.was_open and now < counter.opens + LATE_MOST
        if not counter.is_open and not expected:
            return None
        if counter.is_open and self._is_left(counter, now):
            return None
        return CounterNow(
            id=counter.id,
            services=counter.services,
            visit=counter.visit,
            is_open=counter.is_open,
            opens=counter.opens,
            closes=counter.closes,
            paused_at=counter.paused_at,
            pause=counter.pause,
            breaks=tuple(b for b in counter.breaks if b.ends > now),
            free_since=counter.free_since,
        )

    def _is_left(self, counter: _Counter, now: float) -> bool:
        if counter.signed_on or counter.free_since is None or now - counter.free_since < SILENT_MOST:
            return False
        return any(w.service in counter.services for w in self._waiting.values())


def _planned_break(breaks: Iterable[Break], at: float) -> Break | None:
    return next((b for b in breaks if b.begins - EARLY_MOST <= at <= b.ends), None)
