"""Days lived through again, and every estimate that would have been given on them.

Invariant: nobody sees what has not happened yet, and all see the same: what teaches the forecast is told to the
simple rules too, on the warm-up days and as a day goes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import thread_time

import numpy as np

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.forecast import FUTURES, Range, forecast
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.order import MERGED, Order
from services.queue.domain.forecast.situation import Situation, Waiting
from services.queue.domain.forecast.watch import Watch
from services.queue.evaluation.rules import Memory, Rules
from services.queue.evaluation.scores import Estimated, Moment
from services.queue.simulation.days import RecordedDay

FORECAST = "forecast"
ORACLE = "oracle"
POSITION, LAST_TO_ENTER, ROLLING_MEAN = "position × mean ÷ counters", "last to enter service", "rolling mean"
INTERVAL = "position × call interval"
SIMPLE = (POSITION, LAST_TO_ENTER, ROLLING_MEAN)
"""The rules that the forecast is measured by."""
LATER_SECONDS = 900.0
"""Who waits is told anew so often."""

Truth = Callable[[RecordedDay, float], Beliefs]


@dataclass(frozen=True, slots=True)
class _Pending:
    """What a person was told, until it is known what came of it."""

    moment: Moment
    made_at: float
    told: Mapping[str, Range | float]


class Replay:
    """Replays days in a row. The same seed gives the same estimates, whether the oracle is asked or not."""

    def __init__(self, seed: int, *, order: Order = MERGED, truth: Truth | None = None, futures: int = FUTURES) -> None:
        self._seed = seed
        self._order = order
        self._truth = truth
        self._futures = futures
        self._learner = Learner()
        self._memory = Memory()
        self._rules = Rules(self._memory, order)
        self.seconds: list[float] = []
        """Processor time of each forecast."""
        self.unanswered = 0
        """Tickets for which there was nothing to be told, since no counter would have called them."""

    def learn(self, day: RecordedDay) -> None:
        """Only watch."""
        for _ in self._lived(day):
            pass

    def estimates(self, day: RecordedDay) -> Iterator[Estimated]:
        """Watch and estimate: at each ticket's taking, and every quarter of an hour for all who wait."""
        chances = np.random.default_rng([self._seed, int(day.midnight)]).spawn(2)
        pending: dict[str, list[_Pending]] = {}
        next_look = day.midnight
        for happening, watch in self._lived(day):
            if isinstance(happening, h.Called):
                for told in pending.pop(happening.ticket, ()):
                    yield from _resolved(day.kind, told, happening.at)
            elif isinstance(happening, h.Cancelled):
                pending.pop(happening.ticket, None)
            everybody = happening.at >= next_look
            if everybody:
                next_look = happening.at + LATER_SECONDS
            if everybody or isinstance(happening, h.Taken):
                joining = happening.ticket if isinstance(happening, h.Taken) else None
                for ticket, told in self._told(day, watch.situation(happening.at), joining, everybody, chances):
                    pending.setdefault(ticket, []).append(told)

    def _told(
        self,
        day: RecordedDay,
        situation: Situation,
        joining: str | None,
        everybody: bool,
        chances: Sequence[np.random.Generator],
    ) -> Iterator[tuple[str, _Pending]]:
        """What who joins, or everybody, is told now."""
        asked = [w for w in situation.waiting if everybody or w.ticket == joining]
        if not asked:
            return
        begun = thread_time()
        forecast_ = self._forecast(situation, self._learner.beliefs(), chances[0])
        self.seconds.append(thread_time() - begun)
        true = self._forecast(situation, self._truth(day, situation.now), chances[1]) if self._truth else {}
        for person in asked:
            if person.ticket not in forecast_:
                self.unanswered += 1
                continue
            told: dict[str, Range | float] = {
                FORECAST: forecast_[person.ticket],
                **self._simple(situation, person),
            }
            if person.ticket in true:
                told[ORACLE] = true[person.ticket]
            moment: Moment = "joining" if person.ticket == joining else "later"
            yield person.ticket, _Pending(moment, situation.now, told)

    def _forecast(self, situation: Situation, beliefs: Beliefs, chance: np.random.Generator) -> Mapping[str, Range]:
        return forecast(situation, beliefs, chance, order=self._order, futures=self._futures).tickets

    def _simple(self, situation: Situation, person: Waiting) -> dict[str, float]:
        return {
            POSITION: self._rules.by_position(situation, person),
            LAST_TO_ENTER: self._rules.by_last_to_enter(situation, person),
            ROLLING_MEAN: self._rules.by_rolling_mean(situation, person),
            INTERVAL: self._rules.by_interval(situation, person),
        }

    def _lived(self, day: RecordedDay) -> Iterator[tuple[h.Happening, Watch]]:
        watch = Watch(self._order, self._learner, day.midnight)
        self._memory.begin_day()
        for happening in day.happenings:
            watch.apply(happening)
            self._memory.see(happening)
            yield happening, watch
        watch.end_day()


def _resolved(kind: str, pending: _Pending, called_at: float) -> Iterator[Estimated]:
    actual = called_at - pending.made_at
    for rule, told in pending.told.items():
        likely, at_most = (told.likely, told.at_most) if isinstance(told, Range) else (told, None)
        yield Estimated(kind, pending.moment, rule, likely, at_most, actual)
