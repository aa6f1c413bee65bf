"""What of the queue reads the bus, and what each such process does beside."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from services.queue.retention import daily_retention
from services.queue.routes import ROUTES
from services.queue.summing import daily_summing
from shared.process import working
from shared.settings import Settings
from shared.web.health import Check

At = AbstractAsyncContextManager[Mapping[str, Check]]


def worker(settings: Settings) -> At:
    """Handles the commands, forgets what is old, and sums up the days that are over."""
    return working(ROUTES, settings, daily_retention, daily_summing)
