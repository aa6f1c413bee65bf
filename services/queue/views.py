"""What the pages and the API show: read-only questions to the database, answered as plain records.

Nothing here changes anything, and nothing here is on the way of a command.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from services.queue.domain import errors
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.staff import Staff, staff_id
from services.queue.domain.ticket import OVER, Ticket
from services.queue.shown import (
    BoardView,
    CallView,
    CounterView,
    OfficeView,
    PersonView,
    ServiceView,
    StaffView,
    TicketView,
)
from shared.clock import Clock
from shared.contracts.queue import CounterPlan, ServicePlan, Text
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database, passing_errors, ping, snapshot

OFFICES_MOST = 1_000
"""More than the districts of Indonesia."""
SHOWN_CALLS = 8
"""Latest calls on the lobby board."""
SHOWN_RECENT = 8
"""Latest people of a counter, from whom one can be put back."""

Plan = TypeVar("Plan", ServicePlan, CounterPlan)


class Views:
    """Questions of the queue's pages. Each may raise `Transient` or a refusal for what does not exist."""

    def __init__(self, client: Client, database: Database, store: MongoStore, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._lines_in_database = database["lines"]
        self._tickets = database["tickets"]
        self._staff = database["staff"]
        self._clock = clock

    async def offices(self) -> list[OfficeView]:
        """Every office, by name."""
        offices, now = await self._all(), self._clock()
        lines = await self._lines(offices, now)
        return [_office(office, lines, now) for office in offices]

    async def office_names(self) -> list[tuple[str, Text]]:
        """Short name and name of every office."""
        return [(office.id, office.plan.name) for office in await self._all()]

    async def office(self, id: str) -> OfficeView:
        """One office. Raises `OfficeUnknown`."""
        return await self._office(await self._known(id))

    async def ticket(self, id: str) -> TicketView:
        """One ticket. Raises `TicketUnknown`."""
        found = await self._store.load(Ticket, "id", [id])
        if not found:
            raise errors.TicketUnknown
        (ticket,) = found
        office_id, service_id, day = ticket.line.split(":")
        office = await self._known(office_id)
        service = _named(office.plan.services, service_id)
        expired = day < office.day(self._clock()) and ticket.state not in OVER
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
            taken_at=ticket.taken_at,
            called_at=ticket.called_at,
        )

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
    ) -> tuple[int, dict[str, int], dict[str, tuple[str, str | None, str]]]:
        """A line's revision, the ranks of who waits in it, and state, counter and line of some tickets, all at once."""
        async with snapshot(self._client) as session:
            known = await self._lines_in_database.find_one({"_id": line}, {"revision": 1}, session=session)
            waiting = self._tickets.find({"line": line, "state": "waiting"}, {"rank": 1}, session=session)
            ranks = {ticket["_id"]: ticket["rank"] async for ticket in waiting}
            shown = {"state": 1, "counter": 1, "line": 1}
            asked = self._tickets.find({"_id": {"$in": list(tickets)}}, shown, session=session)
            steps = {ticket["_id"]: (ticket["state"], ticket["counter"], ticket["line"]) async for ticket in asked}
        return (known["revision"] if known else 0), ranks, steps

    async def staff(self, id: str) -> Staff | None:
        """A local account by which somebody can sign in."""
        found = await self._store.load(Staff, "id", [id])
        return found[0] if found and not found[0].is_removed else None

    async def people(self, office: str) -> list[StaffView]:
        """Who has a local account in an office, by user name."""
        of_office = {"$gte": staff_id(office, ""), "$lt": f"{office};"}  # `;` comes next after `:`
        with passing_errors():
            ids = [found["_id"] async for found in self._staff.find({"_id": of_office}, {"_id": 1})]
        accounts = await self._store.load(Staff, "id", ids)
        return [_staff(account) for account in sorted(accounts, key=lambda a: a.id) if not account.is_removed]

    async def person(self, office: str, username: str) -> StaffView:
        """One of them. Raises `StaffUnknown`."""
        account = await self.staff(staff_id(office, username))
        if account is None:
            raise errors.StaffUnknown
        return _staff(account)

    async def board(self, id: str) -> BoardView:
        """The lobby board of an office."""
        office = await self._known(id)
        view = await self._office(office)
        today = office.day(self._clock())
        counters = await self._counters(office)
        calls = [
            CallView(c.number, plan.id, plan.name, c.called_at, c.calls)
            for plan in office.plan.counters
            if (c := counters.get(plan.id)) and c.day == today and c.called_at
        ]
        calls.sort(key=lambda call: call.called_at, reverse=True)
        return BoardView(id, view.name, view.time_zone, tuple(calls[:SHOWN_CALLS]), view.services)

    async def counter(self, office_id: str, counter: str) -> CounterView:
        """A counter at work. Raises `OfficeUnknown`, `CounterUnknown`."""
        office = await self._known(office_id)
        plan = office.counter(counter)
        today = office.day(self._clock())
        state = (await self._counters(office)).get(counter) or Counter(counter_id(office_id, counter))
        view = await self._office(office)
        recent = await self._recent(office, counter, today)
        here = state.ticket if state.day >= today else None
        return CounterView(
            id=counter,
            name=plan.name,
            office=office_id,
            office_name=office.plan.name,
            time_zone=office.plan.time_zone,
            person=next((person for person in recent if person.ticket == here), None),
            calls=state.calls if here else 0,
            services=tuple(view.service(id) for id in plan.services),
            recent=tuple(person for person in recent if person.ticket != here)[:SHOWN_RECENT],
        )

    async def _known(self, id: str) -> Office:
        found = await self._store.load(Office, "id", [id])
        if not found:
            raise errors.OfficeUnknown
        return found[0]

    async def _all(self) -> list[Office]:
        return await self._store.select(Office, {}, order=("id",), limit=OFFICES_MOST)

    async def _office(self, office: Office) -> OfficeView:
        now = self._clock()
        return _office(office, await self._lines([office], now), now)

    async def _lines(self, offices: Sequence[Office], now: datetime) -> dict[str, Line]:
        """Today's lines, as far as somebody has joined them."""
        ids = [line_id(office.id, s.id, office.day(now)) for office in offices for s in office.plan.services]
        return {line.id: line for line in await self._store.load(Line, "id", ids)}

    async def _counters(self, office: Office) -> dict[str, Counter]:
        ids = [counter_id(office.id, plan.id) for plan in office.plan.counters]
        counters = await self._store.load(Counter, "id", ids)
        return {counter.id.rpartition(":")[2]: counter for counter in counters}

    async def _recent(self, office: Office, counter: str, day: str) -> list[PersonView]:
        """Whom a counter called today, latest first; the present person among them."""
        lines = [line_id(office.id, service.id, day) for service in office.plan.services]
        recent = await self._store.latest(
            Ticket, {"counter": counter, "line": lines}, by="called_at", limit=SHOWN_RECENT + 1
        )
        return [_person(office, ticket) for ticket in recent]


