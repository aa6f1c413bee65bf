"""A small office and its queue in memory: the stage on which the tests of the domain play."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.queue.domain.counter import Counter
from services.queue.domain.line import Line
from services.queue.domain.office import Office
from services.queue.domain.ticket import Ticket
from services.queue.routes import ROUTES
from shared.contracts import queue
from shared.contracts.message import Command, Event, Refusal, events_topic
from shared.contracts.queue import (
    CounterPlan,
    Holiday,
    OfficePlan,
    Opening,
    Procedure,
    ServicePlan,
    TakeTicket,
    Text,
    TicketTaken,
)
from tests.support.twin import Twin

OFFICE = "polres-palu"
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
"""Monday, 2 March 2026, 08:00 in Palu (UTC+8): the office opens."""
PHONE = "+6281234567890"
NEED_A_SHIFT = (queue.CallNext, queue.ResumeTicket, queue.PauseCounter)


def text(words: str) -> Text:
    return Text(words, words)


def daily(opens: time, closes: time, weekdays: Sequence[int] = range(5)) -> tuple[Opening, ...]:
    return tuple(Opening(weekday, opens, closes) for weekday in weekdays)


def service(id: str, prefix: str, *, quota: int = 100, hours: tuple[Opening, ...] | None = None) -> ServicePlan:
    opened = daily(time(8), time(14)) if hours is None else hours
    return ServicePlan(id, text(id), prefix, opened, quota, Procedure(text("summary")))


def counter(id: str, *services: str) -> CounterPlan:
    return CounterPlan(id, text(id), services)


PLAN = OfficePlan(
    id=OFFICE,
    name=text("Polres Palu"),
    address=text("Palu"),
    time_zone="Asia/Makassar",
    services=(service("sim", "A"), service("skck", "B")),
    counters=(counter("loket-1", "sim"), counter("loket-2", "sim", "skck"), counter("loket-3", "skck")),
    holidays=(Holiday(date(2026, 3, 19), text("Nyepi")),),
)


def with_quota(quota: int) -> OfficePlan:
    return replace(PLAN, services=tuple(replace(s, quota=quota) for s in PLAN.services))


class Scene(Twin):
    """The queue of one office, with words for what happens there."""

    def __init__(self, now: datetime = MONDAY, *, by_hand: bool = False) -> None:
        super().__init__(ROUTES, queue.EVENTS, now)
        self._by_hand = by_hand
        """Whether tests sign on themselves. Else whoever works at a counter does it first, as everybody would."""

    @classmethod
    async def opened(cls, plan: OfficePlan = PLAN, now: datetime = MONDAY, *, by_hand: bool = False) -> "Scene":
        """An office that works by a plan."""
        scene = cls(now, by_hand=by_hand)
        await scene.configure(plan)
        return scene

    async def configure(self, plan: OfficePlan) -> Event:
        configured, *_ = await self.send(queue.ConfigureOffice(office=plan.id, plan=plan), actor="staff/sari")
        assert not isinstance(configured, Refusal), configured
        return configured

    async def send(self, command: Command, *, id: str | None = None, actor: str = "system") -> list[Event]:
        """Put a command on the bus and return its events; who works at a counter signs on there before."""
        if isinstance(command, NEED_A_SHIFT) and not self._by_hand:
            await self.on_duty(command.counter)
        return await super().send(command, id=id, actor=actor)

    async def on_duty(self, *counters: str) -> None:
        """Sign on where nobody has today, for everything."""
        for office in self.all(Office):
            today = office.day(self.now)
            at_work = {c.name for c in self.all(Counter) if c.is_signed_on(today) or c.is_busy(today)}
            for counter in counters:
                if counter not in at_work:
                    await super().send(queue.SignOn(office=office.id, counter=counter))

    def pass_time(self, **spans: float) -> None:
        """`pass_time(minutes=5)`."""
        self.now += timedelta(**spans)

    async def done(self, command: Command, *, id: str | None = None, actor: str = "staff/sari") -> Event:
        """Send a command that must be accepted; returns its one event."""
        (event,) = await self.send(command, id=id, actor=actor)
        assert not isinstance(event, Refusal), event
        return event

    async def refused(self, command: Command) -> tuple[str, dict[str, str | int]]:
        """Send a command that must be refused; returns the reason and its details."""
        (event,) = await self.send(command)
        assert isinstance(event, Refusal), event
        return event.reason, event.details

    async def take(self, service: str = "sim", phone: str | None = None, **more: Any) -> str:
        """A person takes a ticket; returns its id."""
        event = await self.done(TakeTicket(office=OFFICE, service=service, phone=phone, **more), actor="citizen")
        assert isinstance(event, TicketTaken)
        return event.ticket

    async def call(self, counter: str = "loket-1") -> str:
        """A counter calls the next person; returns the ticket's id."""
        event = await self.done(queue.CallNext(office=OFFICE, counter=counter))
        assert isinstance(event, queue.TicketCalled)
        return event.ticket

    async def serve(self, counter: str = "loket-1") -> Event:
        return await self.done(queue.ServeTicket(office=OFFICE, counter=counter))

    async def finish(self, counter: str = "loket-1") -> Event:
        return await self.done(queue.FinishTicket(office=OFFICE, counter=counter))

    async def no_show(self, counter: str = "loket-1") -> Event:
        return await self.done(queue.MarkNoShow(office=OFFICE, counter=counter))

    async def put_back(self, ticket: str, counter: str = "loket-1") -> queue.TicketPutBack:
        event = await self.done(queue.PutBackTicket(office=OFFICE, counter=counter, ticket=ticket))
        assert isinstance(event, queue.TicketPutBack)
        return event

    def events_from(self, nth: int) -> list[tuple[Event, str]]:
        """The office's events from the nth on, each with the id of its command: one office is one order of events."""
        return self._decoded(self.bus.all(events_topic(self.service))[nth:])

    def ticket(self, id: str) -> Ticket:
        (found,) = [ticket for ticket in self.tickets() if ticket.id == id]
        return found

    def tickets(self) -> list[Ticket]:
        return self.all(Ticket)

    def line(self, service: str = "sim", day: str = "2026-03-02") -> Line:
        (found,) = [line for line in self.all(Line) if line.id == f"{OFFICE}:{service}:{day}"]
        assert isinstance(found, Line)
        return found

    def counter(self, name: str) -> Counter:
        (found,) = [counter for counter in self.all(Counter) if counter.id == f"{OFFICE}:{name}"]
        assert isinstance(found, Counter)
        return found

    def waiting(self, service: str = "sim", day: str = "2026-03-02") -> list[str]:
        """The numbers that wait, in order."""
        line = f"{OFFICE}:{service}:{day}"
        waiting = [t for t in self.tickets() if t.line == line and t.state == "waiting"]
        return [ticket.number for ticket in sorted(waiting, key=lambda t: t.rank)]
