"""A queue as operations runs it, in processes of its own, and what goes on in its offices while a browser looks on.

Tests share one, each in an office of its own: an office is the boundary inside of which messages have an order,
so that tests don't meet.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar
from uuid import uuid4

from argon2 import PasswordHasher

from services.queue.demo import demo_office
from services.queue.links import AppointmentLinks, Links
from shared.auth.keys import derive_key
from shared.clock import system_clock
from shared.contracts.message import Command, Event
from shared.contracts.queue import (
    EVENTS,
    SERVICE,
    AddStaff,
    AppointmentBooked,
    BookAppointment,
    CallNext,
    CancelTicket,
    CloseLine,
    ConfigureOffice,
    CounterCommand,
    FinishTicket,
    MarkNoShow,
    Need,
    OfficePlan,
    ParkTicket,
    PutBackTicket,
    RecallTicket,
    Role,
    ServeTicket,
    SignOn,
    TakeTicket,
    Text,
    TicketCalled,
    TicketTaken,
    TransferTicket,
    UndoStep,
)
from shared.messaging.errors import Declined, Pending, Transient
from shared.messaging.tail import Gateway, Tail
from shared.settings import Settings
from tests.chaos.programs import Program, started
from tests.support.waiting import until

RENEWAL = "sim-perpanjangan"
"""The service that most journeys use. One counter serves it, so that everybody knows who is next."""
COUNTER = "loket-2"
SKCK = "skck"
SKCK_COUNTER = "loket-3"
PASSWORD = "a password for tests"

_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Somebody's ticket."""

    id: str
    number: str
    path: str
    """Where its holder finds it."""


class Site:
    """The queue's API and worker, and a way to have the worker do what other people wish."""

    def __init__(self, settings: Settings, folder: Path, gateway: Gateway) -> None:
        self.settings = settings
        self._folder = folder
        self._gateway = gateway
        self._links = Links(derive_key(settings.secret_key, f"{SERVICE}/links"))
        self.appointment_links = AppointmentLinks(derive_key(settings.secret_key, f"{SERVICE}/appointment-links"))
        self.api = self.another_api()
        self.worker = Program("worker", settings, folder)

    def another_api(self, **changed: Any) -> Program:
        """One more API process of the same installation, not yet started: to be killed, or by other settings."""
        return Program("api", self.settings.model_copy(update=changed), self._folder)

    async def do(self, command: Command, *, actor: str = "system", id: str | None = None) -> Event:
        """Have the worker accept a command. Raises `Declined` where it refuses."""
        return await self._gateway.ask(command, id=id or str(uuid4()), actor=actor)

    async def open_office(self, plan: OfficePlan | None = None) -> "Office":
        """A new office that works by a plan: that of the demo, day and night, unless told otherwise."""
        tag = token_hex(3)
        plan = plan or demo_office(always_open=True).plan
        named = Text(f"{plan.name.id} {tag}", f"{plan.name.en} {tag}")
        return await self.set_up(replace(plan, id=f"polres-{tag}", name=named))

    async def set_up(self, plan: OfficePlan) -> "Office":
        """The office of that plan, by its own name."""
        await self.do(ConfigureOffice(office=plan.id, plan=plan))
        return Office(self, plan)

    def ticket(self, taken: TicketTaken) -> Ticket:
        """A ticket with its secret link."""
        return Ticket(taken.ticket, taken.number, self._links.path(taken.ticket))

    async def answers(self) -> bool:
        """Whether a command comes back as an event."""
        try:
            await self.do(CloseLine(office="nowhere", service="nothing"))
        except Declined:
            return True
        except (Pending, Transient):
            return False
        raise AssertionError("there is an office called nowhere")


