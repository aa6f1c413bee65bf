"""What people are told of their waiting: a range in words, and how good such ranges have been lately.

The range goes from the likely time (P50) to the time that nine of ten people are called by (P90), rounded up, and is
rounded as coarsely as it is long: never more exact than the forecast is.
"""

from math import ceil

from services.queue.domain.forecast.forecast import Range
from services.queue.domain.forecast.track_record import HowGood
from services.queue.views.shown import WaitRecord, WaitView
from services.queue.waits.waits import Waits
from shared.contracts.queue import Text
from shared.web.i18n import Catalogues, gettext_noop

MINUTE = 60.0
FINE, MIDDLE, COARSE = 1, 5, 30
"""Minutes to which ranges of up to ten minutes, up to two hours and beyond are rounded."""
SHORT, LONG = 10, 120
LEAST = 2
"""Nobody is told less than so many minutes."""

_RANGE = gettext_noop("about %(least)s–%(most)s minutes")
_ABOUT = gettext_noop("about %(most)s minutes")
_AT_MOST = gettext_noop("up to about %(most)s minutes")
_HOURS = gettext_noop("about %(least)s–%(most)s hours")
_ABOUT_HOURS = gettext_noop("about %(most)s hours")
_RECORD = gettext_noop("%(within)s of the last %(people)s people were called within the time they were told.")


class Expectations:
    """Puts this process's forecasts into the words of both languages."""

    def __init__(self, waits: Waits, catalogues: Catalogues) -> None:
        self._waits = waits
        self._catalogues = catalogues

    def ticket(self, office: str, id: str) -> WaitView | None:
        """How long a waiting person will wait; None where that can't be known."""
        return self._view(office, self._waits.ticket(office, id))

    def newcomer(self, office: str, service: str) -> WaitView | None:
        """How long a person would wait who joined the line of a service now."""
        return self._view(office, self._waits.newcomer(office, service))

    def _view(self, office: str, range: Range | None) -> WaitView | None:
        if range is None:
            return None
        record = self._record(self._waits.how_good(office))
        return WaitView(
            round(range.likely),
            ceil(range.at_most),
            Text(self._range(range, "id"), self._range(range, "en")),
            record,
        )

    def _range(self, range: Range, language: str) -> str:
        least, most = rounded(range)
        if most > LONG:
            words = _ABOUT_HOURS if least == most else _HOURS
            return self._say(words, language, least=_hours(least, language), most=_hours(most, language))
        words = _AT_MOST if not least else _ABOUT if least == most else _RANGE
        return self._say(words, language, least=str(least), most=str(most))

    def _record(self, good: HowGood | None) -> WaitRecord | None:
        if good is None:
            return None
        within = round(good.within * good.count)
        values = {"within": str(within), "people": str(good.count)}
        words = Text(self._say(_RECORD, "id", **values), self._say(_RECORD, "en", **values))
        return WaitRecord(good.count, within, words)

    def _say(self, words: str, language: str, **values: str) -> str:
        return self._catalogues[language].gettext(words) % values


def rounded(range: Range) -> tuple[int, int]:
    """A range in minutes, as it is told."""
    likely, at_most = range.likely / MINUTE, range.at_most / MINUTE
    step = FINE if at_most <= SHORT else MIDDLE if at_most <= LONG else COARSE
    most = max(LEAST, ceil(at_most / step) * step)
    return min(round(likely / step) * step, most), most


def _hours(minutes: int, language: str) -> str:
    told = f"{minutes / MINUTE:g}"
    return told.replace(".", ",") if language == "id" else told
