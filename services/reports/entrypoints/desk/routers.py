"""Every entry point of desk and field. Streams and named steps come before what would take their names for ids."""

from services.reports.entrypoints.desk import desk_api, export_api

ROUTERS = (export_api.router, desk_api.router)
