"""What a board shows: cards of open incidents in the order of their urgency, and how many of which kind there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Story
from services.reports.domain.words import terms_of
from services.reports.views.incidents import category_name
from shared.contracts.fields import Text
from shared.contracts.reports.incidents import Clock, Privacy, State

SHOWN_MOST = 100
"""Cards on one board: more than anybody reads. How many there are besides is told."""
LATEST = 8
"""The newest reports, which stand apart, so that one of low priority is seen too when many are open."""
EXCERPT = 140
MINE, NOBODY = "~me", "~nobody"
"""In the place of a user name, which never begins so."""


class Place(NamedTuple):
    """Where an incident stands on the board: the smallest comes first."""

    rank: int
    """Its priority; of an escalated one the next higher."""
    set_aside: bool
    in_time: bool
    filed_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Card:
    """An open incident as the board shows it. Moments are in the office's time."""

    id: str
    number: str
    category: str
    category_name: Text
    state: State
    priority: int
    triaged: bool
    """Whether the desk has looked."""
    filed_at: datetime
    words: str
    place: str
    latitude: float | None
    longitude: float | None
    in_charge: str | None
    units: tuple[Text, ...]
    late: bool
    escalated: bool
    exercise: bool
    privacy: Privacy
    clock: Clock | None
    """What is awaited next, and until when."""
    due_at: datetime | None
    duplicates: int
    followers: int
    asked: bool
    """Whether the reporter waits for an answer."""
    revision: int
    terms: frozenset[str]
    stands: Place

    @classmethod
    def of(cls, incident: Incident, story: Story | None, office: Office) -> "Card":
        """The card of an open incident."""
        words = story.words if story else ""
        awaited = min((r for r in incident.clocks), key=lambda r: (r.missed is False, r.due_at), default=None)
        names = {unit.id: unit.name for unit in office.plan.units}
        escalated, late = incident.is_escalated, incident.is_late
        rank = max(1, incident.priority - escalated)
        return cls(
            id=incident.id,
            number=incident.number,
            category=incident.category,
            category_name=category_name(office, incident.category),
            state=incident.state,
            priority=incident.priority,
            triaged=incident.certainty is not None,
            filed_at=office.local(incident.filed_at),
            words=words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1].rstrip()}…",
            place=story.place if story else "",
            latitude=incident.latitude,
            longitude=incident.longitude,
            in_charge=incident.in_charge,
            units=tuple(names.get(sent.unit, Text(sent.unit, sent.unit)) for sent in incident.units),
            late=late,
            escalated=escalated,
            exercise=incident.exercise,
            privacy=incident.privacy,
            clock=awaited.clock if awaited else None,
            due_at=office.local(awaited.due_at) if awaited else None,
            duplicates=incident.duplicates,
            followers=incident.followers,
            asked=incident.asked is not None,
            revision=incident.revision,
            terms=frozenset(story.terms) if story else frozenset(),
            stands=Place(rank, incident.state == "quarantined", not late, incident.filed_at, incident.id),
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of the open incidents a board shows. Empty: all."""

    state: str = ""
    priority: int = 0
    category: str = ""
    charge: str = ""
    """A user name, `MINE` or `NOBODY`."""
    late: bool = False
    escalated: bool = False
    exercise: str = ""
    """`only` or `without`."""
    text: str = ""

    @property
    def query(self) -> str:
        """As it stands in an address; the same for what means the same."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self))
        return urlencode([(name, 1 if value is True else value) for name, value in pairs if value])

    @classmethod
    def parse(cls, query: str) -> "Filter":
        """What `query` has written."""
        told = dict(parse_qsl(query))
        return cls(
            state=told.get("state", ""),
            priority=int(told.get("priority", 0)),
            category=told.get("category", ""),
            charge=told.get("charge", ""),
            late="late" in told,
            escalated="escalated" in told,
            exercise=told.get("exercise", ""),
            text=told.get("text", ""),
        )

    def of(self, username: str) -> "Filter":
        """The same with the name of who asks."""
        return replace(self, charge=username) if self.charge == MINE else self

    def chosen(self, cards: Iterable[Card]) -> list[Card]:
        """Those of the cards that are wanted."""
        terms = frozenset(terms_of(self.text))
        return [card for card in cards if self._wants(card, terms)]

    def _wants(self, card: Card, terms: frozenset[str]) -> bool:
        return (
            (not self.state or card.state == self.state)
            and (not self.priority or card.priority == self.priority)
            and (not self.category or card.category == self.category)
            and (not self.charge or (card.in_charge or NOBODY) == self.charge)
            and (not self.late or card.late)
            and (not self.escalated or card.escalated)
            and (not self.exercise or card.exercise == (self.exercise == "only"))
            and terms <= card.terms
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many incidents of an office are open, and how they stand."""

    open: int
    late: int
    escalated: int
    unattended: int
    """Nobody is in charge of them."""
    set_aside: int
    exercises: int
    priorities: Mapping[int, int]
    states: Mapping[str, int]
    charges: Mapping[str, int]
    """User name → how many they are in charge of."""


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board, or a part of it."""

    office: str
    office_name: Text
    time_zone: str
    filter: Filter
    cards: tuple[Card, ...]
    """The first ones."""
    matching: int
    """How many there are in all."""
    latest: tuple[Card, ...]
    """The newest reports of the whole office, the newest first."""
    counts: Counts
