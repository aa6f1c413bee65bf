"""Evidence: a file that belongs to an incident, from the moment it is taken in until it is gone.

    kept → destroyed → erased          the files are to go; they are gone

Invariants: every step is one entry of the custody log, made together with it or not at all; a hold keeps the files
whatever anybody else wants; the hash of the original and the log outlive the files.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from services.reports.domain import evidence_errors as errors
from services.reports.domain.custody import BEGINNING, Action, CustodyEntry, canonical, moment, sha256
from services.reports.domain.manifest import manifest
from shared.contracts.reports import evidence as said
from shared.contracts.reports.base import Via
from shared.contracts.reports.evidence import (
    Access,
    AddEvidence,
    EvidenceEvent,
    EvidenceState,
    Media,
    Recording,
    StoredFile,
    Variant,
)

E = TypeVar("E", bound=EvidenceEvent)

KEPT_DAYS = 5 * 365
"""Unless somebody who may says otherwise."""


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """A camera as it was known when a recording of it was taken in, or described."""

    id: str
    name: str
    owner: str
    clock_offset_seconds: int | None
    clock_checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody needs the evidence kept."""

    id: str
    reason: str
    by: str
    at: datetime


@dataclass(slots=True)
class Evidence:
    """One file and its working copy."""

    id: str
    office: str
    incident: str
    number: str
    """The incident's."""
    via: Via
    original: StoredFile
    working_copy: StoredFile | None
    media: Media
    name: str
    """As its sender called it."""
    note: str
    recording: Recording
    camera: CameraFacts | None
    request: str | None
    collected_by: str
    """An actor: `staff/rani`, or `citizen` for the reporter."""
    collected_at: datetime
    retain_until: datetime
    state: EvidenceState = "kept"
    holds: tuple[Hold, ...] = ()
    due: datetime | None = None
    """When its retention ends, or since when its files are to go; None while a hold keeps it, or nothing is left."""
    entries: int = 0
    head: str = BEGINNING
    version: int = 0

    @classmethod
    def collect(
        cls, id: str, number: str, wanted: AddEvidence, camera: CameraFacts | None, at: datetime, actor: str
    ) -> tuple["Evidence", CustodyEntry]:
        """A file is taken in."""
        until = at + timedelta(days=KEPT_DAYS)
        evidence = cls(
            id=id,
            office=wanted.office,
            incident=wanted.incident,
            number=number,
            via=wanted.via,
            original=wanted.original,
            working_copy=wanted.working_copy,
            media=wanted.media,
            name=wanted.name,
            note=wanted.note,
            recording=wanted.recording,
            camera=camera,
            request=wanted.request,
            collected_by=actor,
            collected_at=at,
            retain_until=until,
            due=until,
        )
        details = {
            "sha256": wanted.original.sha256,
            "size": str(wanted.original.size),
            "media_type": wanted.original.media_type,
        }
        if wanted.working_copy is not None:
            details["copy_sha256"] = wanted.working_copy.sha256
        return evidence, evidence._enter("collected", at, actor, details)

    @property
    def is_held(self) -> bool:
        """Whether a hold keeps it."""
        return bool(self.holds)

    def added(self) -> dict[str, object]:
        """What the incident's event tells of it."""
        return {
            "evidence": self.id,
            "via": self.via,
            "kind": self.media.kind,
            "size": self.original.size,
            "sha256": self.original.sha256,
            "entries": self.entries,
            "head": self.head,
        }

    def access(
        self, access: Access, variant: Variant, reason: str, at: datetime, actor: str
    ) -> tuple[said.EvidenceAccessed, CustodyEntry]:
        """Somebody is about to see or take it. Raises `EvidenceGone`, `NoWorkingCopy`, `ReasonMissing`."""
        self._must_be_kept()
        if variant == "copy" and self.working_copy is None and access != "exported":
            raise errors.NoWorkingCopy
        if (variant == "original" or access == "exported") and not reason:
            raise errors.ReasonMissing
        details = {"variant": variant} | ({"reason": reason} if reason else {})
        if access == "exported":
            details |= {"variant": "original", "manifest_sha256": self.manifest_sha256(self.entries + 1)}
        entry = self._enter(access, at, actor, details)
        return self._event(said.EvidenceAccessed, access=access, variant=variant), entry

    def manifest_sha256(self, entries: int) -> str:
        """Of the manifest that goes with a log of so many entries."""
        return sha256(canonical(manifest(self, entries)))

    def describe(
        self, recording: Recording, camera: CameraFacts | None, note: str, at: datetime, actor: str
    ) -> tuple[said.EvidenceDescribed, CustodyEntry]:
        """Camera and time are known, or known better. What was said before stays in the log."""
        self._must_be_kept()
        self.recording, self.camera = recording, camera
        self.note = note or self.note
        details = {
            "camera": recording.camera or "",
            "starts_at": moment(recording.starts_at) if recording.starts_at else "",
            "ends_at": moment(recording.ends_at) if recording.ends_at else "",
            "how": recording.how,
        } | ({"note": note} if note else {})
        entry = self._enter("described", at, actor, details)
        return self._event(said.EvidenceDescribed), entry

    def hold(self, id: str, reason: str, at: datetime, actor: str) -> tuple[said.HoldPlaced, CustodyEntry]:
        """Have it kept, whatever else is decided."""
        self._must_be_kept()
        self.holds = (*self.holds, Hold(id, reason, actor, at))
        self.due = None
        entry = self._enter("hold-placed", at, actor, {"hold": id, "reason": reason})
        return self._event(said.HoldPlaced, hold=id), entry

    def release(self, id: str, reason: str, at: datetime, actor: str) -> tuple[said.HoldReleased, CustodyEntry]:
        """A hold ends. Raises `HoldUnknown`."""
        self._must_be_kept()
        left = tuple(hold for hold in self.holds if hold.id != id)
        if len(left) == len(self.holds):
            raise errors.HoldUnknown
        self.holds = left
        self.due = None if left else self.retain_until
        entry = self._enter("hold-released", at, actor, {"hold": id, "reason": reason})
        return self._event(said.HoldReleased, hold=id), entry

    def retain(self, until: datetime, reason: str, at: datetime, actor: str) -> tuple[said.RetentionSet, CustodyEntry]:
        """Keep it until another day. Raises `RetentionPast`."""
        self._must_be_kept()
        if until <= at:
            raise errors.RetentionPast
        self.retain_until = until
        self.due = None if self.holds else until
        entry = self._enter("retention-set", at, actor, {"until": moment(until), "reason": reason})
        return self._event(said.RetentionSet, until=until), entry

    def destroy(self, reason: str, at: datetime, actor: str) -> tuple[said.EvidenceDestroyed, CustodyEntry]:
        """Its files are to go. Raises `EvidenceHeld`."""
        self._must_be_kept()
        if self.holds:
            raise errors.EvidenceHeld(holds=len(self.holds))
        self.state = "destroyed"
        self.due = at
        entry = self._enter("destroyed", at, actor, {"reason": reason, "sha256": self.original.sha256})
        return self._event(said.EvidenceDestroyed), entry

    def erased(self, at: datetime, actor: str) -> tuple[said.EvidenceErased, CustodyEntry]:
        """Its files are gone, and so is what was said of them. Raises `EvidenceNotDestroyed`."""
        if self.state != "destroyed":
            raise errors.EvidenceNotDestroyed
        self.state = "erased"
        self.due = None
        self.name = self.note = ""
        self.recording = replace(self.recording, how="")
        entry = self._enter("erased", at, actor, {"sha256": self.original.sha256})
        return self._event(said.EvidenceErased), entry

    def _must_be_kept(self) -> None:
        if self.state != "kept":
            raise errors.EvidenceGone

    def _enter(self, action: Action, at: datetime, actor: str, details: dict[str, str]) -> CustodyEntry:
        entry = CustodyEntry.after(self.id, self.entries + 1, self.head, at, actor, action, details)
        self.entries, self.head = entry.number, entry.hash
        return entry

    def _event(self, event: type[E], **facts: object) -> E:
        return event(
            office=self.office,
            incident=self.incident,
            evidence=self.id,
            entries=self.entries,
            head=self.head,
            **facts,
        )
