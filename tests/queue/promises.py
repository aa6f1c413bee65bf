"""What the queue promises whatever happens, checked on what it keeps and on what it told."""

from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Iterable

from services.queue.domain.appointment import Agenda, Appointment
from services.queue.domain.counter import CALLS_MOST, Counter
from services.queue.domain.line import Line
from services.queue.domain.ticket import DELAYS_MOST, PUT_BACKS_MOST, Ticket
from shared.contracts.message import Event
from shared.contracts.queue import AppointmentPlan, CounterEvent, LineEvent, StepUndone, TicketEvent, TicketTaken

ACTIVE = ("waiting", "called", "serving", "parked")
WAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "TicketTaken": (("",), "waiting"),
    "TicketCalled": (("waiting",), "called"),
    "TicketRecalled": (("called",), "called"),
    "ServingStarted": (("called",), "serving"),
    "ServingFinished": (("serving",), "finished"),
    "TicketMissed": (("called",), "missed"),
    "TicketPutBack": (("called", "missed"), "waiting"),
    "TicketCancelled": (("waiting", "called"), "cancelled"),
    "TicketDelayed": (("waiting",), "waiting"),
    "TicketParked": (("serving",), "parked"),
    "TicketResumed": (("parked",), "serving"),
    "TicketTransferred": (("serving", "waiting"), "sent on"),
    "TicketJoined": (("sent on",), "waiting"),
    "StepUndone": (("waiting", "called", "serving", "parked", "finished", "missed", "sent on"), "as it says"),
}
"""From which states each event leads, and to which."""


def check_kept(lines: Iterable[Line], tickets: Iterable[Ticket], counters: Iterable[Counter], quota: int) -> None:
    """Lines, tickets and counters agree."""
    everyone = list(tickets)
    in_line: dict[str, list[Ticket]] = defaultdict(list)
    numbered: dict[tuple[str, str], list[Ticket]] = defaultdict(list)
    for ticket in everyone:
        in_line[ticket.line].append(ticket)
        numbered[ticket.day, ticket.prefix].append(ticket)
    by_id = {line.id: line for line in lines}
    assert in_line.keys() <= by_id.keys()
    for line in by_id.values():
        _check_numbers(line, numbered[line.day, line.prefix], quota)
        _check_line(line, in_line[line.id])
    claims = [ticket.claim for ticket in everyone if ticket.claim is not None]
    assert len(claims) == len(set(claims)), "a person holds two active tickets of a line"
    for counter in counters:
        _check_counter(counter, everyone)


def _check_numbers(line: Line, tickets: list[Ticket], quota: int) -> None:
    assert sorted(ticket.sequence for ticket in tickets) == list(range(1, line.sequence + 1)), "numbers have a gap"
    assert len({ticket.number for ticket in tickets}) == len(tickets), "a number was given out twice"
    assert line.sequence <= quota
    for way in ("online", "kiosk", "counter", "appointment"):
        assert getattr(line.given, way) == sum(ticket.way == way for ticket in tickets)


def _check_line(line: Line, tickets: list[Ticket]) -> None:
    waiting = sorted((ticket for ticket in tickets if ticket.state == "waiting"), key=lambda ticket: ticket.rank)
    assert line.waiting == len(waiting)
    assert len({ticket.rank for ticket in waiting}) == len(waiting), "two people wait in one place"
    for ahead, ticket in enumerate(waiting):
        assert line.head <= ticket.rank
        assert line.ahead(ticket.rank) in (None, ahead), "the line is wrong about who stands before whom"
    assert all(ticket.rank <= line.tail or ticket.rank in line.late for ticket in waiting)
    for ticket in tickets:
        assert ticket.claim == (ticket.holder if ticket.state in ACTIVE else None)
        assert ticket.put_backs <= PUT_BACKS_MOST
        assert ticket.delays <= DELAYS_MOST


def _check_counter(counter: Counter, tickets: list[Ticket]) -> None:
    name = counter.id.rpartition(":")[2]
    here = [
        ticket.id
        for ticket in tickets
        if ticket.counter == name and ticket.day == counter.day and ticket.state in ("called", "serving")
    ]
    assert here == ([] if counter.ticket is None else [counter.ticket]), "a counter has not exactly its person"
    assert counter.calls <= CALLS_MOST


def check_agendas(agendas: Iterable[Agenda], appointments: Iterable[Appointment], plan: AppointmentPlan) -> None:
    """No slot is overbooked, and each open appointment has its place."""
    by_id = {agenda.id: agenda for agenda in agendas}
    for agenda in by_id.values():
        held = Counts(place.slot for place in agenda.places if place.free_at is None)
        assert all(people <= plan.capacity for people in held.values()), "a slot is overbooked"
    claims = []
    for appointment in appointments:
        places = [p for p in by_id[appointment.agenda].places if p.appointment == appointment.id and p.free_at is None]
        if appointment.state in ("booked", "kept"):
            assert [p.slot for p in places] == [appointment.slot]
            assert places[0].kept == (appointment.state == "kept")
        assert (appointment.claim is None) == (appointment.state != "booked")
        claims.append(appointment.claim)
    open_ones = [claim for claim in claims if claim is not None]
    assert len(open_ones) == len(set(open_ones)), "a person holds two open appointments"


def check_told(events: Iterable[Event]) -> dict[str, str]:
    """The events alone tell one story. Returns the state in which it leaves each ticket."""
    revisions: dict[str, int] = defaultdict(int)
    states: dict[str, str] = defaultdict(str)
    numbers: dict[str, int] = defaultdict(int)
    at_counter: dict[str, str] = {}
    for event in events:
        if isinstance(event, LineEvent):
            assert event.revision == revisions[event.line] + 1, "a revision is missing or told twice"
            revisions[event.line] = event.revision
        if isinstance(event, TicketTaken):
            assert event.sequence == numbers[event.line] + 1
            numbers[event.line] = event.sequence
        if isinstance(event, TicketEvent):
            before, after = WAYS[type(event).__name__]
            assert states[event.ticket] in before, (
                f"{type(event).__name__} of a ticket that is {states[event.ticket]!r}"
            )
            states[event.ticket] = event.state if isinstance(event, StepUndone) else after
        if isinstance(event, CounterEvent) and states[event.ticket] in ("called", "serving"):
            assert at_counter.setdefault(event.ticket, event.counter) == event.counter, "two counters for one person"
        elif isinstance(event, TicketEvent):
            at_counter.pop(event.ticket, None)
    return states
