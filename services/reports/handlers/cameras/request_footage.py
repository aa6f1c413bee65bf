"""RequestFootage: ask a camera's owner for a recording."""

from collections.abc import Iterator, Sequence

from services.reports.domain.camera import Camera
from services.reports.domain.footage import FootageRequest
from services.reports.handlers.cameras.lookup import the_camera
from services.reports.handlers.lookup import needs_incident, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.cameras import FootageRequested, RequestFootage
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: RequestFootage, work: Work) -> Iterator[Ref]:
    """The incident and the camera."""
    yield from needs_incident(command, work)
    yield Ref(Camera, command.camera)


async def request_footage(command: RequestFootage, work: Work) -> Sequence[FootageRequested]:
    """The deadline follows from how long the camera keeps what it records."""
    _, incident = await the_incident(command, work)
    camera = await the_camera(command.camera, command, work)
    request = FootageRequest.ask(work.command_id, incident.number, command, camera, work.now, work.actor)
    work.add(request)
    return written(
        work,
        incident.gains(FootageRequested, work.now, request=request.id, camera=camera.id, deadline=request.deadline),
    )
