"""How moments, days and money are written in a language.

Moments are shown in the zone they carry: whoever prepares a page converts them to the office's own zone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.numbers import format_decimal

from shared.web.i18n import gettext, language


class Bilingual(Protocol):
    """A text of the domain in both languages, such as an office's name."""

    @property
    def id(self) -> str: ...
    @property
    def en(self) -> str: ...


class Hours(Protocol):
    """Hours on one day of the week; 0 is Monday."""

    @property
    def weekday(self) -> int: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...


class Formats:
    """The formats of one language. The methods without an underscore are filters of the templates."""

    def __init__(self, code: str, gettext: Callable[[str], str]) -> None:
        self._code = code
        # British order and 24 hours in English too: a counter's board is read by both.
        self._locale = Locale.parse({"en": "en_GB"}.get(code, code))
        self._gettext = gettext

    def local(self, text: Bilingual) -> str:
        """The language's own half of a bilingual text; the other where it is empty."""
        here, other = (text.id, text.en) if self._code == "id" else (text.en, text.id)
        return here or other

    def clock(self, moment: datetime | time) -> str:
        """`08.30` in Indonesian, `08:30` in English."""
        return format_time(moment, "short", locale=self._locale)

    def day(self, day: date) -> str:
        """`Senin, 3 Maret 2025`."""
        return format_date(day, "full", locale=self._locale)

    def short_day(self, day: date) -> str:
        """`3 Mar 2025`."""
        return format_date(day, "medium", locale=self._locale)

    def short_weekday(self, day: date) -> str:
        """`Sen, 3 Mar`."""
        return format_skeleton("MMMEd", datetime.combine(day, time(0)), locale=self._locale)

    def day_and_month(self, day: date) -> str:
        """`3 Mar`, where the year goes without saying."""
        return format_skeleton("MMMd", day, locale=self._locale)

    def weekday(self, number: int) -> str:
        """The name of a day of the week; 0 is Monday."""
        return str(self._locale.days["stand-alone"]["wide"][number]).capitalize()

    def zone(self, moment: datetime) -> str:
        """`WITA`: the zones of Indonesia go by these names in English too."""
        return get_timezone_name(moment, "short", locale="id")

    def moment(self, moment: datetime, now: datetime) -> str:
        """A moment as one would say it: `today at 08:00`, `tomorrow at 08:00`, `Monday at 08:00`."""
        now = now.astimezone(moment.tzinfo)
        days = (moment.date() - now.date()) // timedelta(days=1)
        if days == 0:
            form = self._gettext("today at %(time)s")
        elif days == 1:
            form = self._gettext("tomorrow at %(time)s")
        else:
            form = self._gettext("%(day)s at %(time)s")
        day = self.weekday(moment.weekday()) if 0 < days < 7 else self._date_of(moment)
        return form % {"time": self.clock(moment), "day": day}

    def machine(self, moment: datetime) -> str:
        """For the `datetime` attribute of `<time>`."""
        return moment.isoformat(timespec="seconds")

    def stamp(self, moment: datetime) -> str:
        """Day and time, for records."""
        return f"{self.short_day(moment)}, {self.clock(moment)}"

    def hours(self, openings: Sequence[Hours]) -> list[tuple[str, str]]:
        """A week in few words: Monday to Friday with their hours in one row, Saturday in the next."""
        by_day: dict[int, list[str]] = {}
        for opening in sorted(openings, key=lambda opening: (opening.weekday, opening.opens)):
            span = f"{self.clock(opening.opens)}–{self._until(opening.closes)}"
            by_day.setdefault(opening.weekday, []).append(span)
        spans: list[tuple[int, int, list[str]]] = []
        for day, times in by_day.items():
            if spans and spans[-1][1:] == (day - 1, times):
                spans[-1] = (spans[-1][0], day, times)
            else:
                spans.append((day, day, times))
        return [(self._days(first, last), ", ".join(times)) for first, last, times in spans]

    def number(self, number: float) -> str:
        """With the language's separators."""
        return format_decimal(number, locale=self._locale)

    def rupiah(self, amount: int) -> str:
        """`Rp120.000`: the sign without a space, as official Indonesian spelling has it."""
        return f"Rp{self.number(amount)}"

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Name → filter, for a template environment."""
        return {name: getattr(self, name) for name in vars(type(self)) if name[0] != "_" and name != "filters"}

    def _until(self, closes: time) -> str:
        """The end of a day is its 24th hour: until midnight is not until the morning's first minute."""
        told = self.clock(closes)
        return f"24{told[2:]}" if closes == time(0) else told

    def _days(self, first: int, last: int) -> str:
        return self.weekday(first) if first == last else f"{self.weekday(first)}–{self.weekday(last)}"

    def _date_of(self, moment: datetime) -> str:
        return format_skeleton("MMMEd", moment, moment.tzinfo, locale=self._locale)


def formats() -> Formats:
    """The formats of the present request's language, for texts that are put together in code."""
    return Formats(language(), gettext)
