"""CheckCamera: somebody has looked whether it works."""

from services.reports.handlers.cameras.lookup import the_camera
from shared.contracts.reports.cameras import CameraChecked, CheckCamera
from shared.messaging.work import Work


async def check_camera(command: CheckCamera, work: Work) -> list[CameraChecked]:
    """A clock that was compared counts for requests from now on."""
    camera = await the_camera(command.camera, command, work)
    return [camera.check(command, work.now)]
