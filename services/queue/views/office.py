"""What the pages and the API show: read-only questions to the database, answered as plain records.

Nothing here changes anything, and nothing here is on the way of a command.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import ceil
from typing import TypeVar
from zoneinfo import ZoneInfo

from services.queue.domain import errors
from services.queue.domain.appointment import Agenda
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.ticket import OVER, Ticket
from services.queue.views.expectations import Expectations
from services.queue.views.shown import OfficeView, ServiceView, TicketView, WaitView
from shared.clock import Clock
from shared.contracts.queue import CounterPlan, ServicePlan, Text, Way
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database, passing_errors, ping, snapshot

OFFICES_MOST = 1_000
"""More than the districts of Indonesia."""

Plan = TypeVar("Plan", ServicePlan, CounterPlan)


class Views:
    """Questions of the queue's pages. Each may raise `Transient` or a refusal for what does not exist."""

    def __init__(
        self,
        client: Client,
        database: Database,
        store: MongoStore,
        clock: Clock,
        expectations: Expectations | None = None,
    ) -> None:
        """Without `expectations` nothing is said of waiting times."""
        self._client = client
        self._store = store
        self._lines_in_database = database["lines"]
        self._tickets = database["tickets"]
        self._clock = clock
        self._expectations = expectations

    async def offices(self) -> list[OfficeView]:
        """Every office, by name."""
        offices, now = await self._all(), self._clock()
        lines, agendas = await self._today(offices, now)
        return [_office(office, lines, agendas, now) for office in offices]

    async def office_names(self) -> list[tuple[str, Text]]:
        """Short name and name of every office."""
        return [(office.id, office.plan.name) for office in await self._all()]

    async def time_zone(self, office: str) -> ZoneInfo:
        """Where an office is. Raises `OfficeUnknown`."""
        return ZoneInfo((await self.known(office)).plan.time_zone)

    async def office(self, id: str) -> OfficeView:
        """One office. Raises `OfficeUnknown`."""
        view = await self.shown(await self.known(id))
        if self._expectations is None:
            return view
        newcomer = partial(self._expectations.newcomer, id)
        return replace(view, services=tuple(replace(s, wait=newcomer(s.id)) for s in view.services))

    async def ticket(self, id: str) -> TicketView:
        """One ticket. Raises `TicketUnknown`."""
        found = await self._store.load(Ticket, "id", [id])
        if not found:
            raise errors.TicketUnknown
        (ticket,) = found
        office_id, service_id, day = ticket.line.split(":")
        office = await self.known(office_id)
        service = _named(office.plan.services, service_id)
        expired = day < office.day(self._clock()) and ticket.state not in OVER
        lines = await self._store.load(Line, "id", [ticket.line])
        return TicketView(
            id=ticket.id,
            number=ticket.number,
            office=office_id,
            office_name=office.plan.name,
            service=service_id,
            service_name=service.name if service else Text(service_id, service_id),
            line=ticket.line,
            day=day,
            state="expired" if expired else ticket.state,
            ahead=0 if expired else await self.ahead(ticket),
            counter=ticket.counter,
            counter_names={counter.id: counter.name for counter in office.plan.counters},
            taken_at=office.local(ticket.taken_at),
            called_at=ticket.called_at and office.local(ticket.called_at),
            closing=lines[0].message if lines and not expired else None,
            wait=self._wait(ticket, office_id) if not expired else None,
        )

    def _wait(self, ticket: Ticket, office: str) -> WaitView | None:
        if self._expectations is None or ticket.state != "waiting":
            return None
        return self._expectations.ticket(office, ticket.id)

    async def ahead(self, ticket: Ticket) -> int:
        """How many of the ticket's line will be called before it."""
        if ticket.state != "waiting":
            return 0
        with passing_errors():
            return await self._tickets.count_documents(
                {"line": ticket.line, "state": "waiting", "rank": {"$lt": ticket.rank}}
            )

    async def ready(self) -> None:
        """Raises `Transient` where the database does not answer."""
        await ping(self._client)

    async def line(
        self, line: str, tickets: Collection[str]
    ) -> tuple[int, Text | None, dict[str, int], dict[str, tuple[str, str | None, str]]]:
        """A line's revision and closing message, the ranks of who waits in it, and state, counter and line of some
        tickets, all at one moment.
        """
        async with snapshot(self._client) as session:
            told = {"revision": 1, "message": 1}
            known = await self._lines_in_database.find_one({"_id": line}, told, session=session)
            waiting = self._tickets.find({"line": line, "state": "waiting"}, {"rank": 1}, session=session)
            ranks = {ticket["_id"]: ticket["rank"] async for ticket in waiting}
            shown = {"state": 1, "counter": 1, "line": 1}
            asked = self._tickets.find({"_id": {"$in": list(tickets)}}, shown, session=session)
            steps = {ticket["_id"]: (ticket["state"], ticket.get("counter"), ticket["line"]) async for ticket in asked}
        message = known.get("message") if known else None
        return (known["revision"] if known else 0), Text(**message) if message else None, ranks, steps

    async def known(self, id: str) -> Office:
        """An office itself. Raises `OfficeUnknown`."""
        found = await self._store.load(Office, "id", [id])
        if not found:
            raise errors.OfficeUnknown
        return found[0]

    async def _all(self) -> list[Office]:
        return await self._store.select(Office, {}, order=("id",), limit=OFFICES_MOST)

    async def shown(self, office: Office) -> OfficeView:
        """An office and how its lines are."""
        now = self._clock()
        return _office(office, *await self._today([office], now), now)

    async def _today(self, offices: Sequence[Office], now: datetime) -> tuple[dict[str, Line], dict[str, Agenda]]:
        """Today's lines and agendas, as far as somebody has joined or booked them."""
        plans = [(line_id(office.id, s.id, office.day(now)), s) for office in offices for s in office.plan.services]
        lines = await self._store.load(Line, "id", [id for id, _ in plans])
        agendas = await self._store.load(Agenda, "id", [id for id, s in plans if s.appointments is not None])
        return {line.id: line for line in lines}, {agenda.id: agenda for agenda in agendas}