class Office:
    """An office at work, as seen by everybody but the one whose journey it is."""

    def __init__(self, site: Site, plan: OfficePlan) -> None:
        self.site = site
        self.plan = plan
        self.id = plan.id
        self.path = f"/queue/offices/{plan.id}"
        self._on_duty: set[str] = set()

    @property
    def board(self) -> str:
        """Where the lobby's screen looks."""
        return f"{self.path}/board"

    def service(self, service: str = RENEWAL) -> str:
        """Where a ticket is taken."""
        return f"{self.path}/services/{service}"

    def name(self, language: str) -> str:
        """How the office is called in a language."""
        return in_language(self.plan.name, language)

    def service_name(self, service: str, language: str) -> str:
        """How one of its services is called."""
        return next(in_language(s.name, language) for s in self.plan.services if s.id == service)

    def counter_name(self, counter: str, language: str) -> str:
        """How one of its counters is called."""
        return next(in_language(c.name, language) for c in self.plan.counters if c.id == counter)

    async def configure(self, plan: OfficePlan) -> None:
        """Work by another plan from now on."""
        self.plan = replace(plan, id=self.id)
        await self.site.do(ConfigureOffice(office=self.id, plan=self.plan))

    async def employ(
        self, username: str = "sari", *, roles: Sequence[Role] = ("officer",), one_time: bool = False
    ) -> str:
        """Let a person work here, who can sign in by `PASSWORD`; returns the user name."""
        await self.site.do(
            AddStaff(
                office=self.id,
                username=username,
                display_name=username.replace(".", " ").title(),
                password_hash=_CHEAP.hash(PASSWORD),
                roles=tuple(roles),
                one_time=one_time,
            )
        )
        return username

    async def take(
        self,
        service: str = RENEWAL,
        *,
        phone: str | None = None,
        family: Ticket | None = None,
        need: Need | None = None,
    ) -> Ticket:
        """Somebody takes a ticket."""
        first = family.id if family else None
        command = TakeTicket(office=self.id, service=service, phone=phone, family=first, need=need)
        return self.site.ticket(self._such(await self.site.do(command, actor="citizen"), TicketTaken))

    async def book(self, slot: datetime, phone: str, service: str = RENEWAL) -> str:
        """Somebody reserves a slot; returns the path of the appointment."""
        command = BookAppointment(office=self.id, service=service, slot=slot, phone=phone)
        booked = self._such(await self.site.do(command, actor="citizen"), AppointmentBooked)
        return self.site.appointment_links.path(booked.appointment)

    async def cancel(self, ticket: Ticket) -> None:
        """Somebody leaves the line."""
        await self.site.do(CancelTicket(office=self.id, ticket=ticket.id), actor="citizen")

    async def call(self, counter: str = COUNTER) -> str:
        """A counter calls the next person, where somebody has signed on before; returns the number."""
        if counter not in self._on_duty:
            await self.sign_on(counter)
        return self._such(await self._act(CallNext, counter), TicketCalled).number

    async def sign_on(self, counter: str = COUNTER) -> None:
        """Somebody begins to work at a counter."""
        await self._act(SignOn, counter)
        self._on_duty.add(counter)

    async def recall(self, counter: str = COUNTER) -> None:
        """A counter calls once more."""
        await self._act(RecallTicket, counter)

    async def serve(self, counter: str = COUNTER) -> None:
        """The called person has come."""
        await self._act(ServeTicket, counter)

    async def finish(self, counter: str = COUNTER) -> None:
        """The person is done."""
        await self._act(FinishTicket, counter)

    async def park(self, counter: str = COUNTER) -> None:
        """The person fetches something."""
        await self._act(ParkTicket, counter)

    async def send_on(self, service: str, counter: str = COUNTER) -> None:
        """The person goes on to another service."""
        await self.site.do(TransferTicket(office=self.id, counter=counter, service=service), actor=_officer(counter))

    async def undo(self, counter: str = COUNTER) -> None:
        """The counter takes its latest step back."""
        await self._act(UndoStep, counter)

    async def miss(self, counter: str = COUNTER) -> None:
        """The called person did not come."""
        await self._act(MarkNoShow, counter)

    async def put_back(self, ticket: Ticket, counter: str = COUNTER) -> None:
        """A called or missed person waits again."""
        await self.site.do(PutBackTicket(office=self.id, counter=counter, ticket=ticket.id), actor=_officer(counter))

    async def serve_next(self, counter: str = COUNTER) -> str:
        """One person's whole time at a counter; returns the number."""
        number = await self.call(counter)
        await self.serve(counter)
        await self.finish(counter)
        return number

    async def close(self, service: str) -> None:
        """Give out no more tickets of a service today."""
        await self.site.do(CloseLine(office=self.id, service=service), actor=_officer(COUNTER))

    async def _act(self, command: type[CounterCommand], counter: str) -> Event:
        return await self.site.do(command(office=self.id, counter=counter), actor=_officer(counter))

    @staticmethod
    def _such(event: Event, kind: type[E]) -> E:
        assert isinstance(event, kind), event
        return event


def in_language(text: Text, language: str) -> str:
    """A bilingual text as a page of that language shows it."""
    return text.id if language == "id" else text.en


def _officer(counter: str) -> str:
    return f"staff/somebody/{counter}"


@asynccontextmanager
async def running(settings: Settings, folder: Path) -> AsyncIterator[Site]:
    """API and worker in an installation, both answering. `folder` is for their logs."""
    gateway = Gateway(settings, SERVICE, Tail(EVENTS), clock=system_clock)
    await gateway.start()
    try:
        site = Site(settings, folder, gateway)
        async with started(site.api, site.worker):
            await until(site.answers, within=60, what="the worker answers")
            yield site
    finally:
        await gateway.stop()
