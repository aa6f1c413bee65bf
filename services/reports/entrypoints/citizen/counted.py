"""How often one browser and one address may do what costs the desk work, anonymous or not.

Nothing of it is stored with a report: what is counted stands under keyed hashes, which expire.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from starlette.requests import Request

from services.reports.context import reports_of
from shared.auth.limits import Rule, network_of
from shared.web.app import web
from shared.web.context import address_of
from shared.web.problems import too_many_requests

Deed = Literal["file", "message", "follow", "track", "nearby"]

PER_BROWSER: Mapping[Deed, Rule] = {
    "file": Rule(5, timedelta(minutes=2), timedelta(hours=1), timedelta(hours=2)),
    "message": Rule(20, timedelta(seconds=30), timedelta(minutes=30), timedelta(hours=1)),
    "follow": Rule(10, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=2)),
    "track": Rule(10, timedelta(seconds=5), timedelta(minutes=30), timedelta(hours=1)),
    "nearby": Rule(30, timedelta(seconds=10), timedelta(minutes=10), timedelta(hours=1)),
}
"""What one person may do without waiting. Then each further time waits twice as long."""
PER_NUMBER = Rule(100, timedelta(seconds=10), timedelta(minutes=1), timedelta(days=1))
"""Of a report whose code somebody guesses: some 1,500 of 2⁴⁰ a day, and its owner waits a minute at most."""

LIMITED: dict[int | str, dict[str, Any]] = {
    429: {"description": "Too often: `Retry-After` says when it goes on", "content": {"application/problem+json": {}}}
}
"""For an address's description."""


async def counted(request: Request, deed: Deed, *, number: str = "") -> None:
    """Count it. Raises 429 with the time to wait. `number` is the report whose code was entered.

    Addresses are counted by each process for itself, since that is asked for every report: only who guesses codes is
    counted for all. A browser is counted for all too.
    """
    reports = reports_of(request)
    name = reports.patience.name
    address = network_of(address_of(request))
    of_address = {name(deed, "address", address): _per_address(reports.tries_per_address)}
    rules = dict(of_address) if deed == "track" else {}
    if browser := web(request).csrf.browser(request):
        rules[name(deed, "browser", browser)] = PER_BROWSER[deed]
    if number:
        rules[name(deed, "number", number)] = PER_NUMBER
    wait = timedelta(0) if deed == "track" else await reports.crowd.begin(of_address)
    if not wait and rules:
        wait = await reports.patience.begin(rules)
    if wait:
        raise too_many_requests(wait.total_seconds())


async def opened(request: Request, number: str) -> None:
    """The code was right: nobody was guessing."""
    patience = reports_of(request).patience
    await patience.forget(patience.name("track", "number", number))


def _per_address(free: int) -> Rule:
    return Rule(free, timedelta(seconds=5), timedelta(minutes=10), timedelta(hours=1))
