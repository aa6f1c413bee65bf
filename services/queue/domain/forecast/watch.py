"""A day as it goes: happenings in, the live state out, and every ended visit told to the learner.

Invariants: happenings are applied in the order of time; a person is in a line or at one counter, never both; what is
said of a ticket that is not known, or not where it would have to be, is passed over.

What is not told is inferred: a counter that calls is open, and one that opened by calling alone counts as
left after `SILENT_MOST` without a call while somebody waits for it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.desk import Desk, Shift
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.person import Person
from services.queue.domain.forecast.situation import Booking, Situation, Waiting
from services.queue.domain.forecast.track_record import Tried
from shared.contracts.queue import Group

SILENT_MOST = 2700.0


class Watch:
    """One office on one local day."""

    def __init__(self, order: Order, learner: Learner, midnight: float) -> None:
        self._order = order
        self._learner = learner
        self._people: dict[str, Person] = {}
        self._before: dict[str, Person] = {}
        """Ticket → as it was before a counter's latest step with it."""
        self._waiting: dict[str, Waiting] = {}
        """Those of the people who wait."""
        self._tried: dict[str, Tried] = {}
        """Ticket → what came of what the person was told."""
        self._desks: dict[str, Desk] = {}
        self._bookings: dict[str, Booking] = {}
        self._latest = midnight
        learner.begin_day(midnight)

    def situation(self, now: float) -> Situation:
        """The live state."""
        desks = (desk for desk in self._desks.values() if not self._is_left(desk, now))
        counters = tuple(view for desk in desks if (view := desk.view(now)))
        return Situation(now, tuple(self._waiting.values()), counters, tuple(self._bookings.values()))

    def tried(self) -> Collection[Tried]:
        """What came of today's promises until now."""
        return self._tried.values()

    def end_day(self) -> None:
        """Nothing more will happen: who has not come for an appointment did not keep it."""
        for _ in self._bookings:
            self._learner.missed_booking()
        self._bookings.clear()
        for desk in self._desks.values():
            desk.apply(h.Closed(self._latest, desk.id), self._learner)

    def settle(
        self,
        now: float,
        people: Iterable[Person],
        before: Iterable[Person],
        shifts: Mapping[str, Shift],
        bookings: Iterable[Booking],
    ) -> None:
        """Be as a database says, whatever was told until now. Nobody learns anything by it."""
        self._people, self._waiting, self._tried = {}, {}, {}
        self._desks = {id: self._desk(id) for id in shifts}
        for id, shift in shifts.items():
            self._desks[id].settle(shift, now)
        for person in people:
            self._put(person)
            if visit := person.visit:
                self._desk(person.counter).seat(visit)
        self._before = {person.place.ticket: person for person in before}
        self._bookings = {booking.id: booking for booking in bookings}

    def apply(self, happening: h.Happening) -> None:
        """Move on by one happening."""
        self._latest = happening.at
        match happening:
            case h.Planned():
                self._desk(happening.counter).plan(happening)
            case h.Booked():
                booking = Booking(happening.booking, happening.service, happening.slot)
                self._bookings[booking.id] = booking
            case h.BookingCancelled():
                self._bookings.pop(happening.booking, None)
            case h.Taken():
                self._taken(happening)
            case h.OfTicket() if (person := self._people.get(happening.ticket)) is not None:
                self._ticket(person, happening)
            case h.OfCounter():
                self._desk(happening.counter).apply(happening, self._learner)

    # Tickets -----------------------------------------------------------------------------------------

    def _taken(self, taken: h.Taken) -> None:
        booking = self._bookings.pop(taken.booking, None) if taken.booking else None
        if booking is not None:
            self._learner.kept_booking(booking.slot, taken.at)
        elif taken.booking is None:
            self._learner.took_ticket(taken.service, taken.group, taken.at)
        place = self._place(taken.ticket, taken.service, taken.group, taken.stands, taken.rank)
        if taken.stands is None:
            place = replace(place, since=taken.at if taken.since is None else taken.since)
        self._put(Person(place, taken.at, taken=taken.at, promise=taken.promise))

    def _ticket(self, person: Person, happening: h.OfTicket) -> None:
        at, place = happening.at, person.place
        match happening, person.state:
            case h.Called(), "waiting":
                self._called(person, happening)
            case h.Started(), "called":
                self._learner.came(at - person.called_at)
                self._learner.showed_up(place.service, place.group, came=True)
                self._step(person, replace(person, state="serving", started_at=at), at)
            case h.Finished(), "serving":
                self._worked(person, at)
                self._step(person, replace(person, state="finished"), at)
            case h.Missed(), "called":
                self._learner.gave_up(at - person.called_at)
                self._learner.showed_up(place.service, place.group, came=False)
                self._step(person, replace(person, state="missed"), at)
            case h.Parked(), "serving":
                self._step(person, replace(person, state="parked", parked_at=at), at)
            case h.Returned(counter=counter), "parked":
                began = person.started_at + at - person.parked_at
                self._step(person, replace(person, state="serving", counter=counter, started_at=began), at)
            case h.PutBack(), "called" | "serving" | "missed":
                if person.state == "missed":
                    self._learner.came_back()
                stands = self._place(place.ticket, place.service, place.group, happening.stands, happening.rank)
                self._step(person, replace(person, state="waiting", place=stands, joined=at), at)
            case h.Moved(), "waiting":
                stands = self._place(place.ticket, place.service, place.group, happening.stands, happening.rank)
                self._put(replace(person, place=stands, promise=person.promise if person.first_called else None))
            case h.SentOn(), _:
                self._sent_on(person, at)
            case h.Joined(service=service, group=group), _:
                stands = self._place(place.ticket, service, group, happening.stands, happening.rank)
                self._put(replace(person, state="waiting", place=stands, joined=at))
            case h.Cancelled(), "waiting" | "called":
                if person.state == "waiting":
                    self._learner.waited(at - person.joined, left=True)
                self._step(person, replace(person, state="cancelled"), at)
            case h.Undone(), _:
                self._undone(person, happening)

    def _called(self, person: Person, called: h.Called) -> None:
        desk = self._desk(called.counter)
        desk.learn(person.place.service)
        self._learn_reaction(desk, person, called.at)
        self._learner.waited(called.at - person.joined, left=False)
        first = person.first_called or called.at
        to = replace(person, state="called", counter=desk.id, called_at=called.at, first_called=first)
        self._step(person, to, called.at)

    def _learn_reaction(self, desk: Desk, person: Person, at: float) -> None:
        """How long the counter took to call, from when it could have."""
        if desk.free_since is None or desk.just_back or not desk.is_open:
            return
        if person.joined <= desk.free_since:
            self._learner.switched(at - desk.free_since)
            return
        able = (self._people[t].joined for t, w in self._waiting.items() if w.service in desk.services)
        earliest = min(able, default=person.joined)
        if earliest <= desk.free_since:
            self._learner.switched(at - desk.free_since)
        elif person.joined <= earliest:
            self._learner.noticed(at - person.joined)

    def _worked(self, person: Person, at: float) -> None:
        self._learner.worked(person.place.service, person.counter, at - person.started_at)

    def _sent_on(self, person: Person, at: float) -> None:
        if person.state == "serving":
            self._worked(person, at)
            self._step(person, replace(person, state="finished"), at)
        else:
            self._put(replace(person, state="finished"))

    def _undone(self, person: Person, undone: h.Undone) -> None:
        before = self._before.pop(undone.ticket, person)
        service, group = undone.service, before.place.group
        place = replace(before.place, service=service)
        if undone.stands is not None:
            place = self._place(undone.ticket, service, group, undone.stands, undone.rank)
        restored = replace(before, state=undone.state, place=place)
        desk = self._desk(undone.counter)
        nobody_yet = desk.opened_by == undone.ticket and restored.visit is None
        self._step(person, restored, undone.at)
        del self._before[undone.ticket]
        if nobody_yet:
            desk.is_open = False

    def _step(self, former: Person, person: Person, at: float) -> None:
        """What happens between a person and a counter."""
        if former.visit:
            self._desk(former.counter).free(former.place.ticket, at)
        self._put(person)
        self._before[person.place.ticket] = former
        if visit := person.visit:
            self._desk(person.counter).receive(visit, at, self._learner)

    def _put(self, person: Person) -> None:
        ticket = person.place.ticket
        self._people[ticket] = person
        if person.state == "waiting":
            self._waiting[ticket] = person.place
        else:
            self._waiting.pop(ticket, None)
        if tried := person.tried:
            self._tried[ticket] = tried
        else:
            self._tried.pop(ticket, None)

    def _place(self, ticket: str, service: str, group: Group, stands: float | None, rank: int) -> Waiting:
        return Waiting(ticket, service, (stands or 0.0) + self._order.head_start(group), group, rank)

    # Counters ----------------------------------------------------------------------------------------

    def _desk(self, id: str) -> Desk:
        return self._desks.setdefault(id, Desk(id, ()))

    def _is_left(self, desk: Desk, now: float) -> bool:
        if not desk.is_open or desk.signed_on or desk.free_since is None or now - desk.free_since < SILENT_MOST:
            return False
        return any(w.service in desk.services for w in self._waiting.values())