def _office(office: Office, lines: Mapping[str, Line], agendas: Mapping[str, Agenda], now: datetime) -> OfficeView:
    plan = office.plan
    ids = {s.id: line_id(office.id, s.id, office.day(now)) for s in plan.services}
    services = tuple(_service(office, s, lines.get(ids[s.id]), agendas.get(ids[s.id]), now) for s in plan.services)
    return OfficeView(office.id, plan.name, plan.address, plan.time_zone, services, plan.counters)


def _service(office: Office, plan: ServicePlan, line: Line | None, agenda: Agenda | None, now: datetime) -> ServiceView:
    """What can be had is what the line would give: `Line.check_gives`."""
    closed = line.closed if line else False
    until = line.reopens_until(now) if line else None
    in_hours = office.is_open(plan, now)
    reserved = agenda.reserved(plan.appointments, now) if agenda and plan.appointments else 0
    ways: tuple[Way, ...] = ("online", "kiosk", "counter")
    present = line or Line("", office.id, plan.id, plan.prefix)
    left = {way: present.left(plan, way, reserved) if in_hours and not closed else 0 for way in ways}
    open_now = left["online"] > 0
    return ServiceView(
        id=plan.id,
        name=plan.name,
        prefix=present.prefix,
        procedure=plan.procedure,
        hours=plan.hours,
        quota=plan.quota,
        open_now=open_now,
        next_opening=None if open_now else office.next_opening(plan, now, not_today=in_hours),
        waiting=line.waiting if line else 0,
        left_today=present.left(plan, "online", reserved),
        closed_early=closed,
        reopen_seconds=ceil((until - now).total_seconds()) if until else 0,
        left_now=left,
        appointments=plan.appointments,
    )


def _named(plans: Sequence[Plan], id: str | None) -> Plan | None:
    return next((plan for plan in plans if plan.id == id), None)
