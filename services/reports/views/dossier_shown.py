"""What the desk and the field see of one incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.reports.domain.incident import AT_WORK, OVER, Incident
from services.reports.views.similar import SimilarView
from shared.contracts.fields import Text
from shared.contracts.reports.base import Via
from shared.contracts.reports.incidents import Clock, Disposition, Privacy, State, Way
from shared.contracts.reports.office import Category, Certainty, Severity, UnitKind
from shared.contracts.reports.units import Status

Step = Literal[
    "triage", "take-charge", "hand-over", "dispatch", "stand-down", "quarantine", "release", "link", "unlink",
    "note", "message", "resolve", "close", "reopen",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockView:
    """A running clock."""

    clock: Clock
    unit: Text | None
    since: datetime
    due_at: datetime
    missed: bool


@dataclass(frozen=True, slots=True)
class SentView:
    """A unit that is sent to the incident."""

    id: str
    name: Text
    kind: UnitKind | None
    """None of one that the office has given up."""
    status: Status
    sent_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class FreeView:
    """A unit that can be sent."""

    id: str
    name: Text
    kind: UnitKind
    fits: bool
    """Whether it is of a kind that is sent to such incidents."""


@dataclass(frozen=True, slots=True)
class LinkedView:
    """An incident that is the same as this one."""

    id: str
    number: str
    state: State
    filed_at: datetime
    privacy: Privacy


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of the timeline."""

    at: datetime
    what: str
    """The event's name."""
    by: str
    """`citizen`, `staff/<user name>`, `system`."""
    about: str
    words: str
    via: Via | None
    """Of a message: from which side it came."""
    public: bool
    """Whether the reporter sees it too."""

    @property
    def author(self) -> str:
        """The user name, where it was a person of the staff."""
        kind, _, name = self.by.partition("/")
        return name.partition("/")[0] if kind == "staff" else ""


@dataclass(frozen=True, slots=True)
class DossierView:
    """Everything about one incident but who reported it. Moments are in the office's time."""

    id: str
    office: str
    office_name: Text
    time_zone: str
    number: str
    category: str
    category_name: Text
    categories: Sequence[Category]
    """What it may be judged to be."""
    privacy: Privacy
    way: Way
    state: State
    severity: Severity
    priority: int
    certainty: Certainty | None
    exercise: bool
    filed_at: datetime
    happened_at: datetime | None
    latitude: float | None
    longitude: float | None
    words: str
    place: str
    answers: Sequence[tuple[Text, str]]
    in_charge: str | None
    sent: Sequence[SentView]
    free: Sequence[FreeView]
    clocks: Sequence[ClockView]
    late: bool
    escalated: bool
    missed: int
    """How often something was late."""
    original: LinkedView | None
    duplicates: Sequence[LinkedView]
    similar: Sequence[SimilarView]
    followers: int
    disposition: Disposition | None
    resolved_at: datetime | None
    closes_at: datetime | None
    """When an outcome closes by itself."""
    reopened: int
    timeline: Sequence[EntryView]
    steps: frozenset[Step]
    """What can be done now."""
    revision: int

    @property
    def messages(self) -> Sequence[EntryView]:
        """What desk and reporter wrote to each other."""
        return [entry for entry in self.timeline if entry.what == "MessageSent"]


def steps_of(incident: Incident, *, free: bool) -> frozenset[Step]:
    """What can be done with an incident now. `free`: a unit could be sent."""
    at_work, over = incident.state in AT_WORK, incident.state in OVER
    untouched = at_work and not incident.units
    can: dict[Step, bool] = {
        "triage": at_work,
        "take-charge": incident.state != "closed",
        "hand-over": incident.state != "closed",
        "dispatch": at_work and free,
        "stand-down": bool(incident.units),
        "quarantine": untouched,
        "release": incident.state == "quarantined",
        "link": untouched and not incident.duplicates,
        "unlink": incident.state == "duplicate",
        "note": True,
        "message": True,
        "resolve": at_work or incident.state == "quarantined",
        "close": incident.state == "resolved",
        "reopen": over,
    }
    return frozenset(step for step, possible in can.items() if possible)
