"""The spans of days that figures are asked for: by a name on the page, by two dates in the API."""

from datetime import date, timedelta
from typing import Literal

from services.queue.views.figures import DAYS_MOST
from shared.web.i18n import gettext
from shared.web.problems import invalid

Period = Literal["today", "days", "weeks"]
DAYS, WEEKS = 14, 12
LONGEST_EXPORT_DAYS = 1_100
"""Three years."""


def span_of(period: Period, today: date) -> tuple[date, date]:
    """First and last day of a period that ends today."""
    if period == "today":
        return today, today
    if period == "days":
        return today - timedelta(days=DAYS - 1), today
    return today - timedelta(days=today.weekday() + 7 * (WEEKS - 1)), today


def checked(first: date | None, last: date | None, today: date, *, most: int = DAYS_MOST) -> tuple[date, date]:
    """Two dates that a client sent, each today where it is left out. Raises 422."""
    last = last or today
    first = first or last
    if not 2000 <= first.year <= last.year < 2200 or first > last:  # outside of it is no day of ours
        raise invalid([{"field": "first", "message": gettext("The first day must not be after the last.")}])
    if (last - first).days >= most:
        told = gettext("At most %(days)d days at once.") % {"days": most}
        raise invalid([{"field": "first", "message": told}])
    return first, last
