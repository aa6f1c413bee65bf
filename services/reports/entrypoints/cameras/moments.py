"""Times as people write them into forms: by the clock on the office's wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.reports.domain.office import Office


def moment_in(office: Office, written: str) -> datetime:
    """`2026-03-02T08:15` in the office's own time. Raises `ValueError`."""
    found = datetime.fromisoformat(written)
    if not 2000 <= found.year < 2200:
        raise ValueError("no such time is meant")
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(office.plan.time_zone))


def written(moment: datetime | None) -> str:
    """The same, to be changed in a form."""
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else ""
