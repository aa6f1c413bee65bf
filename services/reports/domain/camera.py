"""Camera: somebody's camera that may have seen what happened.

Invariant: what was found about its clock keeps the time at which it was found, since clocks drift; a later plan
does not change it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from services.reports.domain import evidence_errors as errors
from services.reports.domain.view import FieldOfView
from shared.contracts.reports import cameras as said
from shared.contracts.reports.cameras import CameraEvent, CameraPlan, CheckCamera, Health

E = TypeVar("E", bound=CameraEvent)


@dataclass(slots=True)
class Camera:
    """One camera in an office's registry."""

    id: str
    office: str
    plan: CameraPlan
    added_at: datetime
    health: Health = "unknown"
    checked_at: datetime | None = None
    check_note: str = ""
    clock_offset_seconds: int | None = None
    """None: nobody has compared its clock."""
    clock_checked_at: datetime | None = None
    retired_at: datetime | None = None
    revision: int = 0
    version: int = 0

    @classmethod
    def add(cls, id: str, office: str, plan: CameraPlan, at: datetime) -> tuple["Camera", said.CameraAdded]:
        """One more camera."""
        camera = cls(id, office, plan, at)
        return camera, camera._event(said.CameraAdded)

    @property
    def view(self) -> FieldOfView:
        """What it sees."""
        plan = self.plan
        return FieldOfView(plan.latitude, plan.longitude, plan.bearing, plan.angle, plan.range_metres)

    def change(self, plan: CameraPlan) -> said.CameraChanged:
        """Be known better. Raises `CameraRetired`."""
        self.must_be_there()
        self.plan = plan
        return self._event(said.CameraChanged)

    def check(self, found: CheckCamera, at: datetime) -> said.CameraChecked:
        """Somebody has looked. Raises `CameraRetired`."""
        self.must_be_there()
        self.health, self.checked_at, self.check_note = found.health, at, found.note
        if found.clock_offset_seconds is not None:
            self.clock_offset_seconds, self.clock_checked_at = found.clock_offset_seconds, at
        return self._event(said.CameraChecked, health=self.health, clock_offset_seconds=self.clock_offset_seconds)

    def retire(self, at: datetime) -> said.CameraRetired:
        """Be no more. Whom to call is forgotten. Raises `CameraRetired`."""
        self.must_be_there()
        self.retired_at = at
        self.check_note = ""
        return self._event(said.CameraRetired)

    def by_its_clock(self, at: datetime) -> datetime:
        """What its clock shows at a true time, as far as anybody knows."""
        return at + timedelta(seconds=self.clock_offset_seconds or 0)

    def overwritten_at(self, begins: datetime) -> datetime:
        """When what it records at a true time is recorded over."""
        return begins + timedelta(hours=self.plan.retention_hours)

    def must_be_there(self) -> None:
        """Raises `CameraRetired`."""
        if self.retired_at is not None:
            raise errors.CameraRetired

    def _event(self, event: type[E], **facts: object) -> E:
        self.revision += 1
        return event(office=self.office, camera=self.id, revision=self.revision, **facts)
