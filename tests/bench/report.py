"""What a bar came to: figures of several rounds, the goals they are held to, and how they are told."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity, measured once in each round."""

    name: str
    values: Sequence[float]
    unit: str

    def told(self) -> str:
        """`worker  1,812 /s  (1,702 to 1,901)`."""
        low, high = _number(min(self.values)), _number(max(self.values))
        spread = f"({low} to {high})" if len(self.values) > 1 else ""
        return f"  {self.name:<44}{_number(median(self.values)):>9} {self.unit:<5} {spread}".rstrip()


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that must reach a limit: its median counts."""

    figure: Figure
    limit: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        value = median(self.figure.values)
        return value <= self.limit if self.at_most else value >= self.limit

    def told(self) -> str:
        """The figure, then the limit and whether it is reached."""
        bar = f"{'at most' if self.at_most else 'at least'} {self.limit:g}"
        return f"{self.figure.told():<84} {bar}: {'reached' if self.reached else 'SHORT'}"


@dataclass(slots=True)
class Report:
    """One bar's result."""

    bar: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"{self.bar}: {self.title}"
        yield from (figure.told() for figure in self.figures)
        yield from (goal.told() for goal in self.goals)
        yield from (f"  {remark}" for remark in self.remarks)

    def record(self) -> dict[str, Any]:
        """For machines."""
        return {
            "bar": self.bar,
            "title": self.title,
            "figures": [_record(figure) for figure in self.figures],
            "goals": [
                {
                    **_record(goal.figure),
                    "limit": goal.limit,
                    "at": "most" if goal.at_most else "least",
                    "reached": goal.reached,
                }
                for goal in self.goals
            ],
            "remarks": self.remarks,
        }


def ratio(name: str, above: Sequence[float], below: Sequence[float]) -> Figure:
    """Round by round, so that what slows a whole round down cancels out."""
    return Figure(name, [a / b for a, b in zip(above, below, strict=True)], "×")


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def as_json(machine: Mapping[str, Any], reports: Sequence[Report]) -> str:
    """The whole run as a document."""
    return json.dumps({**machine, "bars": [report.record() for report in reports]}, indent=2, ensure_ascii=False)


def _record(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "unit": figure.unit,
        "median": median(figure.values),
        "lowest": min(figure.values),
        "highest": max(figure.values),
        "values": list(figure.values),
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
