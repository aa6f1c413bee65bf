"""What the manager's page draws of the rest of the day: how many people are expected, and how long they will wait."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from services.queue.domain.forecast.outlook import Hour
from services.queue.entrypoints.manager.figure_plots import count, minutes
from services.queue.entrypoints.manager.plots import Plot, Series
from services.queue.views.shown import OfficeView
from shared.web.formats import formats
from shared.web.i18n import gettext

MINUTE = 60.0


def plots_ahead(outlook: Mapping[str, Sequence[Hour]], office: OfficeView, service: str | None) -> list[Plot]:
    """The plots that have something to show, of one service where it is named."""
    shown = {id: hours for id, hours in outlook.items() if service in (None, id) and hours}
    return [plot for plot in _plots(shown, office) if not plot.empty]


def _plots(outlook: Mapping[str, Sequence[Hour]], office: OfficeView) -> Iterator[Plot]:
    zone = ZoneInfo(office.time_zone)
    expected: dict[float, float] = {}
    for hours in outlook.values():
        for hour in hours:
            expected[hour.begins] = expected.get(hour.begins, 0.0) + hour.people
    begins = sorted(expected)
    people = Series(gettext("People"), tuple(expected[begin] for begin in begins))
    labels = tuple(_clock(begin, zone) for begin in begins)
    yield Plot("ahead", gettext("People expected, by hour"), gettext("From"), labels, (people,), count)
    for service in office.services:
        hours = outlook.get(service.id, ())
        title = gettext("%(service)s: waiting time expected, minutes") % {"service": formats().local(service.name)}
        waits = (
            Series(gettext("Likely"), tuple(hour.wait.likely / MINUTE if hour.wait else None for hour in hours)),
            Series(
                gettext("Nine of ten, at most"),
                tuple(hour.wait.at_most / MINUTE if hour.wait else None for hour in hours),
            ),
        )
        begun = tuple(_clock(hour.begins, zone) for hour in hours)
        yield Plot(f"ahead-{service.id}", title, gettext("Who comes from"), begun, waits, minutes, "lines")


def _clock(moment: float, zone: ZoneInfo) -> str:
    return formats().clock(datetime.fromtimestamp(moment, zone))
