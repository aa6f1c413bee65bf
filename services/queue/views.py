"""What the pages and the API show: read-only questions to the database, answered as plain records.

Nothing here changes anything, and nothing here is on the way of a command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from services.queue.domain import errors
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import Line, line_id
from services.queue.domain.office import Office
from services.queue.domain.staff import Staff
from services.queue.domain.ticket import State, Ticket
from shared.clock import Clock
from shared.contracts.queue import CounterPlan, Opening, Procedure, ServicePlan, Text
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database, passing_errors, ping, snapshot

SHOWN_CALLS = 8
"""Latest calls on the lobby board."""
SHOWN_RECENT = 8
"""Latest people of a counter, from whom one can be put back."""

Shown = State | Literal["expired"]
"""A ticket's state, or `expired` for one of an earlier day that was still open."""

Plan = TypeVar("Plan", ServicePlan, CounterPlan)


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service and how its line is today."""

    id: str
    name: Text
    prefix: str
    procedure: Procedure
    hours: tuple[Opening, ...]
    quota: int
    open_now: bool
    """Gives out tickets at this moment."""
    next_opening: datetime | None
    """When it will next, in the office's time. None while open."""
    waiting: int
    left_today: int
    closed_early: bool


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office and its services."""

    id: str
    name: Text
    address: Text
    time_zone: str
    services: tuple[ServiceView, ...]
    counters: tuple[CounterPlan, ...]

    @property
    def now_open(self) -> bool:
        """Whether any service gives out tickets now."""
        return any(service.open_now for service in self.services)

    def service(self, id: str) -> ServiceView:
        """Raises `ServiceUnknown`."""
        for service in self.services:
            if service.id == id:
                return service
        raise errors.ServiceUnknown


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as its holder sees it."""

    id: str
    number: str
    office: str
    office_name: Text
    service: str
    service_name: Text
    line: str
    day: str
    state: Shown
    ahead: int
    """People who will be called before; 0 unless waiting."""
    counter: str | None
    counter_names: Mapping[str, Text]
    taken_at: datetime
    called_at: datetime | None

    @property
    def counter_name(self) -> Text | None:
        """What the office calls the counter of the latest call."""
        return self.counter_names.get(self.counter) if self.counter else None

    @property
    def place(self) -> int:
        """1 for who is next; 0 unless waiting."""
        return self.ahead + 1 if self.state == "waiting" else 0

    @property
    def is_next(self) -> bool:
        """Whether nobody is ahead."""
        return self.state == "waiting" and self.ahead == 0

    @property
    def is_open(self) -> bool:
        """Whether anything can still change."""
        return self.state in ("waiting", "called", "serving", "missed")

    @property
    def can_cancel(self) -> bool:
        """Whether the holder may leave the line."""
        return self.state in ("waiting", "called")


@dataclass(frozen=True, slots=True)
class CallView:
    """A call on the lobby board."""

    number: str
    counter: str
    counter_name: Text
    called_at: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """The lobby board of an office."""

    office: str
    office_name: Text
    time_zone: str
    calls: tuple[CallView, ...]
    """Latest first, one a counter."""
    services: tuple[ServiceView, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person at a counter, or one who was there."""

    ticket: str
    number: str
    service_name: Text
    state: State
    called_at: datetime | None
    can_put_back: bool


@dataclass(frozen=True, slots=True)
class CounterView:
    """What the officer at a counter sees."""

    id: str
    name: Text
    office: str
    office_name: Text
    time_zone: str
    person: PersonView | None
    calls: int
    """How often the present person has been called."""
    services: tuple[ServiceView, ...]
    recent: tuple[PersonView, ...]
    """Whom this counter called before, latest first."""

    @property
    def waiting(self) -> int:
        """Who waits for any of the counter's services."""
        return sum(service.waiting for service in self.services)


class Views:
    """Questions of the queue's pages. Each may raise `Transient` or a refusal for what does not exist."""

    def __init__(self, client: Client, database: Database, store: MongoStore, clock: Clock) -> None:
        self._client = client
        self._store = store
        self._lines_in_database = database["lines"]
        self._tickets = database["tickets"]
        self._clock = clock

    async def offices(self) -> list[OfficeView]:
        """Every office, by name."""
        offices = await self._store.select(Office, {}, order=("id",), limit=100, excluding=())
        return [await self._office(office) for office in offices]

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
        expired = day < office.day(self._clock()) and ticket.state in ("waiting", "called", "serving", "missed")
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

    async def waiting(self, line: str) -> tuple[int, dict[str, int]]:
        """A line's revision and the ranks of who waits in it, at one moment."""
        async with snapshot(self._client) as session:
            known = await self._lines_in_database.find_one({"_id": line}, {"revision": 1}, session=session)
            found = self._tickets.find({"line": line, "state": "waiting"}, {"rank": 1}, session=session)
            ranks = {ticket["_id"]: ticket["rank"] async for ticket in found}
        return (known["revision"] if known else 0), ranks

    async def staff(self, id: str) -> Staff | None:
        """A local account."""
        found = await self._store.load(Staff, "id", [id])
        return found[0] if found else None

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

    async def _office(self, office: Office) -> OfficeView:
        now = self._clock()
        day = office.day(now)
        lines = {line.id: line for line in await self._lines(office, day)}
        services = tuple(
            _service(office, plan, lines.get(line_id(office.id, plan.id, day)), now) for plan in office.plan.services
        )
        plan = office.plan
        return OfficeView(office.id, plan.name, plan.address, plan.time_zone, services, plan.counters)

    async def _lines(self, office: Office, day: str) -> list[Line]:
        return await self._store.load(Line, "id", [line_id(office.id, s.id, day) for s in office.plan.services])

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


def _named(plans: Sequence[Plan], id: str | None) -> Plan | None:
    return next((plan for plan in plans if plan.id == id), None)
