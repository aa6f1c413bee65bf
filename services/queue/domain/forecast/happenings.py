"""What happens on a day, as far as waiting times depend on it. Times are seconds since the epoch."""

from dataclasses import dataclass

from services.queue.domain.forecast.situation import Break, Group


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

    place: int
    """1 for who is next in the line."""
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
