"""What the queue promises whatever happens, checked on what it keeps and on what it told."""

from collections import defaultdict
from collections.abc import Iterable

from services.queue.domain.counter import CALLS_MOST, Counter
from services.queue.domain.line import Line
from services.queue.domain.ticket import PUT_BACKS_MOST, Ticket
from shared.contracts.message import Event
from shared.contracts.queue import CounterEvent, LineEvent, TicketEvent, TicketTaken

ACTIVE = ("waiting", "called", "serving")
WAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "TicketTaken": (("",), "waiting"),
    "TicketCalled": (("waiting",), "called"),
    "TicketRecalled": (("called",), "called"),
    "ServingStarted": (("called",), "serving"),
    "ServingFinished": (("serving",), "finished"),
    "TicketMissed": (("called",), "missed"),
    "TicketPutBack": (("called", "missed"), "waiting"),
    "TicketCancelled": (("waiting", "called"), "cancelled"),
}
"""From which states each event leads, and to which."""


def check_kept(lines: Iterable[Line], tickets: Iterable[Ticket], counters: Iterable[Counter], quota: int) -> None:
    """Lines, tickets and counters agree."""
    of_line: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        of_line[ticket.line].append(ticket)
    by_id = {line.id: line for line in lines}
    assert of_line.keys() <= by_id.keys()
    for line in by_id.values():
        _check_line(line, of_line[line.id], quota)
    everyone = [ticket for of_one in of_line.values() for ticket in of_one]
    claims = [ticket.claim for ticket in everyone if ticket.claim is not None]
    assert len(claims) == len(set(claims)), "a person holds two active tickets of a line"
    for counter in counters:
        _check_counter(counter, everyone)


def _check_line(line: Line, tickets: list[Ticket], quota: int) -> None:
    tickets = sorted(tickets, key=lambda ticket: ticket.sequence)
    assert [ticket.sequence for ticket in tickets] == list(range(1, line.sequence + 1)), "numbers have a gap"
    assert len({ticket.number for ticket in tickets}) == len(tickets), "a number was given out twice"
    assert line.sequence <= quota
    waiting = sorted((ticket for ticket in tickets if ticket.state == "waiting"), key=lambda ticket: ticket.rank)
    assert line.waiting == len(waiting)
    assert len({ticket.rank for ticket in waiting}) == len(waiting), "two people wait in one place"
    assert [ticket.since for ticket in waiting] == sorted(ticket.since for ticket in waiting)
    for ticket in tickets:
        assert ticket.claim == (ticket.holder if ticket.state in ACTIVE else None)
        assert ticket.put_backs <= PUT_BACKS_MOST


def _check_counter(counter: Counter, tickets: list[Ticket]) -> None:
    name = counter.id.rpartition(":")[2]
    here = [
        ticket.id
        for ticket in tickets
        if ticket.counter == name and ticket.day == counter.day and ticket.state in ("called", "serving")
    ]
    assert here == ([] if counter.ticket is None else [counter.ticket]), "a counter has not exactly its person"
    assert counter.calls <= CALLS_MOST


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
            states[event.ticket] = after
        if isinstance(event, CounterEvent) and states[event.ticket] in ("called", "serving"):
            assert at_counter.setdefault(event.ticket, event.counter) == event.counter, "two counters for one person"
        elif isinstance(event, TicketEvent):
            at_counter.pop(event.ticket, None)
    return states
