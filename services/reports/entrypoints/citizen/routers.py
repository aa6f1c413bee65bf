"""All that citizens reach: pages, the JSON API, and what their browsers keep for when there is no line."""

from services.reports.entrypoints.citizen import (
    citizen_api,
    follow_pages,
    offline,
    own_pages,
    pages,
    report_pages,
    streams,
    tiles,
    track_pages,
)

ROUTERS = (
    citizen_api.router,
    streams.router,
    tiles.router,
    pages.router,
    report_pages.router,
    own_pages.router,
    follow_pages.router,
    track_pages.router,
    offline.router,
)
