"""Plots drawn on the server: columns, bars and lines as inline SVG, right without scripts and under a strict CSP.

A plot has no colour of its own: its parts carry classes that `manage.css` colours for both themes. Series differ by
more than colour (solid, hollow, dashed, other marks), each mark tells its value when pointed at, and the same figures
stand beside it as a table (`Plot.rows`), which is what a screen reader reads. Drawn 360 units wide, so that the
letters stay readable on a phone of that width.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil, floor, log10
from typing import Literal

from markupsafe import Markup, escape

WIDTH, HEIGHT = 360, 210
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 12, 28
"""Of columns and lines. The left one is wider where the axis has a long label, such as 1.000."""
ROW, BAR = 46, 13
"""Of bars: the height of a row, and of one of its bars."""
GAP = 6
"""Between the axis and its labels."""
LABELS_MOST = 8
DIGIT = 7.5
"""The most that a letter of a short label is wide, such as a digit."""
LABEL_MOST = 46
"""Characters of a bar's label; the table has all of it."""
TICKS_MOST = 4

Value = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One of the things that a plot compares."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Plot:
    """Labelled values to be drawn and told."""

    id: str
    title: str
    head: str
    """What the labels are: the head of the table's first column."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    told: Callable[[float], str]
    """How a value is written."""
    kind: Literal["columns", "bars", "lines"] = "columns"
    ticks: tuple[float, ...] = ()
    """The values of the axis, from 0 on, where they are not to follow from what is drawn."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(series.values and any(v is not None for v in series.values) for series in self.series)

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the table."""
        return (self.head, *(series.name for series in self.series))

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the table."""
        return [
            [label, *("–" if (v := s.values[n]) is None else self.told(v) for s in self.series)]
            for n, label in enumerate(self.labels)
        ]

    @property
    def svg(self) -> Markup:
        """The drawing. Its title names it; the table says the rest."""
        height, parts = self._drawn()
        return Markup(
            '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title">'
            '<title id="{}-title">{}</title>{}</svg>'
        ).format(WIDTH, height, self.id, self.id, self.title, Markup("").join(parts))

    def _drawn(self) -> tuple[int, Sequence[Markup]]:
        ticks = self._ticks
        if self.kind == "bars":
            return ROW * len(self.labels), list(self._bars(ticks[-1]))
        scale = (HEIGHT - TOP - BOTTOM) / ticks[-1]
        marks = self._columns(scale) if self.kind == "columns" else self._lines(scale)
        return HEIGHT, [*self._axis(ticks, scale), *marks]

    def _axis(self, ticks: Sequence[float], scale: float) -> Iterator[Markup]:
        for tick in ticks:
            y = _y(tick, scale)
            yield _shape("line", "plot-grid", x1=self._left, y1=y, x2=WIDTH - RIGHT, y2=y)
            yield _text(self.told(tick), self._left - GAP, y + 4, "end")
        step = ceil(len(self.labels) / LABELS_MOST)
        for n, label in enumerate(self.labels):
            if n % step == 0:
                inside = WIDTH - len(label) * DIGIT / 2  # the last may be wider than its place
                yield _text(label, min(self._x(n), inside), HEIGHT - 8, "middle")

    def _columns(self, scale: float) -> Iterator[Markup]:
        slot = self._slot * 0.78
        width = slot / len(self.series)
        for s, series in enumerate(self.series):
            for n, value in enumerate(series.values):
                if value:
                    x = self._x(n) - slot / 2 + s * width
                    y = _y(value, scale)
                    yield self._mark(
                        "rect", s, n, value, x=x, y=y, width=max(width - 1, 1.0), height=HEIGHT - BOTTOM - y, rx=1.5
                    )

    def _lines(self, scale: float) -> Iterator[Markup]:
        for s, series in enumerate(self.series):
            points = [(self._x(n), _y(v, scale)) if v is not None else None for n, v in enumerate(series.values)]
            for a, b in pairwise(points):
                if a and b:
                    yield _shape("line", f"plot-line plot-line-{s + 1}", x1=a[0], y1=a[1], x2=b[0], y2=b[1])
            for n, (point, value) in enumerate(zip(points, series.values, strict=True)):
                if point and value is not None:
                    x, y = point
                    if s:
                        yield self._mark("rect", s, n, value, x=x - 3.5, y=y - 3.5, width=7, height=7)
                    else:
                        yield self._mark("circle", s, n, value, cx=x, cy=y, r=4)

    def _bars(self, top: float) -> Iterator[Markup]:
        scale = (WIDTH - 64) / top
        for n, label in enumerate(self.labels):
            y = ROW * n
            yield _text(label if len(label) <= LABEL_MOST else label[: LABEL_MOST - 1] + "…", 0, y + 13, "start")
            height = 2 * BAR / len(self.series) - 2
            for s, series in enumerate(self.series):
                value = series.values[n]
                if value is not None:
                    begin = y + 18 + s * (height + 2)
                    width = max(value * scale, 1.0)
                    yield self._mark("rect", s, n, value, x=1, y=begin, width=width, height=height, rx=1.5)
                    yield _text(self.told(value), width + 7, begin + height / 2 + 4.5, "start")

    def _mark(self, kind: str, series: int, n: int, value: float, **numbers: float) -> Markup:
        told = f"{self.labels[n]}, {self.series[series].name}: {self.told(value)}"
        return _shape(kind, f"plot-{series + 1}", told, **numbers)

    @cached_property
    def _ticks(self) -> Sequence[float]:
        top = max((v for series in self.series for v in series.values if v is not None), default=0.0)
        return self.ticks or nice_ticks(top)

    @cached_property
    def _left(self) -> float:
        return max(LEFT, GAP + DIGIT * max(len(self.told(tick)) for tick in self._ticks))

    @property
    def _slot(self) -> float:
        return (WIDTH - self._left - RIGHT) / max(1, len(self.labels))

    def _x(self, n: int) -> float:
        return self._left + self._slot * (n + 0.5)


def nice_ticks(top: float) -> list[float]:
    """Round values from 0 to the first that is not below `top`, few of them."""
    top = max(top, 1.0)
    unit = 10.0 ** floor(log10(top / TICKS_MOST))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor * TICKS_MOST >= top)
    step = max(step, 1.0)  # there is no half a person
    return [step * n for n in range(ceil(top / step - 1e-9) + 1)]


def _y(value: float, scale: float) -> float:
    return HEIGHT - BOTTOM - value * scale


def _shape(kind: str, classes: str, told: str = "", **numbers: float) -> Markup:
    attributes = Markup(" ").join(Markup('{}="{}"').format(name, _short(value)) for name, value in numbers.items())
    inside = Markup("<title>{}</title>").format(told) if told else ""
    return Markup('<{0} class="{1}" {2}>{3}</{0}>').format(kind, classes, attributes, inside)


def _text(words: str, x: float, y: float, anchor: str) -> Markup:
    return Markup('<text class="plot-text" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        _short(x), _short(y), anchor, escape(words)
    )


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
