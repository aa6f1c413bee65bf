"""What the manager's page draws of an office's figures, in the language of the request."""

from collections.abc import Callable, Iterator, Sequence

from services.queue.entrypoints.manager.plots import Plot, Series
from services.queue.views.figures import FiguresView, Row
from services.queue.views.tally import SCORES, Spread, Tally
from shared.web.formats import formats
from shared.web.i18n import gettext


def plots_of(view: FiguresView) -> list[Plot]:
    """The plots that have something to show."""
    return [plot for plot in _plots(view) if not plot.empty]


def _plots(view: FiguresView) -> Iterator[Plot]:
    if len(view.spans) > 1:
        yield from _over_time(view)
    came = Series(gettext("Came"), tuple(hour.came for hour in view.hours))
    served = Series(gettext("Served"), tuple(hour.served for hour in view.hours))
    hours = tuple(f"{hour.hour:02}" for hour in view.hours)
    yield Plot("hours", gettext("People by hour"), gettext("Hour"), hours, (came, served), count)
    if view.service is None:
        yield _spreads(
            "services", gettext("Waiting time by service, minutes"), gettext("Service"), view.services, _wait
        )
    if view.counter is None:
        title = gettext("Handling time by counter, minutes")
        yield _spreads("counters", title, gettext("Counter"), view.counters, _handling)
    scores = tuple(formats().number(score) for score in SCORES)
    given = Series(gettext("People"), view.whole.opinion.counts if view.whole.opinion.number else ())
    yield Plot("scores", gettext("Feedback, from 1 (bad) to 5 (good)"), gettext("Score"), scores, (given,), count)


def _over_time(view: FiguresView) -> Iterator[Plot]:
    head = gettext("Week from") if view.by_week else gettext("Day")
    labels = tuple(formats().day_and_month(span.begin) for span in view.spans)
    tallies = [span.tally for span in view.spans]
    people = (
        Series(gettext("Served"), tuple(t.served for t in tallies)),
        Series(gettext("Did not come"), tuple(t.missed for t in tallies)),
        Series(gettext("Cancelled"), tuple(t.cancelled for t in tallies)),
    )
    yield Plot("people", gettext("People"), head, labels, people if view.whole.people else (), count)
    for id, title, spread in (
        ("waiting", gettext("Waiting time, minutes"), _wait),
        ("handling", gettext("Handling time, minutes"), _handling),
    ):
        yield Plot(id, title, head, labels, _halves([spread(t) for t in tallies]), minutes, "lines")
    average = Series(gettext("Average"), tuple(t.opinion.average for t in tallies))
    yield Plot(
        "opinion", gettext("Feedback, average of 1 to 5"), head, labels, (average,), minutes, "lines", (0.0, *SCORES)
    )


def _spreads(id: str, title: str, head: str, rows: Sequence[Row], spread: Callable[[Tally], Spread | None]) -> Plot:
    labels = tuple(formats().local(row.name) for row in rows)
    return Plot(id, title, head, labels, _halves([spread(row.tally) for row in rows]), minutes, "bars")


def _halves(spreads: Sequence[Spread | None]) -> tuple[Series, ...]:
    return (
        Series(gettext("Half of the people, at most"), tuple(s and s.median for s in spreads)),
        Series(gettext("Nine of ten, at most"), tuple(s and s.p90 for s in spreads)),
    )


def _wait(tally: Tally) -> Spread | None:
    return tally.waiting


def _handling(tally: Tally) -> Spread | None:
    return tally.handling


def count(value: float) -> str:
    """People."""
    return formats().number(round(value))


def minutes(value: float) -> str:
    """To a tenth, which is enough for minutes."""
    return formats().number(round(value, 1))
