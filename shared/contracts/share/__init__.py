"""Messages between an office and other agencies: what they are shown, on topics of their own, and what they answer.

An agency reads `share.<agency>.incidents.v1` (what has changed, 30 days) and `share.<agency>.incident-state.v1` (how
each incident is now, compacted), both keyed by incident, and writes `agency.<agency>.commands.v1`. Nothing here says
who reported, in which words, or who works on it; the only words are those that desk and agency write to each other
(`DeskReplied`, `Say`). What is shared may be used for the purpose that stands beside it, and
is passed on to nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.catalogue import Channel
from shared.contracts.fields import Id, Slug, Text
from shared.contracts.message import Classification, Command, Event
from shared.contracts.reports.agencies import Tier
from shared.contracts.reports.base import Latitude, Longitude
from shared.contracts.reports.office import Certainty, Priority, Severity, UnitKind, Urgency
from shared.contracts.reports.units import Status

PUBLISHER = "share"

Change = Literal["shared", "updated", "ended"]
"""New to the agency, another state of what it knows, and the last word on it."""
SharedState = Literal["received", "triaged", "dispatched", "on-scene", "resolved", "closed"]
EndReason = Literal["over", "rule-ended", "rule-expired", "left-rule", "merged", "set-aside", "exercise-removed"]
"""Why an agency hears no more of an incident."""


def incidents_topic(agency: str) -> str:
    """What changes, for one agency."""
    return f"share.{agency}.incidents.v1"


def states_topic(agency: str) -> str:
    """How each incident is now, for one agency."""
    return f"share.{agency}.incident-state.v1"


def answers_topic(agency: str) -> str:
    """What one agency says."""
    return f"agency.{agency}.commands.v1"


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """Where it is, as exactly as the tier allows."""

    latitude: Latitude
    longitude: Longitude
    radius_metres: Annotated[int, Field(ge=0)]
    """It is somewhere within."""


@dataclass(frozen=True, slots=True)
class SharedUnit:
    """A unit of ours that is sent."""

    kind: UnitKind
    status: Status


class _Incident(Event):
    """An incident as an agency may see it."""

    publisher: ClassVar[str] = PUBLISHER
    classification: ClassVar[Classification] = "internal"

    agency: Slug
    """Whom it is for, and nobody else."""
    incident: Id
    office: Slug
    sequence: Annotated[int, Field(ge=1)]
    """Counts what this agency was told of this incident: one that is not greater than the last one seen is a repeat."""
    change: Change
    ended: EndReason | None = None
    """Set with `change: ended`."""
    exercise: bool = False
    """A drill. Nobody is in danger."""
    rule: Id
    """By which it is shared."""
    tier: Tier
    purpose: str
    """What it may be used for."""
    state: SharedState | None = None
    """This and what follows is left out of the last word."""
    category: Slug | None = None
    category_name: Text | None = None
    urgency: Urgency | None = None
    severity: Severity | None = None
    certainty: Certainty | None = None
    """None until the desk has looked."""
    priority: Priority | None = None
    place: SharedPlace | None = None
    """None where no position is known."""
    reported_at: datetime | None = None
    changed_at: datetime | None = None
    units: tuple[SharedUnit, ...] = ()
    number: str | None = None
    """The office's own number, for who comes to help."""

    @model_validator(mode="after")
    def _the_last_word_says_nothing_else(self) -> Self:
        if (self.change == "ended") != (self.ended is not None):
            raise ValueError("an end has a reason, and nothing else has")
        return self

    def key(self) -> str:
        """The incident: what is said of one stays in order."""
        return self.incident


class IncidentChanged(_Incident):
    """Something has changed about an incident that concerns the agency."""

    def topic(self) -> str:
        """The agency's own."""
        return incidents_topic(self.agency)


class IncidentState(_Incident):
    """How an incident that concerns the agency is now. The latest one of each incident is kept."""

    def topic(self) -> str:
        """The agency's own."""
        return states_topic(self.agency)


class AnswerRefused(Event):
    """Something that the agency has said came to nothing, and why."""

    publisher: ClassVar[str] = PUBLISHER
    classification: ClassVar[Classification] = "internal"

    agency: Slug
    """Whose it was."""
    answer: str
    """The `ce_id` of the message, or where it lay: `topic/partition/offset`."""
    reason: str
    """A slug, and what is wrong: `not-shared`, `invalid-data: unit: Field required`."""

    def key(self) -> str:
        """The message."""
        return self.answer

    def topic(self) -> str:
        """The agency's own."""
        return incidents_topic(self.agency)


class DeskReplied(Event):
    """The desk has written to the agency about an incident. Its words are meant for the agency, and for nobody else."""

    publisher: ClassVar[str] = PUBLISHER
    classification: ClassVar[Classification] = "internal"

    agency: Slug
    incident: Id
    office: Slug
    reply: Id
    """Its own. One that was seen before is a repeat."""
    words: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    written_at: datetime
    exercise: bool = False
    """About a drill. Nobody is in danger."""
    rule: Id
    """By which the incident is shared."""
    purpose: str
    """What it may be used for."""

    def key(self) -> str:
        """The incident: what is said of one stays in order."""
        return self.incident

    def topic(self) -> str:
        """The agency's own."""
        return incidents_topic(self.agency)


# What an agency says -------------------------------------------------------------------------------------


class Answer(Command):
    """What an agency says of an incident that was shared with it."""

    publisher: ClassVar[str] = PUBLISHER
    incident: Id

    def key(self) -> str:
        """The incident: what is said of one stays in order."""
        return self.incident


class Acknowledge(Answer):
    """We have it."""

    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    """Our own number for it."""


class ReportUnit(Answer):
    """How far one of our units is."""

    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    status: Literal["assigned", "en-route", "on-scene", "clear"]


class Say(Answer):
    """A message to the desk."""

    classification: ClassVar[Classification] = "personal"
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


COMMANDS: tuple[type[Command], ...] = (Acknowledge, ReportUnit, Say)
EVENTS: tuple[type[Event], ...] = (IncidentChanged, IncidentState, DeskReplied, AnswerRefused)

TITLE = "Kentongan: incidents shared with an agency"
PARTITIONS = 3
"""Of each topic of an agency."""
_PARAMETERS = (("agency", "The agency's short name, as its operator was told."),)
CHANNELS = (
    Channel(
        incidents_topic("{agency}"),
        "Changes",
        "What changes about incidents that concern the agency, for 30 days. Keyed by incident, so in order for each.",
        (IncidentChanged, DeskReplied, AnswerRefused),
        "send",
        "Tell an agency what has changed, what the desk writes to it, and what of its own messages came to nothing.",
        _PARAMETERS,
        PARTITIONS,
    ),
    Channel(
        states_topic("{agency}"),
        "States",
        "How each incident that concerns the agency is now: of each the latest state is kept. Read it first.",
        (IncidentState,),
        "send",
        "Tell an agency how things are.",
        _PARAMETERS,
        PARTITIONS,
    ),
    Channel(
        answers_topic("{agency}"),
        "Answers",
        "What the agency says. It alone may write here.",
        COMMANDS,
        "receive",
        "Show the desk what the agency says.",
        _PARAMETERS,
        PARTITIONS,
    ),
)
