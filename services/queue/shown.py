"""What pages and API show, as plain records made by `views.py`. Names are a contract with the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.queue.domain import errors
from shared.contracts.queue import CounterPlan, Opening, Procedure, Role, State, Text

Shown = State | Literal["expired"]
"""A ticket's state, or `expired` for one of an earlier day that was still open."""


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
class StaffView:
    """A person with a local account, as an administrator sees them."""

    username: str
    display_name: str
    roles: tuple[Role, ...]
    one_time: bool
    """Has yet to choose a password."""


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
