"""Which handler answers which command about units."""

from collections.abc import Mapping

from services.reports.handlers.units.accept_dispatch import accept_dispatch
from services.reports.handlers.units.arrive_on_scene import arrive_on_scene
from services.reports.handlers.units.check_in import check_in
from services.reports.handlers.units.clear_scene import clear_scene
from services.reports.handlers.units.dispatch_unit import dispatch_unit
from services.reports.handlers.units.go_in_service import go_in_service
from services.reports.handlers.units.go_out_of_service import go_out_of_service
from services.reports.handlers.units.lookup import needs_both, needs_unit
from services.reports.handlers.units.stand_down_unit import stand_down_unit
from shared.contracts.message import Command
from shared.contracts.reports import units
from shared.messaging.routes import Route

UNITS: Mapping[type[Command], Route] = {
    units.DispatchUnit: Route(dispatch_unit, needs_both),
    units.StandDownUnit: Route(stand_down_unit, needs_both),
    units.AcceptDispatch: Route(accept_dispatch, needs_unit),
    units.ArriveOnScene: Route(arrive_on_scene, needs_unit),
    units.CheckIn: Route(check_in, needs_unit),
    units.ClearScene: Route(clear_scene, needs_unit),
    units.GoInService: Route(go_in_service, needs_unit),
    units.GoOutOfService: Route(go_out_of_service, needs_unit),
}
