"""What a service tells of its demo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.message import Command


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the demo office. Who works for several services has an account in each, with one password."""

    username: str
    display_name: str
    role: str
    """As the service calls it."""
    called: str
    """The role where the password is told, and the name of the file that keeps it."""
    place: str
    """The address at which the person begins."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How the demo is to be."""

    always_open: bool = False
    quota: int | None = None
    """Tickets a day and service, where it is to be another number than the demo's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody without an account looks."""

    who: str
    address: str


@dataclass(frozen=True, slots=True)
class ServiceDemo:
    """A service's demo."""

    service: str
    office: str
    """The office's short name."""
    accounts: tuple[Account, ...]
    """One for each role, so that a newcomer can try everything."""
    places: tuple[Place, ...]
    set_up: Callable[[Wish], Command]
    """What sets the office up."""
    employ: Callable[[Account, str], Command]
    """What gives a person an account, with the hash of the password."""
    begin: Callable[[], Sequence[Command]] = tuple
    """What happens then, once, so that there is something to see. One that is refused has nothing left to do."""
    closed_until: Callable[[datetime], datetime | None] = lambda _: None
    """When the office opens, in its local time; None where it is open."""
