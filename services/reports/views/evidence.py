"""Questions about evidence: what belongs to an incident, and what has been done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.reports.domain import evidence_errors as errors
from services.reports.domain.custody import CustodyEntry
from services.reports.domain.evidence import Evidence, Hold
from services.reports.views.offices import Offices
from shared.contracts.reports.base import Via
from shared.contracts.reports.evidence import EvidenceState, Media, Recording, StoredFile
from shared.messaging.mongo_store import MongoStore

INCIDENT_MOST = 1_000
ENTRIES_MOST = 10_000


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A piece of evidence among others of its incident. Times are the office's."""

    id: str
    incident: str
    number: str
    via: Via
    state: EvidenceState
    media: Media
    media_type: str
    size: int
    sha256: str
    name: str
    collected_at: datetime
    collected_by: str
    held: bool
    has_copy: bool
    camera: str
    """What its camera is called; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of the custody log."""

    number: int
    at: datetime
    actor: str
    action: str
    details: dict[str, str]
    hash: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Everything about one piece of evidence but the file itself. Times are the office's."""

    id: str
    office: str
    incident: str
    number: str
    via: Via
    state: EvidenceState
    original: StoredFile
    working_copy: StoredFile | None
    media: Media
    name: str
    note: str
    recording: Recording
    true_starts_at: datetime | None
    """When the recording begins, the camera's clock put right; None where its error is not known."""
    true_ends_at: datetime | None
    camera: str
    camera_name: str
    clock_offset_seconds: int | None
    collected_at: datetime
    collected_by: str
    retain_until: datetime
    holds: Sequence[Hold]
    entries: int
    head: str
    log: Sequence[EntryView]

    @property
    def is_kept(self) -> bool:
        """Whether the files are there."""
        return self.state == "kept"


class EvidenceViews:
    """Each may raise `Transient`."""

    def __init__(self, offices: Offices, store: MongoStore) -> None:
        self._offices = offices
        self._store = store

    async def known(self, office: str, id: str) -> Evidence:
        """The evidence itself. Raises `EvidenceUnknown`, also for another office's."""
        found = await self._store.load(Evidence, "id", [id])
        if not found or found[0].office != office:
            raise errors.EvidenceUnknown
        return found[0]

    async def of_incident(self, incident: str) -> list[EvidenceLine]:
        """What belongs to an incident, the earliest first."""
        found = await self._store.select(Evidence, {"incident": incident}, order=("collected_at",), limit=INCIDENT_MOST)
        if not found:
            return []
        local = (await self._offices.office(found[0].office)).local
        return [_line(evidence, local(evidence.collected_at)) for evidence in found]

    async def used(self, incident: str, source: str) -> tuple[int, int]:
        """How many files an incident has from one side, and of how many bytes."""
        where: dict[str, str] = {"incident": incident, "state": "kept"}
        found = await self._store.select(Evidence, where, order=("collected_at",), limit=INCIDENT_MOST)
        counted = [e for e in found if (e.via == "reporter") == (source == "reporter")]
        return len(counted), sum(evidence.original.size for evidence in counted)

    async def log(self, id: str) -> list[CustodyEntry]:
        """The whole custody log."""
        return await self._store.select(CustodyEntry, {"evidence": id}, order=("number",), limit=ENTRIES_MOST)

    async def evidence(self, office: str, id: str) -> EvidenceView:
        """One piece, with its log. Raises `EvidenceUnknown`."""
        evidence = await self.known(office, id)
        local = (await self._offices.office(office)).local
        recording, camera = evidence.recording, evidence.camera
        offset = camera.clock_offset_seconds if camera else None

        def true(at: datetime | None) -> datetime | None:
            return None if at is None or offset is None else local(at - timedelta(seconds=offset))

        return EvidenceView(
            id=evidence.id,
            office=evidence.office,
            incident=evidence.incident,
            number=evidence.number,
            via=evidence.via,
            state=evidence.state,
            original=evidence.original,
            working_copy=evidence.working_copy,
            media=evidence.media,
            name=evidence.name,
            note=evidence.note,
            recording=Recording(
                recording.camera,
                recording.starts_at and local(recording.starts_at),
                recording.ends_at and local(recording.ends_at),
                recording.how,
            ),
            true_starts_at=true(recording.starts_at),
            true_ends_at=true(recording.ends_at),
            camera=camera.id if camera else "",
            camera_name=camera.name if camera else "",
            clock_offset_seconds=offset,
            collected_at=local(evidence.collected_at),
            collected_by=evidence.collected_by,
            retain_until=local(evidence.retain_until),
            holds=evidence.holds,
            entries=evidence.entries,
            head=evidence.head,
            log=[
                EntryView(e.number, local(datetime.fromisoformat(e.at)), e.actor, e.action, dict(e.details), e.hash)
                for e in await self.log(id)
            ],
        )


def _line(evidence: Evidence, collected_at: datetime) -> EvidenceLine:
    return EvidenceLine(
        id=evidence.id,
        incident=evidence.incident,
        number=evidence.number,
        via=evidence.via,
        state=evidence.state,
        media=evidence.media,
        media_type=evidence.original.media_type,
        size=evidence.original.size,
        sha256=evidence.original.sha256,
        name=evidence.name,
        collected_at=collected_at,
        collected_by=evidence.collected_by,
        held=evidence.is_held,
        has_copy=evidence.working_copy is not None,
        camera=evidence.camera.name if evidence.camera else "",
    )
