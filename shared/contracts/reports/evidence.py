"""Messages about evidence: files that belong to an incident, and everything that is done with them.

A file itself is never on the bus: a message names where it lies, how long it is and its SHA-256. Every event carries
the length and the last hash of the evidence's custody log, so that who keeps the events can tell later whether an
entry was taken away. What a sender calls a file, and why somebody of the staff looks at it, appears in commands only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared.contracts.fields import Id
from shared.contracts.message import Classification
from shared.contracts.reports.base import (
    EARLIEST,
    LATEST,
    IncidentCommand,
    IncidentEvent,
    Reason,
    ReportsCommand,
    ReportsEvent,
    TellableMoment,
    Via,
)

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileKey = Annotated[str, StringConstraints(pattern=r"^(original|copy)/[A-Za-z0-9_~-]{1,64}$")]
"""Where a file lies in the service's own store."""
MediaType = Annotated[str, StringConstraints(pattern=r"^(image|video)/[a-z0-9.+-]{1,40}$")]
EvidenceKind = Literal["photo", "video"]
Access = Literal["viewed", "downloaded", "exported"]
"""Seen on a page; taken away as a file; taken away as a package with its papers."""
Variant = Literal["copy", "original"]
"""The working copy, without metadata; or the file as it came."""
EvidenceState = Literal["kept", "destroyed", "erased"]
"""Whether the files are there, are to go, or are gone."""
Pixels = Annotated[int, Field(ge=1, le=1 << 31)]
ShortWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
FileName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)]


def _with_offset(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset")
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("no calendar tells such a time")
    return moment


Moment = Annotated[datetime, AfterValidator(_with_offset)]
"""A time with its offset, which is kept: Pydantic's own type for that exists at the door only."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the service's own store."""

    key: FileKey
    size: Annotated[int, Field(ge=1, le=1 << 50)]
    """In bytes."""
    sha256: Sha256
    media_type: MediaType
    """By its content."""


@dataclass(frozen=True, slots=True)
class Media:
    """What a photo or video is, by who has opened it."""

    kind: EvidenceKind
    width: Pixels
    height: Pixels
    codec: Annotated[str, StringConstraints(max_length=40)]
    sound: Annotated[str, StringConstraints(max_length=40)] = ""
    """The codec of the sound; empty where there is none."""
    milliseconds: Annotated[int, Field(ge=0, le=1 << 50)] = 0
    """How long a video is."""


@dataclass(frozen=True, slots=True)
class Recording:
    """From which camera a recording is, and which time of that camera's clock it shows."""

    camera: Id | None = None
    starts_at: Moment | None = None
    """By the camera's clock."""
    ends_at: Moment | None = None
    how: ShortWords = ""
    """How it was collected: `Disalin ke flash disk oleh satpam`."""


# Commands ------------------------------------------------------------------------------------------------


class AddEvidence(IncidentCommand):
    """Take a file in as evidence. The command's id is the evidence's."""

    classification: ClassVar[Classification] = "personal"
    via: Via
    original: StoredFile
    working_copy: StoredFile | None = None
    """Without metadata, where one could be made."""
    media: Media
    name: FileName = ""
    """What its sender calls it."""
    note: ShortWords = ""
    recording: Recording = Recording()
    request: Id | None = None
    """The request to a camera's owner that it answers."""


class EvidenceCommand(ReportsCommand):
    """A wish about one piece of evidence."""

    classification: ClassVar[Classification] = "personal"
    evidence: Id
    """The id of the command that added it."""

    def subject(self) -> str:
        """The evidence."""
        return self.evidence


class RecordAccess(EvidenceCommand):
    """Somebody is about to see or take evidence. Nothing is given out before this is written down."""

    access: Access
    variant: Variant = "copy"
    reason: ShortWords = ""
    """Needed for the original and for a package."""


class DescribeEvidence(EvidenceCommand):
    """Say from which camera and time a recording is, in the place of what was said before."""

    recording: Recording
    note: ShortWords = ""


class PlaceHold(EvidenceCommand):
    """Have evidence kept, whatever its retention says. The command's id is the hold's."""

    reason: Reason


class ReleaseHold(EvidenceCommand):
    """A hold is not needed any more."""

    hold: Id
    reason: Reason


class SetRetention(EvidenceCommand):
    """Have evidence kept until another day."""

    until: TellableMoment
    reason: Reason


class DestroyEvidence(EvidenceCommand):
    """Have the files gone. The custody log and the hashes stay."""

    reason: Reason


class ConfirmErasure(EvidenceCommand):
    """The files of destroyed evidence are gone from the store."""


COMMANDS = (
    AddEvidence, RecordAccess, DescribeEvidence, PlaceHold, ReleaseHold, SetRetention, DestroyEvidence, ConfirmErasure,
)  # fmt: skip


# Events --------------------------------------------------------------------------------------------------


class EvidenceAdded(IncidentEvent):
    """There is evidence."""

    classification: ClassVar[Classification] = "internal"
    evidence: Id
    """The id of the command that added it."""
    via: Via
    kind: EvidenceKind
    size: int
    """In bytes."""
    sha256: Sha256
    """Of the original."""
    entries: int
    """How many entries its custody log has."""
    head: Sha256
    """The hash of the last of them."""


class EvidenceEvent(ReportsEvent):
    """What was done with evidence."""

    classification: ClassVar[Classification] = "internal"
    incident: Id
    evidence: Id
    entries: int
    """How many entries its custody log has."""
    head: Sha256
    """The hash of the last of them."""

    def subject(self) -> str:
        """The evidence."""
        return self.evidence


class EvidenceAccessed(EvidenceEvent):
    """Somebody may see or take it now. Who, and why, is in the custody log."""

    access: Access
    variant: Variant


class EvidenceDescribed(EvidenceEvent):
    """Camera and time of a recording are known, or known better."""


class HoldPlaced(EvidenceEvent):
    """It is kept, whatever its retention says."""

    hold: Id


class HoldReleased(EvidenceEvent):
    """A hold has ended."""

    hold: Id


class RetentionSet(EvidenceEvent):
    """It is kept until another day."""

    until: datetime


class EvidenceDestroyed(EvidenceEvent):
    """Nobody sees it any more. Its files are about to go."""


class EvidenceErased(EvidenceEvent):
    """Its files are gone."""


EVENTS = (
    EvidenceAdded, EvidenceAccessed, EvidenceDescribed, HoldPlaced, HoldReleased, RetentionSet, EvidenceDestroyed,
    EvidenceErased,
)  # fmt: skip
