"""What an evaluation says: tables of scores, and how far the forecast is ahead of the simple rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.queue.evaluation.replay import FORECAST, INTERVAL, ORACLE, SIMPLE
from services.queue.evaluation.scores import Estimated, Moment, Score, score

ALL = "all"
RULES = (FORECAST, *SIMPLE, INTERVAL, ORACLE)
_TITLES: dict[Moment, str] = {
    "joining": "Told when the ticket was taken",
    "later": "Told again every quarter of an hour while waiting",
}


@dataclass(frozen=True, slots=True)
class Results:
    """Scores by moment, kind of day (and `all`) and rule."""

    scores: Mapping[tuple[Moment, str, str], Score]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, estimates: Sequence[Estimated]) -> "Results":
        """Of everything that was estimated."""
        grouped: dict[tuple[Moment, str, str], list[Estimated]] = {}
        for e in estimates:
            for kind in (e.kind, ALL):
                grouped.setdefault((e.moment, kind, e.rule), []).append(e)
        kinds = tuple(dict.fromkeys(e.kind for e in estimates))
        return cls({key: score(group) for key, group in grouped.items()}, (*kinds, ALL) if len(kinds) > 1 else (ALL,))

    def rules(self, moment: Moment, kind: str) -> dict[str, Score]:
        """The rules' scores, in the order of `RULES`."""
        return {rule: found for rule in RULES if (found := self.scores.get((moment, kind, rule)))}

    def gain(self, rule: str, kind: str = ALL) -> float:
        """By how much a rule's MAE at joining is below the best simple rule's, as a share of it."""
        rules = self.rules("joining", kind)
        return _below(rules[rule], min((rules[simple] for simple in SIMPLE), key=lambda s: s.mae))


def lines(results: Results) -> Iterator[str]:
    """The tables, as text."""
    for moment, title in _TITLES.items():
        if not results.rules(moment, ALL):
            continue
        yield f"{title}, minutes"
        yield f"{'':14}{'':28}{'MAE':>8}{'RMSE':>8}{'under':>8}{'P90 cov.':>10}{'of >1 min':>11}"
        for kind in results.kinds:
            rules = results.rules(moment, kind)
            for place, (rule, s) in enumerate(rules.items()):
                yield f"{_heading(place, kind, s):14}{rule:28}{_figures(s)}"
        yield ""
    yield from _conclusion(results)


def _heading(place: int, kind: str, score: Score) -> str:
    """Beside the first rules of a kind: its name, how many were estimated, how long they waited."""
    return (kind, f"  {score.count} told", f"  waited {score.wait:.1f}")[place] if place < 3 else ""


def _figures(s: Score) -> str:
    return f"{s.mae:8.2f}{s.rmse:8.2f}{s.under:8.0%}{_share(s.covered):>10}{_share(s.covered_long):>11}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _below(one: Score, other: Score) -> float:
    """By how much one's MAE is below the other's; nothing where that is 0 already."""
    return 1.0 - one.mae / other.mae if other.mae else 0.0


def _conclusion(results: Results) -> Iterator[str]:
    rules = results.rules("joining", ALL)
    best = min(SIMPLE, key=lambda simple: rules[simple].mae)
    yield f"The forecast's MAE is {results.gain(FORECAST):.1%} below the best simple rule's ({best})."
    yield f"It is {_below(rules[FORECAST], rules[INTERVAL]):.1%} below that of {INTERVAL}."
    if ORACLE in rules:
        yield f"An oracle that knows every distribution gets {results.gain(ORACLE):.1%} below it."
    yield f"Within the range (P90): {_share(rules[FORECAST].covered)} of {rules[FORECAST].count}."
