"""Messages of the queue service: the wishes it accepts and the facts it publishes.

Every message is keyed by its office: one office is one order of events, so that counters and lines of an
office never disagree. Personal data (a phone number) appears in commands only.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared.contracts.message import Classification, Command, Event, Message, Refusal

SERVICE = "queue"

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
"""A short name that can stand in an address: lower-case letters, digits and inner hyphens."""
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
"""A telephone number in E.164 form, `+6281234567890`."""
TicketId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Language = Literal["id", "en"]
Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{1,62}$")]
"""Unique in an office."""
PasswordHash = Annotated[str, StringConstraints(pattern=r"^\$argon2id\$", max_length=256)]
"""An argon2id hash; a password itself never enters the bus."""
Role = Literal["officer", "manager", "administrator"]
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=3)]


def _without_offset(clock: time) -> time:
    if clock.tzinfo is not None:
        raise ValueError("an office's hours are in its own time, without an offset")
    return clock


LocalTime = Annotated[time, AfterValidator(_without_offset)]
"""A time of day in an office's own time zone."""


# What an office is made of -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the two languages of the pages."""

    id: Annotated[str, Field(max_length=2000)]
    en: Annotated[str, Field(max_length=2000)]


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of a procedure in whole rupiah."""

    name: Text
    rupiah: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a citizen must know before coming: what to bring, the steps, the cost, how long it is valid."""

    summary: Text
    requirements: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    fees: tuple[Fee, ...] = ()
    validity: Text | None = None
    source: str = ""
    """The regulation the procedure follows."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Hours on one weekday, in the office's own time."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    """0 is Monday."""
    opens: LocalTime
    closes: LocalTime
    """00:00 is the end of the day."""


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service an office offers, such as the renewal of a driving licence."""

    id: Slug
    name: Text
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]
    """The letter of its ticket numbers."""
    hours: tuple[Opening, ...]
    quota: Annotated[int, Field(ge=1, le=10_000)]
    """Tickets a day."""
    procedure: Procedure


@dataclass(frozen=True, slots=True)
class CounterPlan:
    """A counter and the services it serves."""

    id: Slug
    name: Text
    services: tuple[Slug, ...]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the office is closed."""

    day: date
    name: Text


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """Everything that is configured about an office."""

    id: Slug
    name: Text
    address: Text
    time_zone: str
    """IANA name, such as `Asia/Makassar`: the local date decides the day of a line."""
    services: tuple[ServicePlan, ...]
    counters: tuple[CounterPlan, ...]
    holidays: tuple[Holiday, ...] = ()


# Commands ------------------------------------------------------------------------------------------------


class QueueMessage(Message):
    """Every message of the queue names its office, which is its partition key."""

    publisher: ClassVar[str] = SERVICE
    office: Slug
    """The office's short name, which is also the partition key."""

    def key(self) -> str:
        """The office."""
        return self.office


class QueueCommand(QueueMessage, Command):
    """A wish addressed to one office."""


class ConfigureOffice(QueueCommand):
    """Set up an office or change what it offers. Takes the place of the whole earlier plan."""

    plan: OfficePlan
    """The whole new plan."""


class StaffCommand(QueueCommand):
    """A wish about one person's local account."""

    classification: ClassVar[Classification] = "personal"
    username: Username
    """Unique in the office."""


class AddStaff(StaffCommand):
    """Let a person work for the office. Adding the same user name again renews name and password."""

    display_name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """How the person is called."""
    password_hash: PasswordHash
    """An argon2id hash; the password itself never enters the bus."""
    roles: Roles | None = None
    """What the person works as. Left out: as before, and as an officer for who is new."""
    one_time: bool = False
    """Whether the password only serves to choose another one."""


class AssignRoles(StaffCommand):
    """Have a person work as something else. Refused for one's own account: nobody shuts themselves out."""

    roles: Roles
    """All that the person works as from now on."""


class ChangePassword(StaffCommand):
    """Give a person's account another password."""

    password_hash: PasswordHash
    """An argon2id hash; the password itself never enters the bus."""
    one_time: bool = False
    """Whether the password only serves to choose another one."""
    replaces: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the hash that it takes the place of: refused where another one has come in between."""


class RemoveStaff(StaffCommand):
    """Let a person work for the office no more. Refused for one's own account."""


class TakeTicket(QueueCommand):
    """Join today's line of a service. The ticket's id is the command's id."""

    classification: ClassVar[Classification] = "personal"
    service: Slug
    """The service's short name."""
    phone: Phone | None = None
    """Given, it allows one active ticket per person and line. Kept as a keyed hash only."""


