"""The results drawn: how far each rule is from the truth on each kind of day, and how often the range held.

An SVG by hand: no library draws it, no script is in it, and whoever cannot see it hears its title and a
description that holds the figures.
"""

from collections.abc import Iterator
from html import escape

from services.queue.evaluation.replay import FORECAST, INTERVAL, LAST_TO_ENTER, ORACLE, POSITION, ROLLING_MEAN
from services.queue.evaluation.report import Results

COLOURS = {
    FORECAST: "#0b5d4b",
    ORACLE: "#8fbfb2",
    POSITION: "#b3541e",
    INTERVAL: "#d99a2b",
    LAST_TO_ENTER: "#6b5b95",
    ROLLING_MEAN: "#a9a3c1",
}
"""Told apart by lightness too; and each bar has its figure."""
LEFT, RIGHT, WIDTH = 190, 70, 900
LABEL = 240
"""Room for a bar's figure and its rule's name."""
BAR, GAP = 16, 3
AIM = 0.9
BAND = (0.87, 0.95)
ROW = 26
AXIS_FROM = 0.7


def chart(results: Results, title: str) -> str:
    """The SVG."""
    bars, height = _bars(results, top=96)
    ranges, bottom = _ranges(results, top=height + 60)
    body = "\n".join((*bars, *ranges))
    description = escape(" ".join(_described(results)))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom}" role="img"
  aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="13" fill="#1d2b28">
<title id="title">{escape(title)}</title>
<desc id="description">{description}</desc>
<rect width="{WIDTH}" height="{bottom}" fill="#ffffff"/>
<text x="20" y="34" font-size="20" font-weight="700">{escape(title)}</text>
{body}
</svg>
"""


def _bars(results: Results, top: int) -> tuple[list[str], int]:
    largest = max(s.mae for kind in results.kinds for s in results.rules("joining", kind).values())
    scale = (WIDTH - LEFT - LABEL) / largest
    drawn = [_text(20, top - 26, "Mean absolute error when the ticket is taken, minutes", bold=True)]
    y = top
    for kind in results.kinds:
        drawn.append(_text(20, y + BAR - 3, kind, bold=True))
        for rule, s in results.rules("joining", kind).items():
            length = s.mae * scale
            drawn.append(_bar(LEFT, y, length, COLOURS[rule]))
            drawn.append(_text(LEFT + length + 6, y + BAR - 3, f"{s.mae:.1f}  {rule}"))
            y += BAR + GAP
        y += 14
    return drawn, y


def _ranges(results: Results, top: int) -> tuple[list[str], int]:
    rows = [(kind, s.covered) for kind in results.kinds if (s := results.rules("joining", kind).get(FORECAST))]
    bottom = top + ROW * len(rows)
    drawn = [
        _text(20, top - 34, "How many were called within their range; nine of ten is the aim", bold=True),
        _bar(_x(BAND[0]), top - 8, _x(BAND[1]) - _x(BAND[0]), "#dcefe9", bottom - top),
        f'<path d="M{_x(AIM):.1f} {top - 8}V{bottom - 8}" stroke="#0b5d4b" stroke-dasharray="4 3"/>',
    ]
    drawn += [_text(_x(share) - 14, top - 14, f"{share:.0%}") for share in (0.7, 0.8, 0.9, 1.0)]
    for row, (kind, covered) in enumerate(rows):
        y = top + ROW * row
        drawn.append(_text(20, y + 12, kind, bold=True))
        if covered is not None:
            x = _x(max(covered, AXIS_FROM))
            drawn.append(f'<circle cx="{x:.1f}" cy="{y + 8}" r="6" fill="#0b5d4b"/>')
            drawn.append(_text(x + 11, y + 12, f"{covered:.1%}"))
    return drawn, bottom + 10


def _x(share: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (share - AXIS_FROM) / (1.0 - AXIS_FROM)


def _described(results: Results) -> Iterator[str]:
    for kind in results.kinds:
        rules = results.rules("joining", kind)
        told = ", ".join(f"{rule} {s.mae:.1f}" for rule, s in rules.items())
        yield f"{kind}: mean absolute error in minutes: {told}."
        if FORECAST in rules and rules[FORECAST].covered is not None:
            yield f"The range held for {rules[FORECAST].covered:.1%}."


def _bar(x: float, y: float, width: float, colour: str, height: float = BAR) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 1.0):.1f}" height="{height:.1f}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{weight}>{escape(text)}</text>'
