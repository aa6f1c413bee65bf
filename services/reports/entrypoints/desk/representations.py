"""The resources of the JSON API of desk and field: what a client of version 1 can rely on."""

from collections.abc import Mapping
from datetime import datetime

from services.reports.domain.unit import Unit
from services.reports.entrypoints.representations import Out
from services.reports.views.board_shown import BoardView
from services.reports.views.dossier_shown import DossierView
from services.reports.views.search import Hits
from shared.contracts.fields import Slug, Text
from shared.contracts.reports.base import Via
from shared.contracts.reports.incidents import Clock, Disposition, Privacy, State, Way
from shared.contracts.reports.office import Certainty, Severity, UnitKind, UnitPlan
from shared.contracts.reports.units import Status


class CardOut(Out):
    """An open incident as the board shows it."""

    id: str
    number: str
    category: Slug
    category_name: Text
    state: State
    priority: int
    triaged: bool
    """Whether the desk has looked."""
    filed_at: datetime
    words: str
    """The beginning of what was told."""
    place: str
    latitude: float | None
    longitude: float | None
    in_charge: str | None
    """User name of who looks after it."""
    late: bool
    escalated: bool
    """It is the manager's affair."""
    exercise: bool
    clock: Clock | None
    """What is awaited next."""
    due_at: datetime | None
    """Until when."""
    duplicates: int
    followers: int
    asked: bool
    """The reporter waits for an answer."""
    revision: int


class CountsOut(Out):
    """How many are open, and how they stand."""

    open: int
    late: int
    escalated: int
    unattended: int
    set_aside: int
    exercises: int
    priorities: dict[int, int]
    states: dict[str, int]
    charges: dict[str, int]
    """User name → how many they are in charge of."""


class BoardOut(Out):
    """The open incidents of an office, the most urgent first."""

    office: Slug
    matching: int
    """How many the filter lets through. The first hundred are shown."""
    incidents: list[CardOut]
    latest: list[CardOut]
    """The newest reports of the office, whatever the filter."""
    counts: CountsOut

    @classmethod
    def of(cls, view: BoardView) -> "BoardOut":
        """What a view tells."""
        return cls(
            office=view.office,
            matching=view.matching,
            incidents=[CardOut.model_validate(card) for card in view.cards],
            latest=[CardOut.model_validate(card) for card in view.latest],
            counts=CountsOut.model_validate(view.counts),
        )


class ClockOut(Out):
    """A promise that is neither kept nor given up."""

    clock: Clock
    unit: Text | None
    since: datetime
    due_at: datetime
    missed: bool


class SentOut(Out):
    """A unit that is sent to the incident."""

    id: Slug
    name: Text
    kind: UnitKind | None
    status: Status
    sent_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None


class FreeOut(Out):
    """A unit that could be sent."""

    id: Slug
    name: Text
    kind: UnitKind
    fits: bool
    """Whether it is of a kind that is sent to such incidents."""


class LinkedOut(Out):
    """Another incident that is the same."""

    id: str
    number: str
    state: State
    filed_at: datetime


class SimilarOut(Out):
    """Another incident that may be the same."""

    id: str
    number: str
    category_name: Text
    state: State
    filed_at: datetime
    metres: int | None


class EntryOut(Out):
    """A line of the timeline."""

    at: datetime
    what: str
    by: str
    about: str
    words: str
    via: Via | None
    public: bool
    """Whether the reporter sees it too."""


class AnswerOut(Out):
    """The answer to one of the category's questions."""

    question: Text
    answer: str


class IncidentOut(Out):
    """An incident as desk and field see it: all but who reported it."""

    id: str
    office: Slug
    number: str
    category: Slug
    category_name: Text
    privacy: Privacy
    way: Way
    state: State
    severity: Severity
    priority: int
    certainty: Certainty | None
    exercise: bool
    filed_at: datetime
    happened_at: datetime | None
    latitude: float | None
    longitude: float | None
    words: str
    place: str
    told: list[AnswerOut]
    in_charge: str | None
    sent: list[SentOut]
    free: list[FreeOut]
    clocks: list[ClockOut]
    late: bool
    escalated: bool
    original: LinkedOut | None
    duplicates: list[LinkedOut]
    similar: list[SimilarOut]
    followers: int
    disposition: Disposition | None
    resolved_at: datetime | None
    reopened: int
    timeline: list[EntryOut]
    steps: list[str]
    """What can be done now, by its name in addresses."""
    revision: int

    @classmethod
    def of(cls, view: DossierView) -> "IncidentOut":
        """What a view tells."""
        fields = {name: getattr(view, name) for name in cls.model_fields if name not in ("told", "steps")}
        told = [AnswerOut(question=question, answer=answer) for question, answer in view.answers]
        return cls.model_validate(fields | {"told": told, "steps": sorted(view.steps)})


class UnitOut(Out):
    """A unit, and how far it is."""

    id: Slug
    name: Text
    kind: UnitKind
    status: Status
    incident: str | None
    """Which one it is busy with."""
    since: datetime | None

    @classmethod
    def of(cls, plan: UnitPlan, unit: Unit) -> "UnitOut":
        """What plan and unit tell."""
        return cls(
            id=plan.id,
            name=plan.name,
            kind=plan.kind,
            status=unit.status,
            incident=unit.incident,
            since=unit.since,
        )


class HitOut(Out):
    """An incident that was found."""

    id: str
    number: str
    category: Slug
    category_name: Text
    state: State
    priority: int
    disposition: Disposition | None
    filed_at: datetime
    words: str
    place: str
    exercise: bool


class HitsOut(Out):
    """What was found, the newest first."""

    incidents: list[HitOut]
    next: str | None
    """The `cursor` from which to go on; null at the end."""
    terms: list[str]
    """The word stems that were looked for."""

    @classmethod
    def of(cls, hits: Hits) -> "HitsOut":
        """What a search has found."""
        found = [HitOut.model_validate(hit) for hit in hits.hits]
        return cls(incidents=found, next=hits.next, terms=list(hits.terms))


class HandedOverOut(Out):
    """What became of each incident that was handed over."""

    done: list[str]
    refused: Mapping[str, str]
    """Incident → the refusal's slug."""
