"""One office that a process follows: its day, the latest forecast, and how good such forecasts have been."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.forecast import Forecast, Range, forecast
from services.queue.domain.forecast.horizon import nearest
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.outlook import Hour, outlook
from services.queue.domain.forecast.situation import Situation
from services.queue.domain.forecast.track_record import HowGood, how_good
from services.queue.waits.office_day import OfficeDay
from shared.contracts import queue
from shared.contracts.queue import QueueEvent

PEOPLE_MOST = 600
"""Who stands further back is told nothing: a forecast takes time by the people before them."""
SEED = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a forecast is made of. Nothing here changes, so that it can be made in a thread."""

    situation: Situation
    beliefs: Beliefs
    order: Order

    def make(self) -> Forecast:
        """The forecast. The same luck each time, so that what a page says moves by what happens, not by chance."""
        if not self.situation.counters:
            return Forecast(self.situation.now, {}, {})
        situation, cut = nearest(self.situation, self.order, PEOPLE_MOST)
        made = forecast(situation, self.beliefs, np.random.default_rng(SEED), order=self.order)
        newcomers = {service: range_ for service, range_ in made.newcomers.items() if service not in cut}
        return Forecast(made.made_at, made.tickets, newcomers)


@dataclass(frozen=True, slots=True)
class Ahead:
    """All that an outlook on the day's rest is made of."""

    situation: Situation
    beliefs: Beliefs
    order: Order
    closes: Mapping[str, float]

    def make(self) -> dict[str, list[Hour]]:
        """The outlook."""
        situation, _ = nearest(self.situation, self.order, PEOPLE_MOST)
        return outlook(situation, self.beliefs, self.closes, np.random.default_rng(SEED), order=self.order)


@dataclass(slots=True)
class Followed:
    """An office as this process knows it. Times are seconds since the epoch."""

    id: str
    day: OfficeDay | None = None
    """None: to be read."""
    arriving: list[tuple[QueueEvent, str, float]] | None = None
    """What is told while the database is read."""
    reconfigured: bool = False
    """Whether another plan took effect since its reading began."""
    changed: bool = True
    """Whether something has happened since the latest forecast."""
    wanted_at: float = 0.0
    """When somebody last asked, or something last happened."""
    settled_at: float = 0.0
    not_before: float = 0.0
    """The database was away: it is not asked again before."""
    made: Forecast | None = None
    good: HowGood | None = None
    """How good ranges had been lately when that was made. None as long as that can't be said."""
    _date: str = ""
    _new: dict[str, Range] = field(default_factory=dict)
    """Ticket that no forecast contains yet → what the person was told when they took it."""

    def take(self, event: QueueEvent, id: str, at: float) -> None:
        """Move on by an event of the office."""
        self.wanted_at, self.changed = max(self.wanted_at, at), True
        self.reconfigured |= isinstance(event, queue.OfficeConfigured)
        if self.arriving is not None:
            self.arriving.append((event, id, at))
        elif self.day is not None:
            self._apply(self.day, event, id, at)

    def became(self, day: OfficeDay) -> None:
        """The database has been read: go on with what was told meanwhile, or have it read again."""
        arrived, self.arriving = self.arriving or (), None
        if self._date != day.day:
            self._date, self._new, self.made = day.day, {}, None
        self.day = None if self.reconfigured else day
        for event, id, at in arrived:
            if self.day is not None:
                self._apply(self.day, event, id, at)

    def want(self, day: OfficeDay, now: float) -> Wanted:
        """What the next forecast is to be made of."""
        self.changed = False
        return Wanted(day.situation(now), day.learner.beliefs(), day.order)

    def ahead(self, day: OfficeDay, now: float) -> Ahead:
        """What an outlook is to be made of."""
        return Ahead(day.situation(now), day.learner.beliefs(), day.order, day.closes(now))

    def show(self, made: Forecast) -> None:
        """From now on people are told this."""
        self.made = made
        for ticket in [ticket for ticket in self._new if ticket in made.tickets]:
            del self._new[ticket]
        if self.day is not None:
            self.good = how_good(self.day.tried())

    def ticket(self, id: str) -> Range | None:
        """What is told to who has a ticket; to who has just taken it, what was told of a newcomer."""
        if self.made is None:
            return None
        return self.made.tickets.get(id) or self._new.get(id)

    def newcomers(self) -> Mapping[str, Range]:
        """Service → what is told to who would join now."""
        return {} if self.made is None else self.made.newcomers

    def _apply(self, day: OfficeDay, event: QueueEvent, id: str, at: float) -> None:
        outcome = day.apply(event, id, at)
        if outcome == "lost":
            self.day = None
        elif outcome == "news":
            self._note(event)

    def _note(self, event: QueueEvent) -> None:
        match event:
            case queue.TicketTaken(promise=queue.Promise() as promise):
                self._new[event.ticket] = Range(promise.likely_seconds, promise.at_most_seconds)
            case queue.TicketCalled() | queue.TicketCancelled() | queue.TicketDelayed():
                self._new.pop(event.ticket, None)
