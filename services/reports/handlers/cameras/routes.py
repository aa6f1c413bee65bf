"""Which handler answers which command about cameras."""

from collections.abc import Mapping

from services.reports.handlers.cameras import request_footage
from services.reports.handlers.cameras.add_camera import add_camera
from services.reports.handlers.cameras.answer_request import answer_request
from services.reports.handlers.cameras.change_camera import change_camera
from services.reports.handlers.cameras.check_camera import check_camera
from services.reports.handlers.cameras.check_request import check_request
from services.reports.handlers.cameras.lookup import needs_camera, needs_request
from services.reports.handlers.cameras.retire_camera import retire_camera
from services.reports.handlers.cameras.withdraw_request import withdraw_request
from services.reports.handlers.lookup import needs_office
from shared.contracts.message import Command
from shared.contracts.reports import cameras
from shared.messaging.routes import Route

CAMERAS: Mapping[type[Command], Route] = {
    cameras.AddCamera: Route(add_camera, needs_office),
    cameras.ChangeCamera: Route(change_camera, needs_camera),
    cameras.CheckCamera: Route(check_camera, needs_camera),
    cameras.RetireCamera: Route(retire_camera, needs_camera),
    cameras.RequestFootage: Route(request_footage.request_footage, request_footage.needs),
    cameras.AnswerRequest: Route(answer_request, needs_request),
    cameras.WithdrawRequest: Route(withdraw_request, needs_request),
    cameras.CheckRequest: Route(check_request, needs_request),
}
