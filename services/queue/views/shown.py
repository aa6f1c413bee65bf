"""What pages and API show, as plain records; those of counters and boards are in `desk_shown.py`.

Names are a contract with the templates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.queue.domain import errors
from shared.contracts.queue import AppointmentPlan, CounterPlan, Opening, Procedure, State, Text, Way

Shown = State | Literal["expired"]
"""A ticket's state, or `expired` for one of an earlier day that was still open."""


@dataclass(frozen=True, slots=True)
class WaitRecord:
    """How good the ranges of waiting times have been lately."""

    people: int
    """Who have been called."""
    within: int
    """Those of them who were called by the time that they were told at most."""
    words: Text


@dataclass(frozen=True, slots=True)
class WaitView:
    """How long somebody will wait: an honest range."""

    p50_seconds: int
    """As often less as more."""
    p90_seconds: int
    """Nine times of ten not more."""
    words: Text
    record: WaitRecord | None = None
    """None as long as too few people have been called."""


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
    """Tickets that can still be taken online, in the hours."""
    closed_early: bool
    left_now: Mapping[Way, int] = field(default_factory=dict)
    """Tickets that each way into the line gives out at this moment."""
    appointments: AppointmentPlan | None = None
    """None: without appointments."""
    reopen_seconds: int = 0
    """How long the closing of the line can still be taken back."""
    wait: WaitView | None = None
    """How long a person would wait who came now, where that can be known and somebody asked about this office alone."""

    def gives(self, way: Way) -> bool:
        """Whether a ticket can be had this way now."""
        return self.left_now.get(way, 0) > 0


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
    closing: Text | None = None
    """What those who wait are told since their line was closed, or goes on after all."""
    wait: WaitView | None = None
    """How long the person will still wait, where that can be known."""

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
        return self.state in ("waiting", "called", "serving", "parked", "missed")

    @property
    def can_cancel(self) -> bool:
        """Whether the holder may leave the line."""
        return self.state in ("waiting", "called")
