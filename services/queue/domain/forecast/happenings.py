"""What happens on a day, as far as waiting times depend on it. Times are seconds since the epoch."""

from dataclasses import dataclass

from services.queue.domain.forecast.situation import Break
from shared.contracts.queue import Group, Promise, State


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened."""

    at: float


@dataclass(frozen=True, slots=True)
class Planned(Happening):
    """What is planned for a counter today. Told before it opens."""

    counter: str
    services: tuple[str, ...]
    opens: float | None = None
    closes: float | None = None
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Booked(Happening):
    """Somebody has an appointment today. Told when the day begins, or when it is made."""

    booking: str
    service: str
    slot: float


@dataclass(frozen=True, slots=True)
class BookingCancelled(Happening):
    """That appointment will not be kept."""

    booking: str


@dataclass(frozen=True, slots=True)
class Taken(Happening):
    """A person joined a line."""

    ticket: str
    service: str
    group: Group = "ordinary"
    since: float | None = None
    """From when waiting counts; None: from now."""
    rank: int = 0
    booking: str | None = None
    """The appointment that the person came for."""
    stands: float | None = None
    """Instead of `since`: where the person stands in the order, a head start included. As in all that follows."""
    promise: Promise | None = None
    """What the person was told of their waiting."""


@dataclass(frozen=True, slots=True)
class OfTicket(Happening):
    """Something that happened to a ticket."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Called(OfTicket):
    """A person was called to a counter."""

    counter: str


@dataclass(frozen=True, slots=True)
class Started(OfTicket):
    """The called person came."""


@dataclass(frozen=True, slots=True)
class Finished(OfTicket):
    """The person's business is done."""


@dataclass(frozen=True, slots=True)
class Missed(OfTicket):
    """The called person did not come."""


@dataclass(frozen=True, slots=True)
class PutBack(OfTicket):
    """A called or missed person waits again."""

    stands: float
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Moved(OfTicket):
    """A waiting person lets others go first."""

    stands: float
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Parked(OfTicket):
    """The served person fetches something, and the counter has nobody."""


@dataclass(frozen=True, slots=True)
class Returned(OfTicket):
    """A parked person is served again."""

    counter: str


@dataclass(frozen=True, slots=True)
class SentOn(OfTicket):
    """A person leaves for another line, which they have `Joined` next."""


@dataclass(frozen=True, slots=True)
class Joined(OfTicket):
    """A person from another line waits in this one."""

    service: str
    group: Group
    stands: float
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Undone(OfTicket):
    """A counter took back its latest step with a ticket."""

    service: str
    counter: str
    state: State
    """What the ticket is again."""
    stands: float | None = None
    """Where it is waiting again."""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Cancelled(OfTicket):
    """The holder left."""


@dataclass(frozen=True, slots=True)
class OfCounter(Happening):
    """Something that happened to a counter."""

    counter: str


@dataclass(frozen=True, slots=True)
class Opened(OfCounter):
    """An officer signed on there."""

    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paused(OfCounter):
    """The officer is on a break: no calls."""


@dataclass(frozen=True, slots=True)
class Resumed(OfCounter):
    """The officer is back."""


@dataclass(frozen=True, slots=True)
class Closed(OfCounter):
    """The officer signed off, or the counter broke down."""
