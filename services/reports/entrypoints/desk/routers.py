"""Every entry point of desk and field, in the order in which their addresses are looked through."""

from services.reports.entrypoints.desk import (
    board_pages,
    desk_api,
    export_api,
    incident_pages,
    intake_pages,
    search_pages,
    shift_pages,
)
from services.reports.entrypoints.field import field_pages
from services.reports.entrypoints.manager import plan_api, plan_pages

ROUTERS = (
    export_api.router,
    desk_api.router,
    board_pages.router,
    shift_pages.router,
    search_pages.router,
    intake_pages.router,
    incident_pages.router,
    incident_pages.short,
    field_pages.router,
    plan_api.router,
    plan_pages.router,
)
