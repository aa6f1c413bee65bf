"""What the officer's counter and the lobby board show, as plain records made by `desk.py` and `lobby.py`.

Names are a contract with the templates, the API's resources and the messages of live pages.
"""

from dataclasses import dataclass
from datetime import datetime

from services.queue.domain.order import Reason
from services.queue.views.shown import ServiceView, WaitRecord
from shared.contracts.queue import CounterPlan, Group, Need, State, Text


@dataclass(frozen=True, slots=True)
class CallView:
    """A call on the lobby board."""

    number: str
    counter: str
    counter_name: Text
    called_at: datetime
    calls: int
    is_here: bool = True
    """Whether the person is still awaited or served there."""


@dataclass(frozen=True, slots=True)
class BoardView:
    """The lobby board of an office, or of a part of its counters."""

    office: str
    office_name: Text
    time_zone: str
    calls: tuple[CallView, ...]
    """Latest first, one a counter."""
    services: tuple[ServiceView, ...]

    @property
    def record(self) -> WaitRecord | None:
        """How good the ranges have been that the board tells; the same for all lines of the office."""
        return next((service.wait.record for service in self.services if service.wait), None)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person at a counter, or one who was there."""

    ticket: str
    number: str
    service_name: Text
    state: State
    called_at: datetime | None
    can_put_back: bool
    service: str = ""
    need: Need | None = None
    """Why the person goes first."""
    since: datetime | None = None
    """When the latest step was."""
    by_appointment: bool = False
    proven: bool = False
    """Whether the telephone number of the appointment was proven."""


@dataclass(frozen=True, slots=True)
class NextView:
    """Who is called next, and what puts them there. Moments are in the office's own time."""

    number: str
    service_name: Text
    reason: Reason
    group: Group
    need: Need | None
    here_since: datetime
    """Since when the person has waited, in whichever line."""
    counts_from: datetime
    """From when their waiting counts: earlier than it was, by the head start; later where others went first."""
    head_start_minutes: int
    slot: datetime | None
    """When the appointment is, where the person came in time for it."""
    by_appointment: bool = False
    proven: bool = False
    """Whether the telephone number of the appointment was proven."""


@dataclass(frozen=True, slots=True)
class UndoView:
    """The counter's latest step, while it can be taken back."""

    number: str
    until: datetime
    seconds: int
    """How long from now."""


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
    """What is served here now."""
    recent: tuple[PersonView, ...]
    """Whom this counter called before, latest first."""
    planned: tuple[ServiceView, ...] = ()
    """What can be served here."""
    offered: tuple[ServiceView, ...] = ()
    """Everything that the office offers."""
    on_duty: bool = False
    """Whether somebody has signed on today."""
    paused: bool = False
    next: NextView | None = None
    """Who would be called now."""
    parked: tuple[PersonView, ...] = ()
    """Who was sent to fetch something, at any counter of the office."""
    undo: UndoView | None = None

    @property
    def waiting(self) -> int:
        """Who waits for any of the counter's services."""
        return sum(service.waiting for service in self.services)

    @property
    def duty(self) -> str:
        """`off`, `paused` or `on`, and what is served of what can be: all that the page's forms depend on besides the
        person.
        """
        state = "paused" if self.paused else "on" if self.on_duty else "off"
        served, planned = ([service.id for service in services] for services in (self.services, self.planned))
        return " ".join([state, *served, "of", *planned])

    @property
    def closed(self) -> str:
        """Which of its lines give out no more tickets, as one word that changes with them."""
        return " ".join(service.id for service in self.planned if service.closed_early)

    @property
    def can_take_back(self) -> bool:
        """Whether the page has something that can be taken back for some seconds."""
        return self.undo is not None or any(service.reopen_seconds for service in self.planned)

    @property
    def lists(self) -> str:
        """Whom the page's lists have, as one word that changes with them."""
        return " ".join(f"{person.number}:{person.state}" for person in (*self.parked, *self.recent))


@dataclass(frozen=True, slots=True)
class DeskView:
    """A counter among the others."""

    plan: CounterPlan
    on_duty: bool
    paused: bool
    number: str | None
    """Who is there now."""
