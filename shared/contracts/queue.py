"""Messages of the queue service: the wishes it accepts and the facts it publishes.

Every message is keyed by its office: one office is one order of events, so that counters and lines of an
office never disagree. Personal data (a phone number, why somebody goes first, what somebody wrote) appears in
commands only.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from shared.contracts import staff
from shared.contracts.fields import Language as Language
from shared.contracts.fields import Phone as Phone
from shared.contracts.fields import Slug as Slug
from shared.contracts.fields import Text as Text
from shared.contracts.message import Classification, Command, Event, OfficeMessage, Refusal

SERVICE = "queue"

TicketId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Role = Literal["officer", "manager", "administrator"]
Roles = Annotated[tuple[Role, ...], Field(min_length=1, max_length=3)]
Way = Literal["online", "kiosk", "counter", "appointment"]
"""How a person came into a line: by phone, at the machine in the lobby, by the staff's hand, by appointment."""
WAYS: tuple[Way, ...] = get_args(Way)
Group = Literal["ordinary", "priority", "appointment"]
"""As what a person waits. Each group has its own head start."""
Need = Literal["elderly", "disabled", "pregnant", "nursing"]
"""Why a person goes first (Law 25/2009 on public services, article 29)."""
State = Literal["waiting", "called", "serving", "parked", "finished", "missed", "cancelled"]
"""Where a ticket is on its way."""


def _without_offset(clock: time) -> time:
    if clock.tzinfo is not None:
        raise ValueError("an office's hours are in its own time, without an offset")
    return clock


LocalTime = Annotated[time, AfterValidator(_without_offset)]
"""A time of day in an office's own time zone."""


