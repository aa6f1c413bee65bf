"""The simple rules that queues usually estimate by, each made as good as its idea allows.

All see the same days beforehand as the forecast. Where a rule has nothing to go by yet, at the beginning of a
day, it takes the first rule's estimate.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from statistics import fmean

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.learner import Priors
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.situation import CounterNow, Situation, Waiting

HANDLED_MOST = 200
"""So many latest visits of a service make its mean."""
WAITS_MOST = 10
"""So many latest waits of a line make the rolling mean."""
CALLS_MOST = 15
"""So many latest calls of a line make its interval."""
CALLS_LEAST = 5


class Memory:
    """What the simple rules remember."""

    def __init__(self) -> None:
        self._handled: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=HANDLED_MOST))
        """Service → how long its latest people kept a counter, from the call on."""
        self.waits: dict[str, deque[float]] = {}
        """Service → how long its latest people of today had waited."""
        self.calls: dict[str, deque[float]] = {}
        """Service → when they were called."""
        self.joined: dict[str, float] = {}
        """Ticket → when it was taken."""
        self._service: dict[str, str] = {}
        self._called: dict[str, float] = {}

    def begin_day(self) -> None:
        """Waits of yesterday say nothing of today."""
        self.waits = defaultdict(lambda: deque(maxlen=WAITS_MOST))
        self.calls = defaultdict(lambda: deque(maxlen=CALLS_MOST))
        self.joined, self._service, self._called = {}, {}, {}

    def see(self, happening: h.Happening) -> None:
        """Remember what matters."""
        match happening:
            case h.Taken():
                self._service[happening.ticket] = happening.service
                self.joined[happening.ticket] = happening.at
            case h.Called() if happening.ticket in self._service:
                service = self._service[happening.ticket]
                self.calls[service].append(happening.at)
                if happening.ticket not in self._called:
                    self.waits[service].append(happening.at - self.joined[happening.ticket])
                self._called[happening.ticket] = happening.at
            case h.Finished() | h.Missed() if happening.ticket in self._called:
                handled = happening.at - self._called[happening.ticket]
                self._handled[self._service[happening.ticket]].append(handled)

    def mean(self, service: str) -> float:
        """How long a person of a service keeps a counter; the forecast's prior as long as none has been seen."""
        handled = self._handled[service]
        return fmean(handled) if handled else Priors().other_work.mean


@dataclass(frozen=True, slots=True)
class Rules:
    """Each takes a situation and one who waits in it, and says how many seconds are left."""

    memory: Memory
    order: Order = field(default_factory=Order)

    def by_position(self, situation: Situation, person: Waiting) -> float:
        """Place in the line, times the mean time, by the counters that serve it; nothing where one is free.

        The estimator QL of Ibrahim and Whitt, Manufacturing & Service Operations Management 11, 2009.
        """
        able = [c for c in situation.counters if person.service in c.services]
        serving = [c for c in able if c.is_open and c.paused_at is None]
        place = self._place(situation, person) - sum(c.visit is None for c in serving)
        mean = self.memory.mean(person.service)
        if serving:
            return max(place, 0) * mean / len(serving)
        opens = min((_opens(c, situation.now) for c in able), default=situation.now)
        return opens - situation.now + max(place - 1, 0) * mean / max(len(able), 1)

    def by_last_to_enter(self, situation: Situation, person: Waiting) -> float:
        """As long as the person of this line who was called last had waited (LES)."""
        waits = self.memory.waits[person.service]
        return self._left(waits[-1], situation, person) if waits else self.by_position(situation, person)

    def by_rolling_mean(self, situation: Situation, person: Waiting) -> float:
        """As long as the last ten of this line had waited on average."""
        waits = self.memory.waits[person.service]
        return self._left(fmean(waits), situation, person) if waits else self.by_position(situation, person)

    def by_interval(self, situation: Situation, person: Waiting) -> float:
        """Place in the line, times the mean interval between its latest calls. Not one of the three that the bar names,
        but harder to beat: it notices counters that are shared or slow."""
        calls = self.memory.calls[person.service]
        if len(calls) < CALLS_LEAST or self.by_position(situation, person) == 0:
            return self.by_position(situation, person)
        return self._place(situation, person) * (situation.now - calls[0]) / len(calls)

    def _place(self, situation: Situation, person: Waiting) -> int:
        line = (w for w in situation.waiting if w.service == person.service)
        return 1 + sum(self.order.key(w) < self.order.key(person) for w in line)

    def _left(self, wait: float, situation: Situation, person: Waiting) -> float:
        return max(wait - (situation.now - self.memory.joined[person.ticket]), 0.0)


def _opens(counter: CounterNow, now: float) -> float:
    return now if counter.is_open or counter.opens is None else max(counter.opens, now)
