"""An office whose incidents the public may see, and the days that must pass until it does."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import uuid4

from services.reports.views.public import EDITIONS, Public
from shared.contracts.reports.base import Place
from shared.contracts.reports.incidents import (
    Disposition,
    FileReport,
    IncidentReported,
    ReopenIncident,
    ResolveIncident,
)
from tests.reports.running import Office, Site

DESK = "staff/dewi"
KEY = b"a key of the public's ids for tests"


class Days:
    """A clock that stands until days pass."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, days: float) -> None:
        self.now += timedelta(days=days)


@contextmanager
def days_pass(site: Site) -> Iterator[Days]:
    """The public's own clock, on which a test lets days pass."""
    days, before = Days(), site.reports
    database = site.app.state.client[site.settings.database("reports")]
    public = Public(database, before.store, days, key=KEY)
    site.app.state.reports = replace(before, clock=days, public=public)
    try:
        yield days
    finally:
        site.app.state.reports = before


def another_process(site: Site, days: Days) -> Public:
    """What another API process would show."""
    database = site.app.state.client[site.settings.database("reports")]
    return Public(database, site.reports.store, days, key=KEY)


async def editions_of(site: Site, office: Office) -> AsyncIterator[dict[str, Any]]:
    """The documents that the database keeps of an office's editions."""
    database = site.app.state.client[site.settings.database("reports")]
    async for document in database[EDITIONS].find({"office": office.id}):
        yield document


async def happened(
    office: Office,
    *,
    category: str = "theft",
    place: Place | None = None,
    contact: str | None = None,
    disposition: Disposition | None = "settled",
    **more: Any,
) -> str:
    """Something was reported, by somebody else each time, and is over unless there is no disposition."""
    place = place or Place(-0.8917, 119.8707, 5.0, "Rumah Bu Kenari")
    contact = contact or token_hex(16)
    report = FileReport(
        office=office.id, category=category, words="Motor Bu Kenari dicuri", place=place, contact=contact, **more
    )
    event = await office.site.do(report, actor="citizen", id=str(uuid4()))
    assert isinstance(event, IncidentReported)
    if disposition is not None:
        await over(office, event.incident, disposition)
    return event.incident


async def over(office: Office, incident: str, disposition: Disposition = "settled") -> None:
    """There is an outcome."""
    command = ResolveIncident(office=office.id, incident=incident, disposition=disposition, words="Selesai")
    await office.site.do(command, actor=DESK)


async def reopened(office: Office, incident: str) -> None:
    """It goes on."""
    await office.site.do(ReopenIncident(office=office.id, incident=incident, words="Lagi", via="desk"), actor=DESK)