def _office(office: Office, lines: Mapping[str, Line], now: datetime) -> OfficeView:
    plan, day = office.plan, office.day(now)
    services = tuple(_service(office, s, lines.get(line_id(office.id, s.id, day)), now) for s in plan.services)
    return OfficeView(office.id, plan.name, plan.address, plan.time_zone, services, plan.counters)


def _service(office: Office, plan: ServicePlan, line: Line | None, now: datetime) -> ServiceView:
    left = max(0, plan.quota - (line.sequence if line else 0))
    closed = line.closed if line else False
    in_hours = office.is_open(plan, now)
    open_now = in_hours and not closed and left > 0
    return ServiceView(
        id=plan.id,
        name=plan.name,
        prefix=plan.prefix,
        procedure=plan.procedure,
        hours=plan.hours,
        quota=plan.quota,
        open_now=open_now,
        next_opening=None if open_now else office.next_opening(plan, now, not_today=in_hours),
        waiting=line.waiting if line else 0,
        left_today=left,
        closed_early=closed,
    )


def _person(office: Office, ticket: Ticket) -> PersonView:
    service = _named(office.plan.services, ticket.line.split(":")[1])
    return PersonView(
        ticket=ticket.id,
        number=ticket.number,
        service_name=service.name if service else Text("", ""),
        state=ticket.state,
        called_at=ticket.called_at,
        can_put_back=ticket.can_be_put_back,
    )


def _staff(account: Staff) -> StaffView:
    _, _, username = account.id.partition(":")
    return StaffView(username, account.display_name, account.roles, account.one_time)


def _named(plans: Sequence[Plan], id: str | None) -> Plan | None:
    return next((plan for plan in plans if plan.id == id), None)
