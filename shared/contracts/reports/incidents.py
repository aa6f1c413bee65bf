"""Messages about incidents: from the first word to the closed case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.fields import Id, Slug
from shared.contracts.message import Classification
from shared.contracts.reports.base import (
    Cell,
    IncidentCommand,
    IncidentEvent,
    PersonalIncidentCommand,
    PersonHash,
    Place,
    Reason,
    ReportsCommand,
    Sealed,
    TellableMoment,
    Via,
    Words,
)
from shared.contracts.reports.office import Certainty, Priority, Severity

Privacy = Literal["confidential", "anonymous", "open"]
"""Who may know the reporter: named roles with a reason, nobody, or the whole desk."""
State = Literal[
    "quarantined", "received", "triaged", "dispatched", "on-scene", "resolved", "closed", "duplicate"
]  # fmt: skip
"""Where an incident is on its way."""
Disposition = Literal[
    "settled", "report-taken", "arrest", "referred", "gone-on-arrival", "unfounded", "prank", "exercise"
]  # fmt: skip
"""What came of an incident."""
Clock = Literal["triage", "dispatch", "accept", "arrive", "check-in", "resolve"]
"""What can be late."""
Way = Literal["web", "desk", "open311"]
"""How a report came in."""
TimelineUsername = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_][a-z0-9._-]{1,62}$")]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question of the category."""

    question: Slug
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


# Commands ------------------------------------------------------------------------------------------------


class FileReport(ReportsCommand):
    """Report something. The command's id is the incident's."""

    classification: ClassVar[Classification] = "personal"
    category: Slug
    words: Words
    place: Place
    privacy: Privacy = "confidential"
    answers: Annotated[tuple[Answer, ...], Field(max_length=40)] = ()
    happened_at: TellableMoment | None = None
    """Left out: just now."""
    reporter: Sealed | None = None
    """Name and how to be reached, sealed. Never of an anonymous reporter."""
    contact: PersonHash | None = None
    """By which repeated pranks of one contact are known. Never of an anonymous reporter."""
    way: Way = "web"
    exercise: bool = False
    """A drill: marked as such wherever it is shown."""

    @model_validator(mode="after")
    def _nobody_knows_an_anonymous_reporter(self) -> Self:
        if self.privacy == "anonymous" and (self.reporter or self.contact):
            raise ValueError("an anonymous report carries nothing by which its reporter is known")
        return self


class TriageIncident(IncidentCommand):
    """Judge an incident. Its priority follows from category, severity and certainty, unless one is given."""

    category: Slug
    severity: Severity
    certainty: Certainty
    reason: Reason
    priority: Priority | None = None
    """In the place of the one that would follow."""


class QuarantineIncident(IncidentCommand):
    """Set a report aside that seems to be abuse. It is kept, and its clocks go on running."""

    reason: Reason


class ReleaseIncident(IncidentCommand):
    """Take a report back among the others."""

    reason: Reason


class LinkDuplicate(IncidentCommand):
    """The incident is the same as an earlier one. Both are kept; who may see either stays as it is."""

    original: Id


class UnlinkDuplicate(IncidentCommand):
    """The incident is one of its own after all."""

    reason: Reason


class TakeCharge(IncidentCommand):
    """Be the one at the desk who looks after the incident."""


class HandOver(IncidentCommand):
    """Have somebody else look after the incident, as at a change of shift."""

    to: TimelineUsername
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class AddNote(PersonalIncidentCommand):
    """Write something down for the desk and the field."""

    words: Words
    via: Via = "desk"


class SendMessage(PersonalIncidentCommand):
    """Write to the reporter, or as the reporter to the desk."""

    words: Words
    via: Via


class ResolveIncident(PersonalIncidentCommand):
    """Say what came of it. Units that were sent are clear."""

    disposition: Disposition
    words: Words
    """For the reporter."""


class ConfirmOutcome(IncidentCommand):
    """As the reporter: yes, that is how it is."""


class CloseIncident(IncidentCommand):
    """Close a resolved incident without waiting for the reporter."""

    reason: Reason


class ReopenIncident(PersonalIncidentCommand):
    """Go on with an incident that has an outcome: the reporter within bounds, the desk at any time."""

    words: Words
    via: Via


