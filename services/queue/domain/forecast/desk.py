"""A counter at work on one day, as it is told: who is there, and when it opens, pauses and closes.

Told of what teaches something, the learner is told in turn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.situation import Break, CounterNow, Visit

EARLY_MOST = 900.0
"""A pause that begins at most so long before a planned break is that break."""
LATE_MOST = 3600.0
"""A counter that is later than this is not expected any more."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How a counter stands by a database."""

    planned: tuple[str, ...]
    services: tuple[str, ...]
    is_open: bool
    signed_on: bool
    paused: bool
    opened_by: str = ""


@dataclass(slots=True)
class Desk:
    """One counter."""

    id: str
    services: tuple[str, ...]
    planned: tuple[str, ...] = ()
    """What it serves where nobody has signed on for less."""
    opens: float | None = None
    closes: float | None = None
    breaks: list[Break] = field(default_factory=list)
    is_open: bool = False
    was_open: bool = False
    signed_on: bool = False
    opened_by: str = ""
    """The ticket whose call said that somebody is here, as long as nothing else does."""
    visit: Visit | None = None
    free_since: float | None = None
    just_back: bool = False
    """Has not called since it opened or resumed: the time until it does is nobody's habit."""
    working_since: float = 0.0
    paused_at: float | None = None
    pause: Break | None = None

    def plan(self, plan: h.Planned) -> None:
        """What is planned for the day."""
        self.services = self.planned = plan.services
        self.opens, self.closes, self.breaks = plan.opens, plan.closes, list(plan.breaks)

    def learn(self, service: str) -> None:
        """It serves this too."""
        if service not in self.services:
            self.services = (*self.services, service)

    def apply(self, happening: h.OfCounter, learner: Learner) -> None:
        """Move on."""
        match happening:
            case h.Opened():
                self.services = happening.services or self.services
                self.signed_on, self.opened_by = True, ""
                self.open(happening.at, learner)
            case h.Paused() if self.paused_at is None:
                self._begin_pause(happening.at, learner)
            case h.Resumed() if self.paused_at is not None:
                learner.paused(happening.at - self.paused_at, self.pause.length if self.pause else None)
                self._back(happening.at)
            case h.Closed() if self.is_open:
                if self.paused_at is None:
                    learner.was_open(happening.at - self.working_since)
                self.is_open = self.signed_on = False
                self.paused_at = self.pause = None
                self.services = self.planned or self.services

    def open(self, at: float, learner: Learner) -> None:
        """Somebody works here now."""
        if self.opens is not None and not self.was_open:
            learner.opened(at - self.opens)
        self.is_open = self.was_open = True
        self._back(at)

    def settle(self, shift: Shift, now: float) -> None:
        """Be as is known from elsewhere, with nobody here. Since when, where that is not known: from now on."""
        if shift.is_open and not self.is_open:
            self.working_since, self.just_back = now, True
        self.planned, self.services = shift.planned, shift.services
        self.is_open, self.signed_on, self.opened_by = shift.is_open, shift.signed_on, shift.opened_by
        self.was_open |= shift.is_open
        self.paused_at = (self.paused_at or now) if shift.paused else None
        self.visit, self.free_since = None, self.free_since or now

    def free(self, ticket: str, at: float) -> None:
        """That person, if it was here, is here no more."""
        if self.visit is not None and self.visit.ticket == ticket:
            self.visit, self.free_since, self.opened_by = None, at, ""

    def receive(self, visit: Visit, at: float, learner: Learner) -> None:
        """A person is here."""
        if not self.is_open:
            self.open(at, learner)
            self.opened_by = visit.ticket
        self.seat(visit)

    def seat(self, visit: Visit) -> None:
        """It has this person."""
        self.visit, self.free_since, self.just_back = visit, None, False

    def view(self, now: float) -> CounterNow | None:
        """As a forecast sees it; None where it is not to be reckoned with."""
        expected = self.opens is not None and not self.was_open and now < self.opens + LATE_MOST
        if not self.is_open and not expected:
            return None
        return CounterNow(
            id=self.id,
            services=self.services,
            visit=self.visit,
            is_open=self.is_open,
            opens=self.opens,
            closes=self.closes,
            paused_at=self.paused_at,
            pause=self.pause,
            breaks=tuple(b for b in self.breaks if b.ends > now),
            free_since=self.free_since,
        )

    def _begin_pause(self, at: float, learner: Learner) -> None:
        self.signed_on, self.opened_by = True, ""
        if not self.is_open:
            self.open(at, learner)
        learner.was_open(at - self.working_since)
        self.paused_at, self.pause = at, _planned_break(self.breaks, at)
        self.breaks = [b for b in self.breaks if b is not self.pause]

    def _back(self, at: float) -> None:
        self.paused_at, self.pause = None, None
        self.working_since = self.free_since = at
        self.just_back = True


def _planned_break(breaks: Iterable[Break], at: float) -> Break | None:
    return next((b for b in breaks if b.begins - EARLY_MOST <= at <= b.ends), None)
