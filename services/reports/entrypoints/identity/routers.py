"""Every router about who reported an incident."""

from services.reports.entrypoints.identity import identity_api, identity_pages

ROUTERS = (identity_api.router, identity_pages.router)
