"""How an office's desk works: what can be reported, who is sent, how quickly."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.contracts.fields import Phone, Slug, Text
from shared.contracts.reports.base import Latitude, Longitude, ReportsCommand, ReportsEvent

Urgency = Literal["immediate", "expected", "future"]
"""How soon somebody must act, as in the Common Alerting Protocol 1.2: at once, within the hour, later."""
Severity = Literal["extreme", "severe", "moderate", "minor"]
"""Of the threat to life or property, as in the Common Alerting Protocol 1.2."""
Certainty = Literal["observed", "likely", "possible", "unlikely"]
"""How sure it is that it happened, as in the Common Alerting Protocol 1.2."""
Priority = Annotated[int, Field(ge=1, le=4)]
"""1 comes first."""
UnitKind = Literal["patrol", "traffic", "detective", "rescue", "community"]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 60)]
EmergencyWord = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=3, max_length=60)]
EmergencyNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,5}$")]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer among several."""

    id: Slug
    name: Text


@dataclass(frozen=True, slots=True)
class Question:
    """What a category asks of its own."""

    id: Slug
    ask: Text
    kind: Literal["choice", "yes-no", "number", "text"] = "text"
    choices: tuple[Choice, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of incident that can be reported."""

    id: Slug
    name: Text
    hint: Text
    """What belongs to it."""
    urgency: Urgency = "expected"
    severity: Severity = "moderate"
    """Until the desk has looked."""
    questions: tuple[Question, ...] = ()
    emergency: bool = False
    """The page shows the emergency number and the nearest post before anything else."""
    sensitive: bool = False
    """Never offered to others as "is it this one?", never followed, never on a public page."""
    public: bool = False
    """Whether incidents of it appear on the public map at all, coarse and late."""
    public_after_hours: Annotated[int, Field(ge=1, le=24 * 365)] = 24
    """How long after it is over an incident may appear there."""
    sends: Annotated[tuple[UnitKind, ...], Field(max_length=5)] = ()
    """Which kinds of unit are offered first, the best one first."""


@dataclass(frozen=True, slots=True)
class Post:
    """A police post."""

    id: Slug
    name: Text
    address: Text
    latitude: Latitude
    longitude: Longitude
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit that can be sent, such as a patrol car and its crew."""

    id: Slug
    name: Text
    kind: UnitKind = "patrol"


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """How quickly incidents of one priority are dealt with. None: no such promise."""

    priority: Priority
    triage_minutes: Minutes | None = None
    """From the report until the desk has looked."""
    dispatch_minutes: Minutes | None = None
    """From then on until a unit is sent."""
    arrive_minutes: Minutes | None = None
    """From then on until one is on scene."""
    resolve_minutes: Minutes | None = None
    """From the report until there is an outcome."""


@dataclass(frozen=True, slots=True)
class OfficePlan:
    """Everything that is configured about an office's desk."""

    id: Slug
    name: Text
    address: Text
    time_zone: str
    """IANA name, such as `Asia/Makassar`."""
    latitude: Latitude
    longitude: Longitude
    """Where the map begins."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=100)]
    units: Annotated[tuple[UnitPlan, ...], Field(max_length=500)] = ()
    posts: Annotated[tuple[Post, ...], Field(max_length=200)] = ()
    levels: Annotated[tuple[ServiceLevel, ...], Field(max_length=4)] = ()
    emergency_number: EmergencyNumber = "110"
    emergency_words: Annotated[tuple[EmergencyWord, ...], Field(max_length=200)] = ()
    """Words of a report at which the page shows the emergency number first."""
    accept_minutes: Minutes = 2
    """How long a unit may take to say that it is coming."""
    check_in_minutes: Minutes = 20
    """How often a unit on scene must be heard of."""
    confirm_days: Annotated[int, Field(ge=1, le=90)] = 7
    """How long a reporter can say whether the outcome is right. Then the incident closes by itself."""
    reopen_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How long after the outcome a reporter can have the incident opened again."""
    reopen_times: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a reporter can."""


class ConfigureOffice(ReportsCommand):
    """Set up an office's desk or change how it works. Takes the place of the whole earlier plan."""

    plan: OfficePlan
    """The whole new plan."""
    replaces_revision: Annotated[int, Field(ge=0)] | None = None
    """The plan it was made from: refused where another one has come in between. Left out: whatever is there."""


class OfficeConfigured(ReportsEvent):
    """An office's desk works by a new plan from now on."""

    plan: OfficePlan
    """The whole new plan."""
    revision: int
    """Counts the plans that took effect."""


class TakeExport(ReportsCommand):
    """Take the incidents of some days out of the system as a file. Written down before the first byte goes."""

    first: date
    last: date
    form: Literal["csv", "geojson", "ndjson"]


class ExportTaken(ReportsEvent):
    """Somebody has taken the incidents of some days out of the system. Who, is in the journal."""

    first: date
    last: date
    form: Literal["csv", "geojson", "ndjson"]


COMMANDS = (ConfigureOffice, TakeExport)
EVENTS = (OfficeConfigured, ExportTaken)
