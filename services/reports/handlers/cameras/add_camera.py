"""AddCamera: enter a camera in the registry."""

from services.reports.domain.camera import Camera
from services.reports.handlers.lookup import the_office
from shared.contracts.reports.cameras import AddCamera, CameraAdded
from shared.messaging.work import Work


async def add_camera(command: AddCamera, work: Work) -> list[CameraAdded]:
    """It has the command's id."""
    office = await the_office(command, work)
    camera, added = Camera.add(work.command_id, office.id, command.plan, work.now)
    work.add(camera)
    return [added]
