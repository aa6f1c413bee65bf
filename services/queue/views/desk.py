"""What an officer sees: the counters of an office, and one of them at work. Read-only, like all views."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from operator import attrgetter

from services.queue.domain import order
from services.queue.domain.counter import UNDO_WITHIN, Counter, counter_id
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.ticket import Ticket
from services.queue.views.desk_shown import CounterView, DeskView, NextView, PersonView, UndoView
from services.queue.views.office import Views
from shared.clock import Clock
from shared.contracts.queue import Text
from shared.messaging.mongo_store import MongoStore
from shared.messaging.store import Span, Where

RECENT_MOST = 8
"""Latest people of a counter, from whom one can be put back."""
PARKED_MOST = 50
"""More people than an office ever has on their way to the photocopier."""


class Desk:
    """Questions of the officer's pages. Each may raise `Transient` or a refusal for what does not exist."""

    def __init__(self, views: Views, store: MongoStore, clock: Clock) -> None:
        self._views = views
        self._store = store
        self._clock = clock

    async def counters(self, office_id: str) -> list[DeskView]:
        """The counters of an office, in the plan's order. Raises `OfficeUnknown`."""
        office = await self._views.known(office_id)
        today = office.day(self._clock())
        ids = [counter_id(office.id, plan.id) for plan in office.plan.counters]
        found = {counter.name: counter for counter in await self._store.load(Counter, "id", ids)}
        desks = []
        for plan in office.plan.counters:
            state = found.get(plan.id) or Counter(counter_id(office.id, plan.id))
            number = state.number if state.is_busy(today) else None
            desks.append(DeskView(plan, state.is_signed_on(today), state.is_paused(today), number))
        return desks

    async def counter(self, office_id: str, counter: str) -> CounterView:
        """A counter at work. Raises `OfficeUnknown`, `CounterUnknown`."""
        office = await self._views.known(office_id)
        plan = office.counter(counter)
        now = self._clock()
        today = office.day(now)
        (state,) = await self._store.load(Counter, "id", [counter_id(office_id, counter)]) or [
            Counter(counter_id(office_id, counter))
        ]
        view = await self._views.shown(office)
        here = state.ticket if state.is_busy(today) else None
        person = await self._store.load(Ticket, "id", [here]) if here else []
        recent = [ticket for ticket in await self._recent(state, today) if ticket.id != here]
        served = state.serves(plan, today)
        return CounterView(
            id=counter,
            name=plan.name,
            office=office_id,
            office_name=office.plan.name,
            time_zone=office.plan.time_zone,
            person=_person(office, person[0]) if person else None,
            calls=state.calls if here else 0,
            services=tuple(view.service(id) for id in served),
            recent=tuple([_person(office, ticket) for ticket in recent if ticket.state != "parked"][:RECENT_MOST]),
            planned=tuple(view.service(id) for id in plan.services),
            offered=view.services,
            on_duty=state.is_signed_on(today),
            paused=state.is_paused(today),
            next=await self._next(office, served, today),
            parked=tuple([_person(office, ticket) for ticket in await self._parked(office, today)]),
            undo=await self._undo(state, now),
        )

    async def _next(self, office: Office, services: Sequence[str], day: str) -> NextView | None:
        """Whom the counter would call now: the first of its lines' heads, as `CallNext` has it."""
        heads: list[Ticket] = []
        for line in await self._store.load(Line, "id", [line_id(office.id, service, day) for service in services]):
            for begin, end in line.stretches(1):
                where: Where = {"line": line.id, "state": "waiting", "rank": Span(begin, end)}
                if found := await self._store.select(Ticket, where, order=("rank",), limit=1):
                    heads += found
                    break
        return _next(office, min(heads, key=attrgetter("rank"))) if heads else None

    async def _recent(self, counter: Counter, day: str) -> list[Ticket]:
        """Whom a counter was the last to call today, latest first; the present person among them."""
        tickets = await self._store.load(Ticket, "id", counter.recent)
        here = [ticket for ticket in tickets if ticket.counter == counter.name and ticket.day == day]
        return sorted(here, key=attrgetter("called_at"), reverse=True)

    async def _parked(self, office: Office, day: str) -> list[Ticket]:
        """Who fetches something, the first to go first. Asked line by line, as the index has it."""
        parked: list[Ticket] = []
        for line in _lines(office, day):
            where: Where = {"line": line, "state": "parked"}
            parked += await self._store.select(Ticket, where, order=("rank",), limit=PARKED_MOST)
        return sorted(parked, key=attrgetter("changed_at"))

    async def _undo(self, counter: Counter, now: datetime) -> UndoView | None:
        """The latest step, where nothing has come of it yet: as `UndoStep` decides."""
        latest = counter.latest
        if latest is None or not counter.can_undo(now):
            return None
        for ticket in await self._store.load(Ticket, "id", [latest.ticket]):
            if latest.is_last_of(ticket):
                until = latest.at + UNDO_WITHIN
                return UndoView(ticket.number, until, ceil((until - now).total_seconds()))
        return None


def _lines(office: Office, day: str) -> list[str]:
    return [line_id(office.id, service.id, day) for service in office.plan.services]


def _person(office: Office, ticket: Ticket) -> PersonView:
    return PersonView(
        ticket=ticket.id,
        number=ticket.number,
        service_name=_service_name(office, ticket),
        state=ticket.state,
        called_at=ticket.called_at,
        can_put_back=ticket.can_be_put_back,
        service=_service(ticket),
        need=ticket.need,
        since=office.local(ticket.changed_at),
        by_appointment=ticket.appointment is not None,
        proven=ticket.proven,
    )


def _next(office: Office, ticket: Ticket) -> NextView:
    return NextView(
        number=ticket.number,
        service_name=_service_name(office, ticket),
        reason=order.reason(ticket),
        group=ticket.group,
        need=ticket.need,
        here_since=office.local(ticket.taken_at),
        counts_from=office.local(order.counts_from(ticket.rank, ticket.day)),
        head_start_minutes=int(office.head_start(ticket.group).total_seconds() // 60),
        slot=None if ticket.slot is None else office.local(ticket.slot),
        by_appointment=ticket.appointment is not None,
        proven=ticket.proven,
    )


def _service(ticket: Ticket) -> str:
    return ticket.line.split(":")[1]


def _service_name(office: Office, ticket: Ticket) -> Text:
    names = {service.id: service.name for service in office.plan.services}
    return names.get(_service(ticket), Text("", ""))
