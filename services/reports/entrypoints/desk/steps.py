"""What can be done with an incident and what a unit can say, by its name in addresses: for pages and API alike.

Each step is a body, which the API takes as JSON and a page as a form; it knows the command that it stands for.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from shared.contracts.fields import Id, Slug
from shared.contracts.reports.base import IncidentCommand, Reason, Words
from shared.contracts.reports.incidents import (
    AddNote,
    CloseIncident,
    Disposition,
    HandOver,
    LinkDuplicate,
    QuarantineIncident,
    ReleaseIncident,
    ReopenIncident,
    ResolveIncident,
    SendMessage,
    TakeCharge,
    TimelineUsername,
    TriageIncident,
    UnlinkDuplicate,
)
from shared.contracts.reports.office import Certainty, Priority, Severity
from shared.contracts.reports.units import (
    AcceptDispatch,
    ArriveOnScene,
    CheckIn,
    ClearScene,
    DispatchUnit,
    GoInService,
    GoOutOfService,
    StandDownUnit,
    UnitCommand,
)
from shared.web.representations import Body

Chosen = Annotated[Priority | None, BeforeValidator(lambda written: written or None)]
Told = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class StepBody(Body):
    """A step. Its fields are those of the form."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        """What is asked of the worker."""
        raise NotImplementedError


class TriageBody(StepBody):
    """Judge an incident."""

    category: Slug
    severity: Severity
    certainty: Certainty
    reason: Reason
    priority: Chosen = None
    """In the place of the one that would follow."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return TriageIncident(office=office, incident=incident, **self.model_dump())


class TakeChargeBody(StepBody):
    """Look after it."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return TakeCharge(office=office, incident=incident)


class HandOverBody(StepBody):
    """Have a colleague look after it."""

    to: TimelineUsername
    note: Told = ""
    """What the colleague must know."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return HandOver(office=office, incident=incident, to=self.to, note=self.note)


class ReasonBody(StepBody):
    """A step that only needs a reason."""

    reason: Reason


class QuarantineBody(ReasonBody):
    """Set it aside."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return QuarantineIncident(office=office, incident=incident, reason=self.reason)


class ReleaseBody(ReasonBody):
    """Take it back among the others."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return ReleaseIncident(office=office, incident=incident, reason=self.reason)


class LinkBody(StepBody):
    """Link it to the incident that it is the same as."""

    original: Id

    def command(self, office: str, incident: str) -> IncidentCommand:
        return LinkDuplicate(office=office, incident=incident, original=self.original)


class UnlinkBody(ReasonBody):
    """Make it one of its own again."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return UnlinkDuplicate(office=office, incident=incident, reason=self.reason)


class UnitBody(StepBody):
    """Send a unit."""

    unit: Slug

    def command(self, office: str, incident: str) -> IncidentCommand:
        return DispatchUnit(office=office, incident=incident, unit=self.unit)


class StandDownBody(StepBody):
    """Call a unit back."""

    unit: Slug
    reason: Reason

    def command(self, office: str, incident: str) -> IncidentCommand:
        return StandDownUnit(office=office, incident=incident, unit=self.unit, reason=self.reason)


class NoteBody(StepBody):
    """Write something down for the staff."""

    words: Words

    def command(self, office: str, incident: str) -> IncidentCommand:
        return AddNote(office=office, incident=incident, words=self.words)


class MessageBody(StepBody):
    """Write to the reporter."""

    words: Words

    def command(self, office: str, incident: str) -> IncidentCommand:
        return SendMessage(office=office, incident=incident, words=self.words, via="desk")


class ResolveBody(StepBody):
    """Say what came of it."""

    disposition: Disposition
    words: Words
    """For the reporter."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return ResolveIncident(office=office, incident=incident, disposition=self.disposition, words=self.words)


class CloseBody(ReasonBody):
    """Close it without waiting for the reporter."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return CloseIncident(office=office, incident=incident, reason=self.reason)


class ReopenBody(StepBody):
    """Go on with it."""

    words: Words
    """For the reporter."""

    def command(self, office: str, incident: str) -> IncidentCommand:
        return ReopenIncident(office=office, incident=incident, words=self.words, via="desk")


STEPS: Mapping[str, type[StepBody]] = {
    "triage": TriageBody,
    "take-charge": TakeChargeBody,
    "hand-over": HandOverBody,
    "dispatch": UnitBody,
    "stand-down": StandDownBody,
    "quarantine": QuarantineBody,
    "release": ReleaseBody,
    "link": LinkBody,
    "unlink": UnlinkBody,
    "note": NoteBody,
    "message": MessageBody,
    "resolve": ResolveBody,
    "close": CloseBody,
    "reopen": ReopenBody,
}

UNIT_STEPS: Mapping[str, type[UnitCommand]] = {
    "accept": AcceptDispatch,
    "arrive": ArriveOnScene,
    "check-in": CheckIn,
    "clear": ClearScene,
    "in-service": GoInService,
    "out-of-service": GoOutOfService,
}


class HandOverAllBody(Body):
    """Hand over several at once, as at a change of shift."""

    to: TimelineUsername
    note: Told = ""
    incidents: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]