class FollowIncident(PersonalIncidentCommand):
    """Be told of somebody else's incident instead of reporting it once more. The command's id is the follower's."""

    reporter: Sealed | None = None
    contact: PersonHash | None = None


class UnfollowIncident(IncidentCommand):
    """Be told no more. What was kept of the follower is gone."""

    follower: Id


class RevealIdentity(IncidentCommand):
    """See who the reporter is. Written down before it is shown."""

    reason: Reason


class EraseReporter(IncidentCommand):
    """Forget who the reporter is. The report itself stays."""

    via: Via


class CheckClocks(IncidentCommand):
    """Look whether something is late. Sent when a clock runs out; sent again it finds nothing new."""


COMMANDS = (
    FileReport, TriageIncident, QuarantineIncident, ReleaseIncident, LinkDuplicate, UnlinkDuplicate, TakeCharge,
    HandOver, AddNote, SendMessage, ResolveIncident, ConfirmOutcome, CloseIncident, ReopenIncident, FollowIncident,
    UnfollowIncident, RevealIdentity, EraseReporter, CheckClocks,
)  # fmt: skip


# Events --------------------------------------------------------------------------------------------------


class IncidentReported(IncidentEvent):
    """Something was reported."""

    number: str
    """The office's own number, `2026-000123`: gapless within a year."""
    category: Slug
    state: State
    """`received`, or `quarantined`."""
    priority: Priority
    """Until the desk has looked."""
    severity: Severity
    privacy: Privacy
    way: Way
    cell: Cell | None
    """Where, coarsely."""
    happened_at: datetime | None
    exercise: bool = False


class IncidentTriaged(IncidentEvent):
    """The desk has judged an incident, perhaps anew."""

    category: Slug
    severity: Severity
    certainty: Certainty
    priority: Priority
    state: State


class IncidentQuarantined(IncidentEvent):
    """A report was set aside as probable abuse."""


class IncidentReleased(IncidentEvent):
    """A report was taken back among the others."""

    state: State


class DuplicateLinked(IncidentEvent):
    """The incident is the same as another one."""

    original: Id


class DuplicateUnlinked(IncidentEvent):
    """The incident is one of its own after all."""

    original: Id
    state: State


class ChargeTaken(IncidentEvent):
    """Somebody of the desk looks after the incident."""


class IncidentHandedOver(IncidentEvent):
    """Somebody else of the desk looks after it now."""


class NoteAdded(IncidentEvent):
    """Something was written down for the desk and the field."""


class MessageSent(IncidentEvent):
    """Desk or reporter wrote to the other."""

    via: Via


class IncidentResolved(IncidentEvent):
    """There is an outcome."""

    disposition: Disposition


class IncidentClosed(IncidentEvent):
    """Nothing more will happen: the reporter has agreed, the desk has closed it, or the time to object is over."""

    via: Via


class IncidentReopened(IncidentEvent):
    """It goes on."""

    via: Via
    state: State


class IncidentFollowed(IncidentEvent):
    """One more person wants to be told."""

    followers: int


class IncidentUnfollowed(IncidentEvent):
    """One person less wants to be told."""

    followers: int


class IdentityRevealed(IncidentEvent):
    """Somebody of the staff has asked who the reporter is. Who, and why, is in the incident's timeline."""


class ReporterErased(IncidentEvent):
    """Nobody can find out any more who the reporter was."""


class DeadlineMissed(IncidentEvent):
    """Something that was promised is late."""

    clock: Clock
    due_at: datetime
    unit: Slug | None = None
    """The unit that is late, where it is a unit's clock."""
    priority: Priority
    escalated: bool = False
    """It is the manager's affair now: nobody looks after the incident, or it was not the first time."""


EVENTS = (
    IncidentReported, IncidentTriaged, IncidentQuarantined, IncidentReleased, DuplicateLinked, DuplicateUnlinked,
    ChargeTaken, IncidentHandedOver, NoteAdded, MessageSent, IncidentResolved, IncidentClosed, IncidentReopened,
    IncidentFollowed, IncidentUnfollowed, IdentityRevealed, ReporterErased, DeadlineMissed,
)  # fmt: skip
