"""One office on one local day, as its events and the database tell it.

A line's events carry its revision, so a repeat changes nothing and a gap is noticed. What happens to counters and
appointments has none: there a repeat is known by its id, and what is older than the latest that is known by its time.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.queue.domain.forecast import told
from services.queue.domain.forecast.happenings import BookingCancelled
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.situation import Situation
from services.queue.domain.forecast.track_record import Tried, latest
from services.queue.domain.forecast.watch import Watch
from services.queue.domain.hours import openings
from services.queue.waits import kept as keeping
from services.queue.waits.kept import Kept
from shared.contracts import queue
from shared.contracts.queue import OfficePlan, QueueEvent

Outcome = Literal["news", "nothing", "lost"]
"""What an event has come to: moved the day on, said nothing new, or showed that the database must be read again."""

LEEWAY = 10.0
"""How much older than a reading of the database an event may be that it does not contain, in seconds."""


class OfficeDay:
    """The day's watch, kept true."""

    def __init__(self, plan: OfficePlan, day: str, learner: Learner, tried: Iterable[Tried] = ()) -> None:
        """`tried` is what came of the promises of the days before."""
        self.plan = plan
        self.day = day
        self.order = told.order_of(plan)
        self.learner = learner
        self._services = {service.id for service in plan.services}
        self._zone = ZoneInfo(plan.time_zone)
        self._midnight = midnight(day, self._zone)
        self._watch = Watch(self.order, learner, self._midnight)
        self._revisions: dict[str, int] = {}
        self._seen: set[str] = set()
        self._latest: dict[str, float] = {}
        """Counter or appointment → the time of its latest event."""
        self._read_at = self._midnight
        self._tried = latest(tried)

    def begin(self, kept: Kept, now: float) -> None:
        """Learn from the day as far as it is kept, and be as it is now."""
        for happening in keeping.retold(kept, self._midnight):
            self._watch.apply(happening)
        self.settle(kept, now)
        for step in kept.steps:
            self._seen.add(step.id)
            self._latest[f"counter/{step.event.counter}"] = step.at.timestamp()

    def settle(self, kept: Kept, now: float) -> None:
        """Be as the database says."""
        self._watch.settle(
            now,
            keeping.people(kept.slips, self.order),
            keeping.undoable(kept, self.order),
            keeping.shifts(kept.counters, self.plan, self.day),
            keeping.bookings(kept.expected),
        )
        self._revisions = dict(kept.revisions or {})
        self._latest = {}
        self._read_at = now

    def apply(self, event: QueueEvent, id: str, at: float) -> Outcome:
        """Move on by an event."""
        match event:
            case queue.OfficeConfigured():
                return "lost"
            case queue.LineEvent():
                return self._line(event, at)
            case queue.AtCounter() if self._is_news(f"counter/{event.counter}", id, at):
                self._tell(event, at)
                return "news"
            case queue.AppointmentEvent() if self._is_news(f"appointment/{event.appointment}", id, at):
                self._appointment(event, at)
                return "news"
        return "nothing"

    def closes(self, now: float) -> dict[str, float]:
        """Service → when it closes today for the last time, where it has not yet."""
        date = datetime.fromisoformat(self.day).date()
        found = {}
        for service in self.plan.services:
            ends = [end.timestamp() for _, end in openings(service, self.plan.holidays, self._zone, date)]
            if ends and ends[-1] > now:
                found[service.id] = ends[-1]
        return found

    def tried(self) -> list[Tried]:
        """What came of what people were told, as far as it counts."""
        return latest((*self._tried, *self._watch.tried()))

    def situation(self, now: float) -> Situation:
        """The live state."""
        return self._watch.situation(now)

    def _line(self, event: queue.LineEvent, at: float) -> Outcome:
        day = event.line.rpartition(":")[2]
        known = self._revisions.get(event.line, 0)
        if day > self.day:
            return "lost"
        if day < self.day or event.service not in self._services or event.revision <= known:
            return "nothing"
        if event.revision > known + 1:
            return "lost"
        self._revisions[event.line] = event.revision
        if isinstance(event, queue.TicketTaken) and event.appointment is not None:
            self._latest[f"appointment/{event.appointment}"] = at
        self._tell(event, at)
        return "news"

    def _appointment(self, event: queue.AppointmentEvent, at: float) -> None:
        if event.slot.astimezone(self._zone).date().isoformat() == self.day:
            self._tell(event, at)
        else:
            self._watch.apply(BookingCancelled(at, event.appointment))

    def _tell(self, event: QueueEvent, at: float) -> None:
        for happening in told.happenings_of(event, at):
            self._watch.apply(happening)

    def _is_news(self, subject: str, id: str, at: float) -> bool:
        if id in self._seen or at < self._latest.get(subject, self._read_at - LEEWAY):
            return False
        self._seen.add(id)
        self._latest[subject] = at
        return True


def teach(learner: Learner, plan: OfficePlan, kept: Kept) -> None:
    """Learn from a day that is over."""
    begins = midnight(kept.day, ZoneInfo(plan.time_zone))
    watch = Watch(told.order_of(plan), learner, begins)
    for happening in keeping.retold(kept, begins):
        watch.apply(happening)
    watch.end_day()


def midnight(day: str, zone: ZoneInfo) -> float:
    """When a local day begins."""
    return datetime.combine(datetime.fromisoformat(day), time(0), zone).timestamp()


def days_before(day: str, count: int) -> list[str]:
    """So many local days before one, the latest first."""
    date = datetime.fromisoformat(day).date()
    return [(date - timedelta(days=ago)).isoformat() for ago in range(1, count + 1)]
