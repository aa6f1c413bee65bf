"""The open incidents of an office, kept in order while they change.

Pure, so that a page that is loaded and one that is told by events come to the same from the same incidents. Invariant:
what a change or a board without a filter costs does not grow with what is open, so that a desk sees the next report as
soon on the worst night as on any other.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from services.reports.domain.office import Office
from services.reports.views.board_shown import LATEST, NOBODY, SHOWN_MOST, BoardView, Card, Counts, Filter, Place


class OpenIncidents:
    """All open incidents of one office at a moment."""

    def __init__(self, office: Office, cards: Iterable[Card] = ()) -> None:
        self.office = office
        self._cards = {card.id: card for card in cards}
        self.cards: Mapping[str, Card] = MappingProxyType(self._cards)
        """By incident."""
        self._by_urgency = sorted(self._cards.values(), key=_stands)
        self._by_age = sorted(self._cards.values(), key=_filed)
        self._tally = _Tally()
        for card in self._cards.values():
            self._tally.count(card, 1)

    def put(self, card: Card) -> None:
        """Take a card in, in the place of an earlier one of the same incident."""
        self.drop(card.id)
        self._cards[card.id] = card
        insort(self._by_urgency, card, key=_stands)
        insort(self._by_age, card, key=_filed)
        self._tally.count(card, 1)

    def drop(self, incident: str) -> None:
        """Forget an incident, if it is known."""
        card = self._cards.pop(incident, None)
        if card is not None:
            del self._by_urgency[bisect_left(self._by_urgency, _stands(card), key=_stands)]
            del self._by_age[bisect_left(self._by_age, _filed(card), key=_filed)]
            self._tally.count(card, -1)

    def board(self, wanted: Filter) -> BoardView:
        """What a board shows."""
        chosen = self._by_urgency if wanted == _ALL else wanted.chosen(self._by_urgency)
        return BoardView(
            office=self.office.id,
            office_name=self.office.plan.name,
            time_zone=self.office.plan.time_zone,
            filter=wanted,
            cards=tuple(chosen[:SHOWN_MOST]),
            matching=len(chosen),
            latest=tuple(reversed(self._by_age[-LATEST:])),
            counts=self._tally.told(),
        )


class _Tally:
    """How many cards there are of each kind."""

    def __init__(self) -> None:
        self._all: Counter[str] = Counter()
        self._states: Counter[str] = Counter()
        self._priorities: Counter[int] = Counter()
        self._charges: Counter[str] = Counter()

    def count(self, card: Card, times: int) -> None:
        """Count a card in (1) or out (-1)."""
        self._all["open"] += times
        self._all["late"] += times * card.late
        self._all["escalated"] += times * card.escalated
        self._all["exercises"] += times * card.exercise
        self._states[card.state] += times
        self._priorities[card.priority] += times
        self._charges[card.in_charge or NOBODY] += times

    def told(self) -> Counts:
        """As a board tells it: without those of which there are none."""
        charges = +self._charges
        unattended = charges.pop(NOBODY, 0)
        return Counts(
            open=self._all["open"],
            late=self._all["late"],
            escalated=self._all["escalated"],
            unattended=unattended,
            set_aside=self._states["quarantined"],
            exercises=self._all["exercises"],
            priorities=+self._priorities,
            states=+self._states,
            charges=charges,
        )


_ALL = Filter()


def _stands(card: Card) -> Place:
    return card.stands


def _filed(card: Card) -> tuple[datetime, str]:
    return card.stands.filed_at, card.id
