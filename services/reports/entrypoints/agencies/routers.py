"""Every entry point of other agencies and about them, in the order in which their addresses are looked through."""

from services.reports.entrypoints.agencies import agency_api, feeds, webhooks_api

ROUTERS = (feeds.router, webhooks_api.router, agency_api.router)
