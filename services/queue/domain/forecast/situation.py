"""The live state from which a forecast starts: who waits, what each counter does, who is still to come.

Times are seconds since the epoch. Nothing here changes; `Watch` makes a new one for each forecast.
"""

from dataclasses import dataclass
from typing import get_args

from shared.contracts.queue import Group

GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits."""

    ticket: str
    service: str
    since: float
    """From when waiting counts in the order. The time of the appointment for who came in time for one."""
    group: Group = "ordinary"
    rank: int = 0
    """Decides between equals."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who has been called to a counter and is not done."""

    ticket: str
    service: str
    group: Group
    called_at: float
    started_at: float | None = None
    """When the person had come and was served; None while awaited."""


@dataclass(frozen=True, slots=True)
class Break:
    """A pause that is planned for a counter."""

    begins: float
    ends: float

    @property
    def length(self) -> float:
        """Its planned length in seconds."""
        return self.ends - self.begins


@dataclass(frozen=True, slots=True)
class CounterNow:
    """A counter that serves now, or that is planned to."""

    id: str
    services: tuple[str, ...]
    visit: Visit | None = None
    is_open: bool = True
    """False for one that is still to open, at `opens`."""
    opens: float | None = None
    """When it is planned to open. Matters while it has not."""
    closes: float | None = None
    """After this it calls nobody."""
    paused_at: float | None = None
    """Since when it has been on a break; None while it serves."""
    pause: Break | None = None
    """The planned break it is on, where that is one."""
    breaks: tuple[Break, ...] = ()
    """Planned and still to come."""
    free_since: float | None = None
    """Since when it has had nobody."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A person with an appointment who has not come yet."""

    id: str
    service: str
    slot: float


@dataclass(frozen=True, slots=True)
class Situation:
    """One office at one moment."""

    now: float
    waiting: tuple[Waiting, ...]
    counters: tuple[CounterNow, ...]
    bookings: tuple[Booking, ...] = ()
