"""Questions about cameras: the registry, what may have been seen of an incident, and what was asked of owners."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.reports.domain import evidence_errors as errors
from services.reports.domain.camera import Camera
from services.reports.domain.footage import FootageRequest
from services.reports.domain.incident import Incident
from services.reports.views.offices import Offices
from shared.clock import Clock
from shared.contracts.reports.cameras import CameraPlan, Health, RequestState
from shared.messaging.mongo_store import MongoStore

Local = Callable[[datetime], datetime]
"""Puts a moment into an office's own time."""

CAMERAS_MOST = 5_000
REQUESTS_MOST = 500
NEAR_METRES = 250.0
"""How far away a camera may hang that does not see the place itself but who went there."""
UNSURE_METRES = 25.0
"""How exactly a place is known at best."""
BEFORE, AFTER = timedelta(minutes=20), timedelta(minutes=20)
"""What is asked for around the time of an incident."""
CLOCK_OLD = timedelta(days=90)
"""After which nobody relies on what a camera's clock was found to be."""


@dataclass(frozen=True, slots=True)
class CameraView:
    """A camera. Times are the office's."""

    id: str
    plan: CameraPlan
    health: Health
    checked_at: datetime | None
    check_note: str
    clock_offset_seconds: int | None
    clock_checked_at: datetime | None
    clock_is_old: bool
    """Whether its clock was compared too long ago, or never."""
    retired_at: datetime | None
    outline: Sequence[tuple[float, float]]
    """The edge of what it sees."""


@dataclass(frozen=True, slots=True)
class NearCamera:
    """A camera near an incident, and what to ask of its owner. Times are the office's."""

    camera: CameraView
    metres: int
    sees: bool
    """Whether the place is in its field of view."""
    starts_at: datetime
    ends_at: datetime
    camera_starts_at: datetime
    """The same by its own clock."""
    camera_ends_at: datetime
    deadline: datetime
    """When the recording is overwritten."""
    is_gone: bool
    requested: str
    """The id of the request that there is already; empty where there is none."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """What was asked of an owner. Times are the office's."""

    id: str
    office: str
    incident: str
    number: str
    camera: CameraView
    state: RequestState
    starts_at: datetime
    ends_at: datetime
    camera_starts_at: datetime
    camera_ends_at: datetime
    note: str
    asked_by: str
    asked_at: datetime
    deadline: datetime
    answer_note: str
    changed_at: datetime | None
    reminders: int
    is_open: bool


class CameraViews:
    """Each may raise `Transient`."""

    def __init__(self, offices: Offices, store: MongoStore, clock: Clock) -> None:
        self._offices = offices
        self._store = store
        self._clock = clock

    async def all(self, office: str) -> list[CameraView]:
        """The registry, by name; those that are no more at the end."""
        found = await self._store.select(Camera, {"office": office}, order=("added_at",), limit=CAMERAS_MOST)
        local = await self._local(office)
        found.sort(key=lambda camera: (camera.retired_at is not None, camera.plan.name.casefold()))
        return [self._view(camera, local) for camera in found]

    async def camera(self, office: str, id: str) -> CameraView:
        """One camera. Raises `CameraUnknown`."""
        found = await self._store.load(Camera, "id", [id])
        if not found or found[0].office != office:
            raise errors.CameraUnknown
        return self._view(found[0], await self._local(office))

    async def near(self, incident: Incident) -> list[NearCamera]:
        """Cameras that may have seen an incident: those that see its place first, then by distance.

        Empty for an incident of which only words tell where it is.
        """
        if incident.latitude is None or incident.longitude is None:
            return []
        cameras = await self._store.select(Camera, {"office": incident.office}, order=("id",), limit=CAMERAS_MOST)
        requests = await self.of_incident(incident.office, incident.id)
        asked = {request.camera.id: request.id for request in requests if request.state != "withdrawn"}
        local, now = await self._local(incident.office), self._clock()
        happened = incident.happened_at or incident.filed_at
        starts, ends = happened - BEFORE, min(happened + AFTER, now)
        near = []
        for camera in cameras:
            metres = camera.view.distance(incident.latitude, incident.longitude)
            sees = camera.view.covers(incident.latitude, incident.longitude, UNSURE_METRES)
            if camera.retired_at is not None or not (sees or metres <= NEAR_METRES):
                continue
            deadline = camera.overwritten_at(starts)
            near.append(
                NearCamera(
                    camera=self._view(camera, local),
                    metres=round(metres),
                    sees=sees,
                    starts_at=local(starts),
                    ends_at=local(ends),
                    camera_starts_at=local(camera.by_its_clock(starts)),
                    camera_ends_at=local(camera.by_its_clock(ends)),
                    deadline=local(deadline),
                    is_gone=camera.overwritten_at(ends) <= now,
                    requested=asked.get(camera.id, ""),
                )
            )
        return sorted(near, key=lambda n: (not n.sees, n.is_gone, n.metres))

    async def of_incident(self, office: str, incident: str) -> list[RequestView]:
        """What was asked of owners about an incident."""
        where: dict[str, str] = {"incident": incident}
        found = await self._store.select(FootageRequest, where, order=("asked_at",), limit=REQUESTS_MOST)
        return await self._requests([request for request in found if request.office == office], office)

    async def open_requests(self, office: str) -> list[RequestView]:
        """What is still to come to an office, the most urgent first."""
        found = []
        for state in ("asked", "promised"):
            where: dict[str, str] = {"office": office, "state": state}
            found += await self._store.select(FootageRequest, where, order=("asked_at",), limit=REQUESTS_MOST)
        return sorted(await self._requests(found, office), key=lambda request: request.deadline)

    async def request(self, office: str, id: str) -> RequestView:
        """One request. Raises `RequestUnknown`."""
        found = await self._store.load(FootageRequest, "id", [id])
        if not found or found[0].office != office:
            raise errors.RequestUnknown
        return (await self._requests(found, office))[0]

    async def _requests(self, found: Sequence[FootageRequest], office: str) -> list[RequestView]:
        cameras = {c.id: c for c in await self._store.load(Camera, "id", list({r.camera for r in found}))}
        local = await self._local(office)
        return [
            RequestView(
                id=request.id,
                office=request.office,
                incident=request.incident,
                number=request.number,
                camera=self._view(cameras[request.camera], local),
                state=request.state,
                starts_at=local(request.starts_at),
                ends_at=local(request.ends_at),
                camera_starts_at=local(request.camera_starts_at),
                camera_ends_at=local(request.camera_ends_at),
                note=request.note,
                asked_by=request.asked_by,
                asked_at=local(request.asked_at),
                deadline=local(request.deadline),
                answer_note=request.answer_note,
                changed_at=request.changed_at and local(request.changed_at),
                reminders=request.reminders,
                is_open=request.is_open,
            )
            for request in found
        ]

    def _view(self, camera: Camera, local: Local) -> CameraView:
        checked = camera.clock_checked_at
        return CameraView(
            id=camera.id,
            plan=camera.plan,
            health=camera.health,
            checked_at=camera.checked_at and local(camera.checked_at),
            check_note=camera.check_note,
            clock_offset_seconds=camera.clock_offset_seconds,
            clock_checked_at=checked and local(checked),
            clock_is_old=checked is None or self._clock() - checked > CLOCK_OLD,
            retired_at=camera.retired_at and local(camera.retired_at),
            outline=camera.view.outline(),
        )

    async def _local(self, office: str) -> Local:
        return (await self._offices.office(office)).local
