"""What the holder of a ticket sees beside their place in the line: where to go, what to bring, their family, and what
they can still do. Read-only, like all views; asked for by the page alone, not by everybody who follows a line.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from services.queue.domain import errors
from services.queue.domain.feedback import Feedback
from services.queue.domain.office import Office
from services.queue.domain.ticket import DELAYS_MOST, FAMILY_MOST, FEEDBACK_DAYS, OVER, Ticket
from services.queue.views.citizen_shown import MemberView, VisitView
from services.queue.views.office import Views
from shared.clock import Clock
from shared.contracts.queue import Text
from shared.messaging.mongo_store import MongoStore


class Holders:
    """Questions of a ticket's page. Each may raise `Transient` or a refusal for what does not exist."""

    def __init__(self, views: Views, store: MongoStore, clock: Clock) -> None:
        self._views = views
        self._store = store
        self._clock = clock

    async def visit(self, id: str) -> VisitView:
        """What belongs to a ticket. Raises `TicketUnknown`."""
        found = await self._store.load(Ticket, "id", [id])
        if not found:
            raise errors.TicketUnknown
        (ticket,) = found
        office = await self._views.known(ticket.office)
        now = self._clock()
        service = next((s for s in office.plan.services if s.id == _service_of(ticket)), None)
        family = await self._family(ticket)
        is_today = ticket.day >= office.day(now)
        shown = await self._views.shown(office)
        return VisitView(
            address=office.plan.address,
            requirements=service.procedure.requirements if service else (),
            is_priority=ticket.group == "priority",
            slot=office.local(ticket.slot) if ticket.slot else None,
            delays_left=DELAYS_MOST - ticket.delays if ticket.state not in OVER and is_today else 0,
            feedback=await self._feedback(ticket, office, now),
            family=tuple(_member(member, office, now) for member in family if member.id != ticket.id),
            family_left=FAMILY_MOST - len(family) if is_today else 0,
            services=tuple((view.id, view.name) for view in shown.services if view.open_now) if is_today else (),
        )

    async def _family(self, ticket: Ticket) -> Sequence[Ticket]:
        """All tickets of a family, this one among them, the first taken first."""
        first = ticket
        if ticket.family is not None:
            (first,) = await self._store.load(Ticket, "id", [ticket.family])
        rest = {ticket.id: ticket for ticket in await self._store.load(Ticket, "id", first.relatives)}
        return [first, *(rest[id] for id in first.relatives)]

    async def _feedback(self, ticket: Ticket, office: Office, now: datetime) -> Literal["open", "given", "none"]:
        if ticket.state != "finished":
            return "none"
        if await self._store.load(Feedback, "id", [ticket.id]):
            return "given"
        age = date.fromisoformat(office.day(now)) - date.fromisoformat(ticket.day)
        return "open" if age <= FEEDBACK_DAYS else "none"


def _member(ticket: Ticket, office: Office, now: datetime) -> MemberView:
    service = _service_of(ticket)
    expired = ticket.day < office.day(now) and ticket.state not in OVER
    return MemberView(
        ticket=ticket.id,
        number=ticket.number,
        service_name=next((s.name for s in office.plan.services if s.id == service), Text(service, service)),
        state="expired" if expired else ticket.state,
        counter=ticket.counter,
        counter_names={counter.id: counter.name for counter in office.plan.counters},
    )


def _service_of(ticket: Ticket) -> str:
    return ticket.line.split(":")[1]
