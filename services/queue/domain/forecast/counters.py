"""The counters of a forward simulation: when each is free, how fast it is and when it pauses.

A visit, a pause or a delay that is going on is drawn given how long it has lasted already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.durations import Floats, Table
from services.queue.domain.forecast.forward import NEVER, Bools, Desks
from services.queue.domain.forecast.situation import CounterNow, Situation, Visit

UNPLANNED_MOST = 3
"""So many unplanned pauses can befall a counter in one future."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Deals the counters of one situation. `[future, counter]`, and `[future, counter, n]` of pauses."""

    situation: Situation
    beliefs: Beliefs
    chance: np.random.Generator
    futures: int

    def desks(self) -> Desks:
        """All that chance decides about them."""
        paces = self.beliefs.draw_paces(self.chance, [c.id for c in self.situation.counters], self.futures)
        return Desks(self._frees(paces), paces, *self._pauses())

    def serving(self, lanes: Sequence[str]) -> Bools:
        """[counter, lane]: whether the counter serves the lane's service."""
        return np.array([[lane in counter.services for lane in lanes] for counter in self.situation.counters])

    def _frees(self, paces: Floats) -> Floats:
        """When each can call for the first time."""
        counters = self.situation.counters
        luck = self.chance.random(self.futures)
        free = [self._free(counter, paces[:, n], luck) for n, counter in enumerate(counters)]
        return np.stack(free, axis=1)

    def _pauses(self) -> tuple[Floats, Floats]:
        """When each wants to pause, ascending, and for how long."""
        counters = self.situation.counters
        planned = max((len(c.breaks) for c in counters), default=0)
        shape = self.futures, len(counters), planned + UNPLANNED_MOST + 2
        begins, lengths = np.full(shape, NEVER), np.full(shape, NEVER)
        drawn = self.futures, len(counters), UNPLANNED_MOST
        lengths[..., :UNPLANNED_MOST] = self.beliefs.pausing.draw(self.chance, drawn)
        gaps = self.chance.exponential(1.0 / self.beliefs.pause_rate, drawn)
        ended = np.cumsum(gaps + lengths[..., :UNPLANNED_MOST], axis=2)
        begins[..., :UNPLANNED_MOST] = self.situation.now + ended - lengths[..., :UNPLANNED_MOST]
        for n, counter in enumerate(counters):
            for k, pause in enumerate(counter.breaks, UNPLANNED_MOST):
                begins[:, n, k] = pause.begins
                lengths[:, n, k] = pause.length * self.beliefs.stretching.draw(self.chance, self.futures)
            if counter.closes is not None:
                begins[:, n, -2] = counter.closes
        order = np.argsort(begins, axis=2)
        return np.take_along_axis(begins, order, axis=2), np.take_along_axis(lengths, order, axis=2)

    def _free(self, counter: CounterNow, paces: Floats, luck: Floats) -> Floats:
        now, b = self.situation.now, self.beliefs
        if not counter.is_open:
            opens = now if counter.opens is None else counter.opens
            return opens + self._rest(b.opening, max(now - opens, 0.0)) + max(now - opens, 0.0)
        free = np.full(self.futures, now)
        if counter.visit is not None:
            free += self._visit(counter.visit, paces) + b.switching.draw(self.chance, self.futures)
        if counter.paused_at is not None:
            free += self._pause(counter, counter.paused_at)
        if counter.visit is None:
            free += self._reaction(counter, luck)
        return free

    def _visit(self, visit: Visit, paces: Floats) -> Floats:
        """How long the person at the counter will still be there."""
        now, b = self.situation.now, self.beliefs
        work = b.work_of(visit.service)
        if visit.started_at is not None:
            pace = float(np.median(paces))
            return pace * self._rest(work, (now - visit.started_at) / pace)
        elapsed = now - visit.called_at
        absent = b.no_show(visit.service, visit.group)
        absent_still = absent * b.holding.exceeds(elapsed)
        present_still = (1.0 - absent) * b.coming.exceeds(elapsed)
        comes = self._rest(b.coming, elapsed) + paces * work.draw(self.chance, self.futures)
        stays_away = self.chance.random(self.futures) < absent_still / (absent_still + present_still)
        return np.where(stays_away, self._rest(b.holding, elapsed), comes)

    def _pause(self, counter: CounterNow, began: float) -> Floats:
        elapsed = self.situation.now - began
        if counter.pause is None:
            return self._rest(self.beliefs.pausing, elapsed)
        length = counter.pause.length
        return length * self._rest(self.beliefs.stretching, elapsed / length)

    def _reaction(self, counter: CounterNow, luck: Floats) -> Floats:
        """How long until a counter that has nobody calls: it has just got free, or somebody has just come.

        Who has just come is noticed once, by `luck`, however many counters have nobody.
        """
        now, b = self.situation.now, self.beliefs
        free_since = now if counter.free_since is None else counter.free_since
        came = min((w.since for w in self.situation.waiting if w.service in counter.services), default=now)
        if came <= free_since:
            return self._rest(b.switching, now - free_since)
        elapsed = max(now - came, 0.0)
        return b.noticing.beyond(elapsed, luck) - elapsed

    def _rest(self, table: Table, elapsed: float) -> Floats:
        """What is left of something that has lasted so long."""
        return table.draw_beyond(self.chance, elapsed, self.futures) - elapsed
