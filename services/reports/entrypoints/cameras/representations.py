"""Resources of cameras and requests in the JSON API. Field names are part of the contract."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.reports.entrypoints.representations import Body, Out
from services.reports.views.cameras import CameraView, NearCamera, RequestView
from shared.contracts.fields import Id
from shared.contracts.reports.base import Latitude, Longitude, Reason, TellableMoment
from shared.contracts.reports.cameras import Answer, CameraPlan, Health, Name, OffsetSeconds, OwnerKind, RequestState
from shared.contracts.reports.evidence import ShortWords


class CameraBody(Body):
    """What is known of a camera."""

    name: Name
    owner: Name
    owner_kind: OwnerKind = "other"
    address: Annotated[str, Field(max_length=300)] = ""
    latitude: Latitude
    longitude: Longitude
    bearing: Annotated[int, Field(ge=0, le=359)] = 0
    """Where its middle looks: degrees from north, clockwise."""
    angle: Annotated[int, Field(ge=1, le=360)] = 90
    """How wide it looks, in degrees."""
    range_metres: Annotated[int, Field(ge=1, le=2000)] = 30
    retention_hours: Annotated[int, Field(ge=1, le=24 * 366)]
    """After which it is overwritten."""
    contact: ShortWords = ""
    note: ShortWords = ""

    def plan(self) -> CameraPlan:
        """The same, for a command."""
        return CameraPlan(**self.model_dump())


class CameraOut(Out):
    """A camera."""

    id: str
    name: str
    owner: str
    owner_kind: OwnerKind
    address: str
    latitude: float
    longitude: float
    bearing: int
    angle: int
    range_metres: int
    retention_hours: int
    contact: str
    note: str
    health: Health
    checked_at: datetime | None
    clock_offset_seconds: int | None
    clock_checked_at: datetime | None
    clock_is_old: bool
    retired_at: datetime | None
    outline: list[tuple[float, float]]
    """The edge of what it sees: pairs of latitude and longitude."""

    @classmethod
    def of(cls, view: CameraView) -> "CameraOut":
        """What a view tells."""
        plan = view.plan
        return cls(
            id=view.id,
            name=plan.name,
            owner=plan.owner,
            owner_kind=plan.owner_kind,
            address=plan.address,
            latitude=plan.latitude,
            longitude=plan.longitude,
            bearing=plan.bearing,
            angle=plan.angle,
            range_metres=plan.range_metres,
            retention_hours=plan.retention_hours,
            contact=plan.contact,
            note=plan.note,
            health=view.health,
            checked_at=view.checked_at,
            clock_offset_seconds=view.clock_offset_seconds,
            clock_checked_at=view.clock_checked_at,
            clock_is_old=view.clock_is_old,
            retired_at=view.retired_at,
            outline=list(view.outline),
        )


class NearCameraOut(Out):
    """A camera that may have seen an incident, and what to ask of its owner."""

    camera: CameraOut
    metres: int
    sees: bool
    """Whether the place is in its field of view."""
    starts_at: datetime
    ends_at: datetime
    camera_starts_at: datetime
    """The same by the camera's own clock."""
    camera_ends_at: datetime
    deadline: datetime
    """When the recording is overwritten."""
    is_gone: bool
    requested: str
    """The id of the request that there is; empty where there is none."""

    @classmethod
    def of(cls, near: NearCamera) -> "NearCameraOut":
        """What a view tells."""
        return cls(
            camera=CameraOut.of(near.camera),
            metres=near.metres,
            sees=near.sees,
            starts_at=near.starts_at,
            ends_at=near.ends_at,
            camera_starts_at=near.camera_starts_at,
            camera_ends_at=near.camera_ends_at,
            deadline=near.deadline,
            is_gone=near.is_gone,
            requested=near.requested,
        )


class CheckBody(Body):
    """Somebody has looked."""

    health: Health
    clock_offset_seconds: OffsetSeconds | None = None
    """What the camera's clock shows less the true time. Left out: it was not compared."""
    note: ShortWords = ""


class ReasonBody(Body):
    """Why."""

    reason: Reason


class RequestBody(Body):
    """What is asked of an owner."""

    camera: Id
    starts_at: TellableMoment
    """True time."""
    ends_at: TellableMoment
    note: ShortWords = ""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a recording ends after it begins")
        return self


class AnswerBody(Body):
    """What the owner says, or what came of it."""

    answer: Answer
    note: ShortWords = ""


class RequestOut(Out):
    """A request to an owner."""

    id: str
    incident: str
    number: str
    """The incident's."""
    camera: CameraOut
    state: RequestState
    starts_at: datetime
    ends_at: datetime
    camera_starts_at: datetime
    camera_ends_at: datetime
    note: str
    asked_at: datetime
    deadline: datetime
    answer_note: str
    reminders: int
    is_open: bool

    @classmethod
    def of(cls, view: RequestView) -> "RequestOut":
        """What a view tells."""
        told = {name: getattr(view, name) for name in cls.model_fields if name != "camera"}
        return cls(camera=CameraOut.of(view.camera), **told)
