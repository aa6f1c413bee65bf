"""Every entry point of other agencies and about them, in the order in which their addresses are looked through."""

from services.reports.entrypoints.agencies import (
    agency_api,
    agency_pages,
    desk_api,
    desk_pages,
    desk_webhooks_api,
    feeds,
    incident_pages,
    webhooks_api,
)

ROUTERS = (
    feeds.router,
    webhooks_api.router,
    agency_api.router,
    desk_api.router,
    desk_webhooks_api.router,
    desk_pages.router,
    incident_pages.router,
    agency_pages.router,
)
