"""What handlers of cameras and of requests for footage look up first, each refused where it does not exist."""

from collections.abc import Iterator

from services.reports.domain import evidence_errors as errors
from services.reports.domain.camera import Camera
from services.reports.domain.evidence import CameraFacts
from services.reports.domain.footage import FootageRequest
from services.reports.domain.office import Office
from shared.contracts.reports.base import ReportsCommand
from shared.contracts.reports.cameras import CameraCommand, RequestCommand
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs_camera(command: CameraCommand, _: Work) -> Iterator[Ref]:
    """What a command about a camera loads."""
    yield Ref(Office, command.office)
    yield Ref(Camera, command.camera)


def needs_request(command: RequestCommand, _: Work) -> Iterator[Ref]:
    """What a command about a request loads."""
    yield Ref(Office, command.office)
    yield Ref(FootageRequest, command.request)


async def the_camera(id: str, command: ReportsCommand, work: Work) -> Camera:
    """A camera of the office. Raises `CameraUnknown`."""
    camera = await work.find(Camera, id)
    if camera is None or camera.office != command.office:
        raise errors.CameraUnknown
    return camera


async def the_request(command: RequestCommand, work: Work) -> FootageRequest:
    """The request a command is about. Raises `RequestUnknown`."""
    request = await work.find(FootageRequest, command.request)
    if request is None or request.office != command.office:
        raise errors.RequestUnknown
    return request


async def camera_facts(id: str | None, command: ReportsCommand, work: Work) -> CameraFacts | None:
    """A camera as it is known now, to be kept with what it has recorded. Raises `CameraUnknown`."""
    if id is None:
        return None
    camera = await the_camera(id, command, work)
    plan = camera.plan
    return CameraFacts(camera.id, plan.name, plan.owner, camera.clock_offset_seconds, camera.clock_checked_at)