class TicketCommand(QueueCommand):
    """A wish about one ticket."""

    ticket: TicketId
    """The id of the command that took it."""


class CounterCommand(QueueCommand):
    """A wish of the officer at one counter about the person called there."""

    counter: Slug
    """The counter's short name."""


class CancelTicket(TicketCommand):
    """Leave the line. By the holder of the ticket."""


class CallNext(CounterCommand):
    """Call the next waiting person of the counter's services."""


class RecallTicket(CounterCommand):
    """Call the called person once more."""


class ServeTicket(CounterCommand):
    """The called person has come: begin to serve."""


class FinishTicket(CounterCommand):
    """The served person is done."""


class MarkNoShow(CounterCommand):
    """The called person did not come."""


class PutBackTicket(TicketCommand):
    """Return a called or missed person to the line, a few places behind its head."""

    counter: Slug
    """The counter from which it is asked."""


class CloseLine(QueueCommand):
    """Give out no more tickets of a service today; who waits is still served."""

    service: Slug
    """The service's short name."""


# Events --------------------------------------------------------------------------------------------------


class QueueEvent(QueueMessage, Event):
    """A fact about one office."""


class OfficeConfigured(QueueEvent):
    """An office's plan took effect."""

    plan: OfficePlan
    """The whole plan."""
    revision: int
    """Counts the office's plans."""


class StaffEvent(QueueEvent):
    """What happened to a local account; whose it is stays inside the service. Sessions from before are over."""

    staff: str
    """A pseudonym of the user name."""
    revision: int
    """Counts the account's changes."""


class StaffAdded(StaffEvent):
    """A person may work for the office, or has a new password."""


class RolesAssigned(StaffEvent):
    """A person works as something else."""


class PasswordChanged(StaffEvent):
    """An account has another password."""


class StaffRemoved(StaffEvent):
    """A person works for the office no more."""


class LineEvent(QueueEvent):
    """A fact about one line. `revision` grows by one with each: a gap or a repeat can be told."""

    service: Slug
    """The service's short name."""
    line: str
    """`<office>:<service>:<local day>`."""
    revision: int
    """Counts the line's events."""


class TicketEvent(LineEvent):
    """A fact about one ticket."""

    ticket: TicketId
    """The id of the command that took it."""
    number: str
    """As called and shown: `A-017`."""

    def subject(self) -> str:
        return f"ticket/{self.ticket}"


class TicketTaken(TicketEvent):
    """A person joined a line."""

    sequence: int
    """The number without its letter: 1, 2, 3 … without a gap."""
    rank: int
    """The place in the line's order: the smallest waiting rank is next."""
    place: int
    """1 for the person who is next."""


class TicketCancelled(TicketEvent):
    """The holder left the line."""


class CounterEvent(TicketEvent):
    """What happened to a ticket at a counter."""

    counter: Slug
    """The counter's short name."""


class TicketCalled(CounterEvent):
    """A person was called to a counter."""


class TicketRecalled(CounterEvent):
    """A called person was called again."""

    times: int
    """How often the person has been called at this counter."""


class ServingStarted(CounterEvent):
    """The called person came to the counter."""


class ServingFinished(CounterEvent):
    """The person's business is done."""


class TicketMissed(CounterEvent):
    """The called person did not come."""


class TicketPutBack(CounterEvent):
    """A called or missed person waits again."""

    rank: int
    """The new place in the line's order."""
    place: int
    """1 for the person who is next."""


class LineClosed(LineEvent):
    """No more tickets of a service are given out today."""

    waiting: int
    """People who still wait and will be served."""


class CommandRefused(Refusal):
    """A command to the queue was refused."""

    publisher: ClassVar[str] = SERVICE


COMMANDS: tuple[type[Command], ...] = (
    ConfigureOffice, AddStaff, AssignRoles, ChangePassword, RemoveStaff, TakeTicket, CancelTicket, CallNext,
    RecallTicket, ServeTicket, FinishTicket, MarkNoShow, PutBackTicket, CloseLine,
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = (
    OfficeConfigured, StaffAdded, RolesAssigned, PasswordChanged, StaffRemoved, TicketTaken, TicketCancelled,
    TicketCalled, TicketRecalled, ServingStarted, ServingFinished, TicketMissed, TicketPutBack, LineClosed,
    CommandRefused,
)  # fmt: skip
