"""ChangeCamera: correct what is known of a camera."""

from services.reports.handlers.cameras.lookup import the_camera
from shared.contracts.reports.cameras import CameraChanged, ChangeCamera
from shared.messaging.work import Work


async def change_camera(command: ChangeCamera, work: Work) -> list[CameraChanged]:
    """What was asked of its owner before stays as it was asked."""
    camera = await the_camera(command.camera, command, work)
    return [camera.change(command.plan)]
