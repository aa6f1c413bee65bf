"""Evidence and cameras on the stage of the domain's tests."""

from datetime import timedelta
from typing import Any

from services.reports.domain.camera import Camera
from services.reports.domain.custody import BEGINNING, CustodyEntry, canonical, sha256
from services.reports.domain.evidence import Evidence
from services.reports.domain.footage import FootageRequest
from shared.contracts.reports.cameras import AddCamera, CameraAdded, CameraPlan, FootageRequested, RequestFootage
from shared.contracts.reports.evidence import AddEvidence, EvidenceAdded, Media, StoredFile
from tests.reports.scene import OFFICE, Scene

PLAN = CameraPlan(
    name="Simpang Sudirman, timur",
    owner="Toko Maju",
    owner_kind="business",
    address="Jalan Sudirman 7",
    latitude=-0.8917,
    longitude=119.8700,
    bearing=90,
    angle=60,
    range_metres=100,
    retention_hours=72,
    contact="Ibu Rina, 0812 3456 7890",
)
"""Looks east, along the equator, at the place of the scene's incidents 78 m away."""


def photo(number: int = 1) -> dict[str, Any]:
    """What an intake says of a photo."""
    return {
        "original": StoredFile(f"original/file-{number}", 1000 + number, sha256(b"%d" % number), "image/jpeg"),
        "working_copy": StoredFile(f"copy/file-{number}", 900, sha256(b"copy %d" % number), "image/jpeg"),
        "media": Media("photo", 320, 200, "jpeg"),
    }


class Room(Scene):
    """The desk of one office, and its evidence."""

    async def add(self, incident: str, number: int = 1, **more: Any) -> str:
        """A file is taken in."""
        told = {"via": "desk", **photo(number), **more}
        event = await self.done(AddEvidence(office=OFFICE, incident=incident, **told))
        assert isinstance(event, EvidenceAdded)
        return event.evidence

    async def hang(self, plan: CameraPlan = PLAN) -> str:
        """A camera is entered in the registry."""
        event = await self.done(AddCamera(office=OFFICE, plan=plan))
        assert isinstance(event, CameraAdded)
        return event.camera

    async def ask_owner(self, incident: str, camera: str, *, ago: timedelta = timedelta(hours=1)) -> str:
        """The owner is asked for a quarter of an hour."""
        starts = self.now - ago
        command = RequestFootage(
            office=OFFICE, incident=incident, camera=camera, starts_at=starts, ends_at=starts + timedelta(minutes=15)
        )
        event = await self.done(command)
        assert isinstance(event, FootageRequested)
        return event.request

    def evidence(self, id: str) -> Evidence:
        """As it is stored."""
        (found,) = [one for one in self.all(Evidence) if one.id == id]
        assert isinstance(found, Evidence)
        return found

    def camera(self, id: str) -> Camera:
        """As it is stored."""
        (found,) = [one for one in self.all(Camera) if one.id == id]
        assert isinstance(found, Camera)
        return found

    def request(self, id: str) -> FootageRequest:
        """As it is stored."""
        (found,) = [one for one in self.all(FootageRequest) if one.id == id]
        assert isinstance(found, FootageRequest)
        return found

    def log(self, evidence: str) -> list[CustodyEntry]:
        """The custody log, in order."""
        return sorted((e for e in self.all(CustodyEntry) if e.evidence == evidence), key=lambda e: e.number)

    def check_logs(self) -> None:
        """Every piece of evidence has a whole chain that ends where it says."""
        for evidence in self.all(Evidence):
            log, previous = self.log(evidence.id), BEGINNING
            assert [entry.number for entry in log] == list(range(1, evidence.entries + 1))
            for entry in log:
                assert entry.previous == previous
                assert entry.hash == sha256(canonical(entry.content()))
                previous = entry.hash
            assert evidence.head == previous
