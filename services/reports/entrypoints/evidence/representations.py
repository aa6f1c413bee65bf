"""Resources of evidence in the JSON API. Field names are part of the contract."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.reports.entrypoints.representations import Body, Out
from services.reports.evidence.upload import Upload
from services.reports.views.evidence import EvidenceLine, EvidenceView
from shared.contracts.fields import Id
from shared.contracts.reports.base import Reason, TellableMoment, Via
from shared.contracts.reports.evidence import Access, EvidenceKind, EvidenceState, ShortWords, Variant


class UploadOut(Out):
    """An upload, and what came of it."""

    status: Literal["receiving", "received", "taken", "refused"]
    """`received`: being looked at. `taken`: it is evidence."""
    offset: int
    length: int | None
    evidence: str | None
    """The evidence's id, for the staff's own addresses."""
    reason: str | None
    """Why it was refused: the problem's slug."""

    @classmethod
    def of(cls, upload: Upload) -> "UploadOut":
        """What is known of it."""
        return cls(
            status=upload.status,
            offset=upload.offset,
            length=upload.length,
            evidence=upload.id if upload.status == "taken" else None,
            reason=upload.outcome.get("slug"),
        )


class FileOut(Out):
    """A file, by its content."""

    media_type: str
    size: int
    sha256: str


class MediaOut(Out):
    """What a photo or video is."""

    kind: EvidenceKind
    width: int
    height: int
    codec: str
    sound: str
    milliseconds: int


class EvidenceLineOut(Out):
    """A piece of evidence among others."""

    id: str
    incident: str
    number: str
    """The incident's."""
    via: Via
    state: EvidenceState
    media: MediaOut
    media_type: str
    size: int
    sha256: str
    collected_at: datetime
    held: bool
    has_copy: bool

    @classmethod
    def of_line(cls, line: EvidenceLine) -> "EvidenceLineOut":
        """What a view tells."""
        return cls.model_validate(line)


class RecordingOut(Out):
    """Which camera, and which time by its clock."""

    camera: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    how: str


class HoldOut(Out):
    """Somebody needs it kept."""

    id: str
    reason: str
    by: str
    at: datetime


class EntryOut(Out):
    """A line of the custody log."""

    number: int
    at: datetime
    actor: str
    action: str
    details: dict[str, str]
    hash: str


class EvidenceOut(Out):
    """A piece of evidence with its custody log."""

    id: str
    incident: str
    number: str
    via: Via
    state: EvidenceState
    original: FileOut
    working_copy: FileOut | None
    media: MediaOut
    name: str
    """As its sender called it."""
    note: str
    recording: RecordingOut
    true_starts_at: datetime | None
    true_ends_at: datetime | None
    camera_name: str
    clock_offset_seconds: int | None
    collected_at: datetime
    collected_by: str
    retain_until: datetime
    holds: list[HoldOut]
    entries: int
    head: str
    """The fingerprint: the hash of the log's last entry."""
    log: list[EntryOut]

    @classmethod
    def of(cls, view: EvidenceView) -> "EvidenceOut":
        """What a view tells."""
        return cls.model_validate(view)


class AccessBody(Body):
    """Somebody wants to see or take it."""

    access: Access = "viewed"
    variant: Variant = "copy"
    """Ignored for a package, which has the original."""
    reason: ShortWords = ""
    """Needed for an original and for a package."""


class AccessOut(Out):
    """It is written down: here it is."""

    address: str
    """For this person alone, for two hours."""
    entries: int
    head: str
    """The custody log's last hash, with this access in it."""


class ReasonBody(Body):
    """Why."""

    reason: Reason


class RetentionBody(Body):
    """Until when it is kept, and why."""

    until: TellableMoment
    reason: Reason


class RecordingBody(Body):
    """Which camera, and which time by its clock."""

    camera: Id | None = None
    starts_at: TellableMoment | None = None
    ends_at: TellableMoment | None = None
    how: ShortWords = ""
    note: Annotated[ShortWords, Field(description="In the place of the note that there is; empty leaves it.")] = ""
