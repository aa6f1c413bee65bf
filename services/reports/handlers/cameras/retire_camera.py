"""RetireCamera: the camera is no more."""

from services.reports.handlers.cameras.lookup import the_camera
from shared.contracts.reports.cameras import CameraRetired, RetireCamera
from shared.messaging.work import Work


async def retire_camera(command: RetireCamera, work: Work) -> list[CameraRetired]:
    """Nothing can be asked of its owner any more."""
    camera = await the_camera(command.camera, command, work)
    return [camera.retire(work.now)]