def _within_reach(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:  # the ends of the calendar have no local time in some zone
        raise ValueError("no office has appointments so far away")
    return moment


SlotTime = Annotated[AwareDatetime, AfterValidator(_within_reach)]
"""When a slot begins, with its offset."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What was told of how long a person would wait, until the first call."""

    likely_seconds: Annotated[int, Field(ge=0)]
    """As often less as more."""
    at_most_seconds: Annotated[int, Field(ge=0)]
    """Nine times of ten not more."""


# What an office is made of -------------------------------------------------------------------------------


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


Share = Annotated[int, Field(ge=0, le=10_000)] | None
"""Tickets a day by one way; None for as many as the service has."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of a service's quota each way into its line can use up, so that none starves the others."""

    online: Share = None
    kiosk: Share = None
    counter: Share = None
    appointment: Share = None


@dataclass(frozen=True, slots=True)
class AppointmentPlan:
    """Appointments of one service: slots on its open hours, each with room for so many people."""

    minutes: Annotated[int, Field(ge=5, le=240)] = 30
    """The length of a slot."""
    capacity: Annotated[int, Field(ge=1, le=200)] = 2
    """People in one slot."""
    days_ahead: Annotated[int, Field(ge=1, le=90)] = 14
    """How far ahead a slot can be booked."""
    early_minutes: Annotated[int, Field(ge=0, le=120)] = 15
    """How long before the slot a person can check in."""
    late_minutes: Annotated[int, Field(ge=0, le=120)] = 10
    """How long after the slot's begin it still counts. Later, the person joins the line like everybody."""


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """How many minutes a group counts as having waited longer than it has. Also the most it can overtake by."""

    priority_minutes: Annotated[int, Field(ge=0, le=240)] = 30
    appointment_minutes: Annotated[int, Field(ge=0, le=240)] = 30


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
    shares: Shares = Shares()
    appointments: AppointmentPlan | None = None
    """None: without appointments."""
    usual_minutes: Annotated[float, Field(gt=0, le=240)] = 10.0
    """How long serving one person usually takes, until the office's own visits have taught better."""


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
    order: OrderPlan = OrderPlan()


# Commands ------------------------------------------------------------------------------------------------


class QueueMessage(OfficeMessage):
    """Every message of the queue names its office, which is its partition key."""

    publisher: ClassVar[str] = SERVICE


class QueueCommand(QueueMessage, Command):
    """A wish addressed to one office."""


class ConfigureOffice(QueueCommand):
    """Set up an office or change what it offers. Takes the place of the whole earlier plan."""

    plan: OfficePlan
    """The whole new plan."""
    replaces_revision: Annotated[int, Field(ge=0)] | None = None
    """The plan it was made from: refused where another one has come in between. Left out: whatever is there."""


class AddStaff(QueueCommand, staff.AddStaff):
    """Let a person work for the office. Adding the same user name again renews name and password."""

    roles: Roles | None = None
    """What the person works as. Left out: as before, and as an officer for who is new."""


class AssignRoles(QueueCommand, staff.AssignRoles):
    """Have a person work as something else. Refused for one's own account: nobody shuts themselves out."""

    roles: Roles
    """All that the person works as from now on."""


class ChangePassword(QueueCommand, staff.ChangePassword):
    """Give a person's account another password."""


class RemoveStaff(QueueCommand, staff.RemoveStaff):
    """Let a person work for the office no more. Refused for one's own account."""


class TakeTicket(QueueCommand):
    """Join today's line of a service. The ticket's id is the command's id."""

    classification: ClassVar[Classification] = "personal"
    aside: ClassVar[frozenset[str]] = frozenset({"promise"})
    service: Slug
    """The service's short name."""
    phone: Phone | None = None
    """Given, it allows one active ticket per person and line. Kept as a keyed hash only."""
    way: Way = "online"
    """How the person came in. By appointment: only through `CheckIn`."""
    need: Need | None = None
    """Why the person goes first, where they do; checked by who serves them."""
    family: TicketId | None = None
    """A ticket of today that a member of the same family holds: both are then seen together."""
    promise: Promise | None = None
    """What was told to who would come at this moment, where anything was. Sent again, it may be another by then."""


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


class DelayTicket(TicketCommand):
    """Let others go first for a while, a bounded number of times. By the holder of the ticket."""

    minutes: Annotated[int, Field(ge=5, le=30)]
    """From now on, or from the place that the ticket has, whichever is later."""


class GiveFeedback(TicketCommand):
    """Say how it was, once, within a week of the visit. By the holder of the ticket."""

    classification: ClassVar[Classification] = "personal"
    score: Annotated[int, Field(ge=1, le=5)]
    """1 is bad, 5 is good."""
    words: Annotated[str, StringConstraints(max_length=1000)] = ""
    """In the person's own words. Read by the office only."""


class BookAppointment(QueueCommand):
    """Reserve a slot. The appointment's id is the command's id."""

    classification: ClassVar[Classification] = "personal"
    service: Slug
    """The service's short name."""
    slot: SlotTime
    """When the slot begins, with its offset."""
    phone: Phone
    """Allows one open appointment per person and service. Kept as a keyed hash only."""
    proven: bool = False
    """Whether the caller has proven by a code sent to it that the number is theirs. Else it is only claimed, and does
    not stand in the way of who proves it."""


class AppointmentCommand(QueueCommand):
    """A wish about one appointment. By its holder."""

    appointment: TicketId
    """The id of the command that booked it."""


class MoveAppointment(AppointmentCommand):
    """Take another slot for the one that is reserved."""

    slot: SlotTime
    """When the new slot begins, with its offset."""


class CancelAppointment(AppointmentCommand):
    """Give the slot back. Others can have it some minutes later, not at once: nobody can deal in slots."""


class CheckIn(AppointmentCommand):
    """The person has come for the appointment and joins the line. The ticket's id is the command's id."""

    need: Need | None = None
    """Why the person goes first, where they do."""


class SignOn(CounterCommand):
    """Begin to work at the counter, or with other services than until now."""

    services: Annotated[tuple[Slug, ...], Field(max_length=50)] = ()
    """What is served there now; empty for all that the counter is planned for."""


class SignOff(CounterCommand):
    """Work at the counter no more today. Refused while somebody is there."""


class PauseCounter(CounterCommand):
    """Call nobody for a while. Refused while somebody is there."""


class ResumeCounter(CounterCommand):
    """Go on after a pause."""


class ParkTicket(CounterCommand):
    """Let the person at the counter fetch something; others are served meanwhile."""


class ResumeTicket(TicketCommand):
    """A parked person is back: go on serving them without a new wait."""

    counter: Slug
    """The counter that goes on."""


class TransferTicket(CounterCommand):
    """Send the served person on to another service, where their waiting counts from when it began."""

    service: Slug
    """The short name of the service that is next."""


class UndoStep(CounterCommand):
    """Take back the counter's latest step, within ten seconds."""


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
    message: Text | None = None
    """What those who wait are told."""


class ReopenLine(QueueCommand):
    """Take back that a line was closed, within ten seconds."""

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


class StaffAdded(QueueEvent, staff.StaffAdded):
    """A person may work for the office, or has a new password."""


class RolesAssigned(QueueEvent, staff.RolesAssigned):
    """A person works as something else."""


class PasswordChanged(QueueEvent, staff.PasswordChanged):
    """An account has another password."""


class StaffRemoved(QueueEvent, staff.StaffRemoved):
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
    way: Way = "online"
    """How the person came in."""
    group: Group = "ordinary"
    """As what the person waits."""
    appointment: TicketId | None = None
    """The appointment that the person came for."""
    slot: datetime | None = None
    """When that appointment was, where the person came in time for it."""
    promise: Promise | None = None
    """What the person was told of their waiting, where that was said for people like them."""


class TicketCancelled(TicketEvent):
    """The holder left the line."""


class TicketDelayed(TicketEvent):
    """The holder lets others go first."""

    rank: int
    """The new place in the line's order."""
    place: int
    """1 for the person who is next."""
    minutes: int
    """How much later, as asked for."""


class TicketJoined(TicketEvent):
    """A person who was served elsewhere in the office waits in this line now, by the number they have."""

    rank: int
    """The place in the line's order."""
    place: int
    """1 for the person who is next."""
    group: Group = "ordinary"
    """As what the person waits."""


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


class TicketParked(CounterEvent):
    """The served person fetches something and comes back."""


class TicketResumed(CounterEvent):
    """A parked person is served again."""


class TicketTransferred(CounterEvent):
    """The person goes on to another line of the office."""

    to: Slug
    """The short name of the service that is next."""


class StepUndone(CounterEvent):
    """A counter took back its latest step with a ticket."""

    state: State
    """Where the ticket is again."""
    rank: int | None = None
    """Its place in the line's order, where it waits again."""
    place: int | None = None
    """1 for the person who is next, where it waits again."""
    times: int = 0
    """How often the person has been called at this counter, where they are called again."""


class LineClosed(LineEvent):
    """No more tickets of a service are given out today."""

    waiting: int
    """People who still wait and will be served."""
    message: Text | None = None
    """What they are told."""


class LineReopened(LineEvent):
    """That a line was closed has been taken back: it gives out tickets again."""

    waiting: int
    """People who wait."""
    message: Text | None = None
    """What they are told, where they had been told that it is closed."""


class AtCounter(QueueEvent):
    """A fact about one counter at work."""

    counter: Slug
    """The counter's short name."""


class CounterSignedOn(AtCounter):
    """Somebody works at a counter now."""

    services: tuple[Slug, ...]
    """What is served there."""


class CounterSignedOff(AtCounter):
    """Nobody works at a counter any more."""


class CounterPaused(AtCounter):
    """A counter calls nobody for a while."""


class CounterResumed(AtCounter):
    """A counter goes on."""


class AppointmentEvent(QueueEvent):
    """A fact about one appointment; whose it is stays inside the service."""

    appointment: TicketId
    """The id of the command that booked it."""
    service: Slug
    """The service's short name."""
    slot: datetime
    """When the slot begins."""

    def subject(self) -> str:
        return f"appointment/{self.appointment}"


class AppointmentBooked(AppointmentEvent):
    """A person has a slot."""


class AppointmentMoved(AppointmentEvent):
    """A person has another slot."""

    former: datetime
    """The slot given up."""


class AppointmentCancelled(AppointmentEvent):
    """A person gave the slot back."""


class FeedbackGiven(QueueEvent):
    """A person said how it was. What they wrote stays inside the service."""

    ticket: TicketId
    """The id of the command that took it."""
    service: Slug
    """The short name of the service that finished the visit."""
    day: date
    """The local day of the visit."""
    score: int
    """1 is bad, 5 is good."""


class ProcedurePublished(QueueEvent):
    """What a service asks of citizens is new or has changed."""

    service: Slug
    """The service's short name."""
    name: Text
    """What it is called."""
    procedure: Procedure
    """The whole of it."""
    revision: int
    """Counts the office's plans: a greater one is newer."""


class ProcedureWithdrawn(QueueEvent):
    """An office does not offer a service any more."""

    service: Slug
    """The service's short name."""
    revision: int
    """Counts the office's plans."""


class CommandRefused(Refusal):
    """A command to the queue was refused."""

    publisher: ClassVar[str] = SERVICE


COMMANDS: tuple[type[Command], ...] = (
    ConfigureOffice, AddStaff, AssignRoles, ChangePassword, RemoveStaff, TakeTicket, CancelTicket, DelayTicket,
    GiveFeedback, BookAppointment, MoveAppointment, CancelAppointment, CheckIn, SignOn, SignOff, PauseCounter,
    ResumeCounter, CallNext, RecallTicket, ServeTicket, ParkTicket, ResumeTicket, TransferTicket, FinishTicket,
    MarkNoShow, PutBackTicket, UndoStep, CloseLine, ReopenLine,
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = (
    OfficeConfigured, ProcedurePublished, ProcedureWithdrawn, StaffAdded, RolesAssigned, PasswordChanged,
    StaffRemoved, TicketTaken, TicketCancelled, TicketDelayed, TicketJoined, TicketCalled, TicketRecalled,
    ServingStarted, ServingFinished, TicketMissed, TicketPutBack, TicketParked, TicketResumed, TicketTransferred,
    StepUndone, LineClosed, LineReopened, CounterSignedOn, CounterSignedOff, CounterPaused, CounterResumed,
    AppointmentBooked, AppointmentMoved, AppointmentCancelled, FeedbackGiven, CommandRefused,
)  # fmt: skip

STAFF = staff.StaffMessages(
    add=AddStaff,
    assign=AssignRoles,
    change=ChangePassword,
    remove=RemoveStaff,
    added=StaffAdded,
    assigned=RolesAssigned,
    changed=PasswordChanged,
    removed=StaffRemoved,
    roles=get_args(Role),
    newcomer=("officer",),
)
