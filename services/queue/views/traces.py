"""What happened to a number on its day, who did it and from where.

The ticket names the commands that changed it, the journal what they were.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from services.queue.domain import errors
from services.queue.domain.office import Office
from services.queue.domain.ticket import Ticket
from services.queue.views.days import Days
from services.queue.views.office import Views
from services.queue.views.stays import service_of
from shared.contracts import queue
from shared.contracts.queue import CounterPlan, ServicePlan, State, StepUndone, Text, TicketEvent
from shared.messaging.envelope import Codec
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Entry
from shared.messaging.work import TRACE_MOST
from shared.mongo import Database

Actor = Literal["citizen", "kiosk", "staff", "system"]

_NUMBER = re.compile(r"\s*([A-Za-z])\s*-?\s*([0-9]{1,5})\s*")
_EVENTS = {event.type().encode(): event for event in queue.EVENTS if issubclass(event, TicketEvent)}


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that happened to a ticket."""

    at: datetime
    """When it was handled, by the office's clock."""
    event: str
    """The event's name without its version: `TicketCalled`. Of a command that told nothing of the ticket, its own."""
    by: Actor
    user: str | None
    """The user name, where it was one of the staff whose name is still kept."""
    counter: str | None
    counter_name: Text | None
    to: Text | None
    """The service to which the person was sent on."""


@dataclass(frozen=True, slots=True)
class TraceView:
    """A number's day."""

    number: str
    day: date
    service: str
    """Where it is now, or was last."""
    service_name: Text
    state: State
    steps: Sequence[StepView]
    whole: bool
    """Whether nothing is missing: the journal forgets after `keep_audit_days`."""


class Traces:
    """Questions of who must know who did what. Each may raise `Transient` or a refusal for what does not exist."""

    def __init__(self, views: Views, database: Database, store: MongoStore) -> None:
        self._views = views
        self._days = Days(database)
        self._store = store
        self._codec = Codec(_EVENTS.values())

    async def of(self, office_id: str, day: date, number: str) -> TraceView:
        """What happened to the number `A-017`, also written `a17`. Raises `OfficeUnknown`, `TicketUnknown`."""
        office = await self._views.known(office_id)
        ticket = await self._ticket(office, day, as_written(number))
        entries = await self._store.entries(ticket.commands)
        steps = [self._step(entries[id], ticket, office) for id in ticket.commands if id in entries]
        service = service_of(ticket.line)
        return TraceView(
            number=ticket.number,
            day=day,
            service=service,
            service_name=_name(service, office.plan.services),
            state=ticket.state,
            steps=steps,
            whole=0 < len(ticket.commands) < TRACE_MOST and len(entries) == len(ticket.commands),
        )

    async def _ticket(self, office: Office, day: date, number: str) -> Ticket:
        """Of the lines of a day, which may be another than the first since the person was sent on."""
        for line in await self._days.lines(office, day, day):
            where = {"line": line["_id"], "number": number}
            found: list[Ticket] = await self._store.select(Ticket, where, order=("number",), limit=1)
            if found:
                return found[0]
        raise errors.TicketUnknown

    def _step(self, entry: Entry, ticket: Ticket, office: Office) -> StepView:
        """Of a command that does several things at once, the first: that one tells of the others. (What a step back
        leads to comes before it.)"""
        events = [event for event in self._told(entry) if event.ticket == ticket.id]
        event = next((event for event in events if isinstance(event, StepUndone)), events[0] if events else None)
        kind, user, place = _parts(entry.actor)
        counter = place or getattr(event, "counter", None)
        to = getattr(event, "to", None)
        return StepView(
            at=office.local(entry.handled_at),
            event=type(event).__name__ if event else entry.type.split(".")[-2],
            by=kind,
            user=user,
            counter=counter,
            counter_name=None if counter is None else _name(counter, office.plan.counters),
            to=None if to is None else _name(to, office.plan.services),
        )

    def _told(self, entry: Entry) -> Iterator[TicketEvent]:
        for event in entry.events:
            if dict(event.headers)["ce_type"] in _EVENTS:
                message = self._codec.published(event).message
                assert isinstance(message, TicketEvent)
                yield message


def as_written(number: str) -> str:
    """`A-017` for what people write: `a17`, `A 017`. What is no number stays as it is, and is found nowhere."""
    found = _NUMBER.fullmatch(number)
    return f"{found[1].upper()}-{int(found[2]):03d}" if found else number


def _name(id: str, plans: Sequence[ServicePlan] | Sequence[CounterPlan]) -> Text:
    """Of what the office does not have any more, the short name."""
    return {plan.id: plan.name for plan in plans}.get(id, Text(id, id))


def _parts(actor: str) -> tuple[Actor, str | None, str | None]:
    """Kind, user name and counter of who asked, `staff/sari/loket-1`."""
    kind, *rest = actor.split("/")
    user = rest[0] if rest and kind == "staff" else None
    place = rest[1] if len(rest) > 1 else None
    return kind if kind in get_args(Actor) else "system", user, place  # type: ignore[return-value]
