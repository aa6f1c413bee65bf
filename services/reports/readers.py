"""What of reports reads the bus, and what each such process does beside."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from services.reports.bridges.process import bridging
from services.reports.deadlines import watched_deadlines
from services.reports.retention import daily_retention
from services.reports.routes import ROUTES
from services.reports.sharing.answers import heard_agencies
from services.reports.sharing.routes import SHARING
from shared.process import working
from shared.settings import Settings
from shared.web.health import Check

At = AbstractAsyncContextManager[Mapping[str, Check]]


def worker(settings: Settings) -> At:
    """Handles the commands, watches the clocks, and forgets what is old."""
    return working(ROUTES, settings, watched_deadlines, daily_retention)


def sharing(settings: Settings) -> At:
    """Tells agencies what they may know, and hears them."""
    return working(SHARING, settings, heard_agencies)


def bridges(settings: Settings) -> At:
    """Brings the same to agencies that do not read the bus."""
    return bridging(settings)
