"""Rule: which incidents an office shares with an agency, and for what, agreed by both.

    proposed → accepted → ended
        └──────────────────┘

Invariants: nothing is shared by a rule that one side alone wants; a rule never changes, so that what was shared by it
can be told from it for ever: other terms are another rule. A rule for one incident, by hand, is accepted at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

import shapely

from services.reports.domain import agency_errors as errors
from services.reports.domain.incident import Incident
from shared.contracts.reports.agencies import RuleAccepted, RuleEnded, RuleProposed, Side, Terms
from shared.contracts.reports.office import Severity

State = Literal["proposed", "accepted", "ended"]
_RANK: dict[Severity, int] = {"minor": 0, "moderate": 1, "severe": 2, "extreme": 3}


@dataclass(slots=True)
class Rule:
    """What one office shares with one agency."""

    id: str
    office: str
    agency: str
    terms: Terms
    proposed_by: Side
    proposed_at: datetime
    state: State = "proposed"
    incident: str | None = None
    """The one incident that it is for, where it was shared by hand."""
    decided_at: datetime | None = None
    in_force: str | None = None
    """The office, while the rule shares anything."""
    due: datetime | None = None
    """When it expires, while it shares anything."""
    version: int = 0

    @classmethod
    def propose(
        cls, id: str, office: str, agency: str, terms: Terms, by: Side, at: datetime
    ) -> tuple["Rule", RuleProposed]:
        """Say what could be shared. Raises `RuleOver` for terms that have expired already."""
        if terms.expires_at is not None and terms.expires_at <= at:
            raise errors.RuleOver
        rule = cls(id, office, agency, terms, by, at)
        return rule, RuleProposed(office=office, agency=agency, rule=id, side=by, terms=terms)

    @classmethod
    def by_hand(cls, id: str, incident: Incident, agency: str, terms: Terms, at: datetime) -> "Rule":
        """Share one incident, by decision of the desk."""
        rule = cls(id, incident.office, agency, terms, "office", at, incident=incident.id)
        rule._begin(at)
        return rule

    def accept(self, by: Side, at: datetime) -> RuleAccepted:
        """As the other side, agree. Raises `RuleOver`, `OwnProposal`."""
        if self.state != "proposed" or self.is_expired(at):
            raise errors.RuleOver
        if by == self.proposed_by:
            raise errors.OwnProposal
        self._begin(at)
        return RuleAccepted(office=self.office, agency=self.agency, rule=self.id)

    def end(self, at: datetime) -> RuleEnded:
        """No more, from now on. Raises `RuleOver`."""
        if self.state == "ended":
            raise errors.RuleOver
        self.state, self.decided_at, self.in_force, self.due = "ended", at, None, None
        return RuleEnded(office=self.office, agency=self.agency, rule=self.id)

    def is_expired(self, at: datetime) -> bool:
        """Whether its time is over."""
        return self.terms.expires_at is not None and self.terms.expires_at <= at

    def is_in_force(self, at: datetime) -> bool:
        """Whether anything is shared by it at this moment."""
        return self.in_force is not None and not self.is_expired(at)

    def shares(self, incident: Incident, sensitive: bool, at: datetime) -> bool:
        """Whether an incident concerns the agency, at this moment. `sensitive` is its category."""
        if not self.is_in_force(at) or self.office != incident.office:
            return False
        if self.incident is not None:
            return self.incident == incident.id
        terms = self.terms
        if terms.categories:
            if incident.category not in terms.categories:
                return False
        elif sensitive:
            return False
        if _RANK[incident.severity] < _RANK[terms.least_severity]:
            return False
        return not terms.area or self._covers(incident)

    def _covers(self, incident: Incident) -> bool:
        if incident.longitude is None or incident.latitude is None:
            return False
        return bool(shapely.intersects_xy(_area(self.id, self.terms), incident.longitude, incident.latitude))

    def _begin(self, at: datetime) -> None:
        self.state, self.decided_at = "accepted", at
        self.in_force, self.due = self.office, self.terms.expires_at


def best_rules(incident: Incident, rules: Iterable[Rule], *, sensitive: bool, at: datetime) -> dict[str, Rule]:
    """For each agency that an incident concerns the rule that allows most; of several the first."""
    if incident.removed or incident.state in ("quarantined", "duplicate"):
        return {}
    best: dict[str, Rule] = {}
    for rule in rules:
        known = best.get(rule.agency)
        if (known is None or _allows_more(rule, known)) and rule.shares(incident, sensitive, at):
            best[rule.agency] = rule
    return best


def _allows_more(rule: Rule, than: Rule) -> bool:
    return _preference(rule) < _preference(than)


def _preference(rule: Rule) -> tuple[bool, bool, str]:
    return rule.terms.tier != "assist", rule.incident is None, rule.id


_AREAS = 2_000


class _Known:
    """Terms by the id of their rule, which never changes them: hashing a long outline would cost more than a look."""

    __slots__ = ("id", "terms")

    def __init__(self, id: str, terms: Terms) -> None:
        self.id = id
        self.terms = terms

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.id == self.id


def _area(id: str, terms: Terms) -> Any:
    return _prepared(_Known(id, terms))


@lru_cache(maxsize=_AREAS)
def _prepared(known: _Known) -> Any:
    rings = [[(corner.longitude, corner.latitude) for corner in ring] for ring in known.terms.area]
    # Their union: as one shape of many, where two overlap would count as outside.
    area = shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in rings])
    shapely.prepare(area)
    return area
