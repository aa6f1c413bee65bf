"""Messages about cameras of others, and about what is asked of their owners before a recording is overwritten.

Whom to call, and what an owner answers, appears in commands only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.fields import Id
from shared.contracts.message import Classification
from shared.contracts.reports.base import (
    IncidentCommand,
    IncidentEvent,
    Latitude,
    Longitude,
    Reason,
    ReportsCommand,
    ReportsEvent,
    TellableMoment,
)
from shared.contracts.reports.evidence import ShortWords

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Health = Literal["working", "faulty", "off", "unknown"]
"""`faulty`: it records, but badly or at wrong times."""
OwnerKind = Literal["government", "business", "resident", "transport", "other"]
Answer = Literal["promised", "received", "refused", "overwritten"]
"""What came of a request to an owner."""
RequestState = Literal["asked", "promised", "received", "refused", "overwritten", "withdrawn"]
OffsetSeconds = Annotated[int, Field(ge=-366 * 24 * 3600, le=366 * 24 * 3600)]
"""What a camera's clock shows less the true time: positive where it is fast."""


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """What is known of a camera."""

    name: Name
    owner: Name
    """Whose it is: a shop, an office, a household."""
    owner_kind: OwnerKind
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
    latitude: Latitude
    longitude: Longitude
    bearing: Annotated[int, Field(ge=0, le=359)]
    """Where its middle looks: degrees from north, clockwise."""
    angle: Annotated[int, Field(ge=1, le=360)]
    """How wide it looks, in degrees."""
    range_metres: Annotated[int, Field(ge=1, le=2000)]
    """How far a person can still be told."""
    retention_hours: Annotated[int, Field(ge=1, le=24 * 366)]
    """After which it is overwritten."""
    contact: ShortWords = ""
    """Whom to call, and how."""
    note: ShortWords = ""


# Commands ------------------------------------------------------------------------------------------------


class CameraCommand(ReportsCommand):
    """A wish about one camera."""

    camera: Id
    """The id of the command that added it."""

    def subject(self) -> str:
        """The camera."""
        return self.camera


class AddCamera(ReportsCommand):
    """Enter a camera in the registry. The command's id is the camera's."""

    classification: ClassVar[Classification] = "personal"
    plan: CameraPlan


class ChangeCamera(CameraCommand):
    """Correct what is known of a camera."""

    classification: ClassVar[Classification] = "personal"
    plan: CameraPlan
    """All of it."""


class CheckCamera(CameraCommand):
    """Somebody has looked whether it works, and perhaps compared its clock with the true time."""

    classification: ClassVar[Classification] = "personal"
    health: Health
    clock_offset_seconds: OffsetSeconds | None = None
    """Left out: the clock was not compared, and what was known of it stays."""
    note: ShortWords = ""


class RetireCamera(CameraCommand):
    """The camera is no more. What was recorded by it keeps its name."""

    reason: Reason


class RequestFootage(IncidentCommand):
    """Ask a camera's owner for a recording. The command's id is the request's."""

    classification: ClassVar[Classification] = "personal"
    camera: Id
    starts_at: TellableMoment
    """True time."""
    ends_at: TellableMoment
    note: ShortWords = ""
    """For the owner: what to look for."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a recording ends after it begins")
        return self


class RequestCommand(ReportsCommand):
    """A wish about one request to an owner."""

    request: Id
    """The id of the command that asked."""

    def subject(self) -> str:
        """The request."""
        return self.request


class AnswerRequest(RequestCommand):
    """Write down what the owner says, or what came of it."""

    classification: ClassVar[Classification] = "personal"
    answer: Answer
    note: ShortWords = ""


class WithdrawRequest(RequestCommand):
    """The recording is not needed any more."""

    classification: ClassVar[Classification] = "personal"
    reason: Reason


class CheckRequest(RequestCommand):
    """Look whether a request must be remembered, or is too late. Sent again it finds nothing new."""


COMMANDS = (
    AddCamera, ChangeCamera, CheckCamera, RetireCamera, RequestFootage, AnswerRequest, WithdrawRequest, CheckRequest,
)  # fmt: skip


# Events --------------------------------------------------------------------------------------------------


class CameraEvent(ReportsEvent):
    """What became of a camera. Where it is and whose stays inside of the service."""

    classification: ClassVar[Classification] = "internal"
    camera: Id
    revision: int
    """Counts the camera's events."""

    def subject(self) -> str:
        """The camera."""
        return self.camera


class CameraAdded(CameraEvent):
    """There is one more."""


class CameraChanged(CameraEvent):
    """Something else is known of it."""


class CameraChecked(CameraEvent):
    """Somebody has looked whether it works."""

    health: Health
    clock_offset_seconds: int | None


class CameraRetired(CameraEvent):
    """It is no more."""


class FootageRequested(IncidentEvent):
    """An owner is asked for a recording."""

    classification: ClassVar[Classification] = "internal"
    request: Id
    camera: Id
    deadline: datetime
    """When it is overwritten."""


class RequestEvent(ReportsEvent):
    """What became of a request."""

    classification: ClassVar[Classification] = "internal"
    incident: Id
    request: Id
    camera: Id

    def subject(self) -> str:
        """The request."""
        return self.request


class FootagePromised(RequestEvent):
    """The owner will give it."""


class FootageReceived(RequestEvent):
    """It is here."""


class FootageRefused(RequestEvent):
    """The owner will not give it."""


class FootageOverwritten(RequestEvent):
    """It is too late: the camera has recorded over it."""


class RequestWithdrawn(RequestEvent):
    """It is not needed any more."""


class FootageReminderDue(RequestEvent):
    """Nothing has come, and the recording is overwritten soon."""

    reminder: int
    """1 for the first."""
    deadline: datetime


EVENTS = (
    CameraAdded, CameraChanged, CameraChecked, CameraRetired, FootageRequested, FootagePromised, FootageReceived,
    FootageRefused, FootageOverwritten, RequestWithdrawn, FootageReminderDue,
)  # fmt: skip
