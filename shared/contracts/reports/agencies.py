"""Messages about other agencies: which incidents concern them, and what they answer."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from shared.contracts.fields import Id, Slug, Text
from shared.contracts.message import Classification
from shared.contracts.reports.base import (
    IncidentCommand,
    IncidentEvent,
    Latitude,
    Longitude,
    PersonalIncidentCommand,
    Reason,
    ReportsCommand,
    ReportsEvent,
    TellableMoment,
    Words,
)
from shared.contracts.reports.office import Severity

Tier = Literal["view", "assist"]
"""Whether an agency may know of incidents, coarsely, or come to help, and so must know exactly."""
Side = Literal["office", "agency"]
"""A rule needs both: one proposes it, the other accepts it, either ends it."""
AgencyKind = Literal["fire", "ambulance", "disaster", "city", "police", "other"]
ACTOR = "agency"
"""How the audit names an agency: `agency/<short name>`."""


@dataclass(frozen=True, slots=True)
class Position:
    """A corner of an area."""

    latitude: Latitude
    longitude: Longitude


Ring = Annotated[tuple[Position, ...], Field(min_length=3, max_length=500)]
"""The corners of a polygon in order, each once: the last one is joined to the first."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Which incidents a rule shares, and for what."""

    tier: Tier
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
    """Why the agency gets them. It may use them for nothing else, and pass them on to nobody."""
    categories: Annotated[tuple[Slug, ...], Field(max_length=100)] = ()
    """Empty: all but the sensitive ones, which a rule must name."""
    area: Annotated[tuple[Ring, ...], Field(max_length=20)] = ()
    """Polygons, any of them. Empty: wherever it is, also where no position is known."""
    least_severity: Severity = "minor"
    expires_at: TellableMoment | None = None
    """None: until one side ends it."""


class AgencyCommand(ReportsCommand):
    """A wish about an agency."""

    agency: Slug

    def subject(self) -> str:
        """The agency, as the office knows it."""
        return f"{self.office}:{self.agency}"


class AddAgency(AgencyCommand):
    """Let an agency have rules with the office. Adding it again changes its name."""

    name: Text
    kind: AgencyKind = "other"


class RemoveAgency(AgencyCommand):
    """Share nothing with an agency any more: every rule with it ends."""

    reason: Reason


class ProposeRule(AgencyCommand):
    """Say what could be shared. The command's id is the rule's. Nothing is shared before the other side agrees."""

    terms: Terms


class RuleCommand(ReportsCommand):
    """A wish about a rule."""

    rule: Id

    def subject(self) -> str:
        """The rule."""
        return self.rule


class AcceptRule(RuleCommand):
    """As the side that has not proposed it: agreed."""


class EndRule(RuleCommand):
    """As either side: no more, from now on."""

    reason: Reason


class ShareIncident(IncidentCommand):
    """Share one incident with an agency by hand, whatever the rules say. The command's id is that of a rule for it."""

    agency: Slug
    tier: Tier
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


class AcknowledgeIncident(IncidentCommand):
    """As an agency: we have it."""

    agency: Slug
    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    """The agency's own number for it."""


class ReportAgencyUnit(IncidentCommand):
    """As an agency: how far one of ours is."""

    agency: Slug
    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    status: Literal["assigned", "en-route", "on-scene", "clear"]


class SendAgencyMessage(PersonalIncidentCommand):
    """Between the desk and an agency."""

    agency: Slug
    words: Words
    side: Side


class RemoveExercise(IncidentCommand):
    """Take an exercise away from all who have it. Refused for anything that is none."""

    reason: Reason


COMMANDS = (
    AddAgency, RemoveAgency, ProposeRule, AcceptRule, EndRule, ShareIncident, AcknowledgeIncident, ReportAgencyUnit,
    SendAgencyMessage, RemoveExercise,
)  # fmt: skip


class AgencyEvent(ReportsEvent):
    """What an office has agreed with an agency."""

    classification: ClassVar[Classification] = "internal"
    agency: Slug

    def subject(self) -> str:
        """The agency, as the office knows it."""
        return f"{self.office}:{self.agency}"


class AgencyAdded(AgencyEvent):
    """An agency can have rules with the office, or is called otherwise."""

    name: Text
    kind: AgencyKind


class AgencyRemoved(AgencyEvent):
    """Nothing is shared with an agency any more."""


class RuleEvent(AgencyEvent):
    """What has become of a rule."""

    rule: Id


class RuleProposed(RuleEvent):
    """One side has said what could be shared."""

    side: Side
    terms: Terms


class RuleAccepted(RuleEvent):
    """Both sides agree: from now on it is shared."""


class RuleEnded(RuleEvent):
    """From now on it is not: what was shared by this rule alone is closed for the agency."""


class AgencyAtIncident(IncidentEvent):
    """What an agency has to do with an incident."""

    agency: Slug


class IncidentShared(AgencyAtIncident):
    """Somebody of the desk has shared an incident by hand."""

    rule: Id


class IncidentAcknowledged(AgencyAtIncident):
    """An agency has it."""


class AgencyUnitReported(AgencyAtIncident):
    """How far one of an agency's units is."""

    agency_unit: str
    status: Literal["assigned", "en-route", "on-scene", "clear"]


class AgencyMessageSent(AgencyAtIncident):
    """Desk or agency wrote to the other."""

    side: Side


class ExerciseRemoved(IncidentEvent):
    """An exercise is over and taken away."""


EVENTS = (
    AgencyAdded, AgencyRemoved, RuleProposed, RuleAccepted, RuleEnded, IncidentShared, IncidentAcknowledged,
    AgencyUnitReported, AgencyMessageSent, ExerciseRemoved,
)  # fmt: skip
