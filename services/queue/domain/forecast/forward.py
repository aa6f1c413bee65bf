"""The queue run forward, many futures at once: when is each person called?

Invariants, in each future: a counter has one person at a time; whoever a counter calls has the smallest key
among the heads that are there and that it serves; a counter that could call somebody does.

A discrete-event simulation in which one numpy operation moves all futures on by one call each: a row is a
future. The counter that is free next calls one of the heads of its lanes, where a lane is the people of one
service in their order. So a call costs two dozen small operations, whatever the length of the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.queue.domain.forecast.durations import Floats

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEVER = np.inf
ROUNDS_BETWEEN_LOOKS = 4
"""Looking whether everybody is called costs as much as a few operations of a round."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One service's people in their order. `[future, entry]`, or `[1, entry]` where all futures are alike.

    The last entry is nobody: its key and readiness are infinite.
    """

    keys: Floats
    """Who goes first."""
    ready: Floats
    """From when the person is there."""
    leaves: Floats
    """When the person leaves unless called before."""
    fixed: Floats
    """Seconds of the counter that no pace changes."""
    work: Floats
    """Seconds at a counter of ordinary pace."""

    @property
    def width(self) -> int:
        """How many entries it has."""
        return int(self.keys.shape[1])


@dataclass(frozen=True, slots=True)
class Desks:
    """The counters. `[future, counter]`."""

    free: Floats
    """When each can call for the first time; infinite: never."""
    paces: Floats
    pauses: Floats
    """[future, counter, n]: when each wants to pause, ascending, the last one infinite."""
    pause_lengths: Floats
    """[future, counter, n]: an infinite one ends its day."""


def call_times(waiting: Sequence[Lane], coming: Sequence[Lane], desks: Desks, serves: Bools) -> Floats:
    """[future, entry]: when each is called, lane after lane; infinite where that never happens.

    `serves` is [counter, lane]. The run ends when all who wait are called; who comes later only gets in between.
    """
    return _Run(waiting, coming, desks, serves).to_the_end()


class _Run:
    """The state of all futures. Flat arrays, since `take` on those is the cheapest access there is."""

    def __init__(self, waiting: Sequence[Lane], coming: Sequence[Lane], desks: Desks, serves: Bools) -> None:
        lanes = (*waiting, *coming)
        futures, counters = desks.free.shape
        widths = [lane.width for lane in lanes]
        firsts = np.cumsum([0, *widths[:-1]])
        self._shape = futures, sum(widths)
        self._known = len(waiting)
        self._somebody_comes = len(coming) > 0
        self._at_least = sum(lane.width - 1 for lane in waiting)
        self._entries = _packed(lanes, firsts, self._shape)
        self._barred = np.where(serves, 0.0, NEVER)
        self._first_counter = np.arange(futures) * counters
        self._first_lane = np.arange(futures) * len(lanes)
        self._free = desks.free.copy()
        self._free_flat = self._free.reshape(-1)
        self._paces = desks.paces.ravel()
        self._head = (np.arange(futures)[:, None] * sum(widths) + firsts).ravel()
        """The first entry of each lane that is not called yet."""
        self._head_keys = _firsts([lane.keys for lane in lanes], futures)
        self._head_ready = _firsts([lane.ready for lane in lanes], futures)
        self._head_keys_flat, self._head_ready_flat = (
            self._head_keys.reshape(-1),
            self._head_ready.reshape(-1),
        )
        self._called = np.full(futures * sum(widths), NEVER)
        self._pauses, self._pause_lengths = desks.pauses.ravel(), desks.pause_lengths.ravel()
        self._pause = np.arange(futures * counters) * desks.pauses.shape[2]
        """The next pause of each counter."""
        self._next_pause = self._pauses[self._pause]

    def to_the_end(self) -> Floats:
        self._release(np.arange(self._free.size), self._free_flat.copy())
        rounds = 0
        while rounds < self._at_least or rounds % ROUNDS_BETWEEN_LOOKS or not self._is_over():
            self._round()
            rounds += 1
        return self._called.reshape(self._shape)

    def _is_over(self) -> bool:
        """Whether all who wait are called, in each future in which a counter is still to be free."""
        waiting = (self._head_keys[:, : self._known] < NEVER).any(axis=1)
        return not (self._free[waiting] < NEVER).any()

    def _round(self) -> None:
        """In each future, the counter that is free next calls the first person whom it can serve."""
        counters = self._free.argmin(axis=1)
        places = counters + self._first_counter
        now = self._free_flat.take(places)
        keys = self._head_keys + self._barred.take(counters, axis=0)
        if self._somebody_comes:
            np.putmask(keys, self._head_ready > now[:, None], NEVER)
        lanes = keys.argmin(axis=1) + self._first_lane
        calls = keys.reshape(-1).take(lanes) < NEVER
        if np.count_nonzero(calls) < len(calls):
            self._wait(~calls, counters, places, now)
            places, now, lanes = places[calls], now[calls], lanes[calls]
        entries = self._head.take(lanes)
        self._called[entries] = now
        work, fixed, leaves, next_key, next_ready = self._entries.take(entries, axis=0).T
        self._head[lanes] = entries + 1
        self._head_keys_flat[lanes] = next_key
        if self._somebody_comes:
            self._head_ready_flat[lanes] = next_ready
        busy = (work * self._paces.take(places) + fixed) * (leaves >= now)
        self._release(places, now + busy)

    def _release(self, places: Ints, at: Floats) -> None:
        """Counters are free again at those times, or after the pauses that were due before."""
        due = at > self._next_pause.take(places)
        while np.count_nonzero(due):
            pausing = places[due]
            at[due] += self._pause_lengths.take(self._pause.take(pausing))
            self._pause[pausing] += 1
            self._next_pause[pausing] = self._pauses.take(self._pause.take(pausing))
            due &= at > self._next_pause.take(places)
        self._free_flat[places] = at

    def _wait(self, idle: Bools, counters: Ints, places: Ints, now: Floats) -> None:
        """Where a counter finds nobody, it looks again when the next person comes; where none comes, never."""
        comes = np.full(int(np.count_nonzero(idle)), NEVER)
        if self._somebody_comes:
            comes = (self._head_ready[idle] + self._barred.take(counters[idle], axis=0)).min(axis=1)
        self._release(places[idle], np.maximum(comes, now[idle]))


def _packed(lanes: Sequence[Lane], firsts: Ints, shape: tuple[int, int]) -> Floats:
    """[future and entry, column], so that one access fetches all that a call needs: work, fixed seconds, leaving,
    and the key and readiness of the next of the lane."""
    entries = np.full((*shape, 5), NEVER)
    for first, lane in zip(firsts, lanes, strict=True):
        places = slice(first, first + lane.width)
        entries[:, places, 0], entries[:, places, 1], entries[:, places, 2] = (
            lane.work,
            lane.fixed,
            lane.leaves,
        )
        entries[:, first : first + lane.width - 1, 3] = lane.keys[:, 1:]
        entries[:, first : first + lane.width - 1, 4] = lane.ready[:, 1:]
    return entries.reshape(-1, 5)


def _firsts(columns: Sequence[Floats], futures: int) -> Floats:
    """[future, lane]: the first value of each."""
    return np.stack([np.broadcast_to(column[:, 0], futures) for column in columns], axis=1)
