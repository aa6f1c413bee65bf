"""Ten thousand random rule sets and incidents: each agency is told what its rules share, all of it, and nothing else.

What should be shared is worked out here a second time, slowly and from the words of the rule, and compared.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from services.reports.domain.incident import Assignment, Incident
from services.reports.domain.office import Office
from services.reports.domain.place import cell_of
from services.reports.domain.projection import project
from services.reports.domain.rule import Rule, best_rules
from services.reports.domain.share import Share
from services.reports.domain.unit import Unit, unit_id
from shared.contracts.reports.agencies import Position, Terms, Tier
from shared.contracts.reports.incidents import State
from shared.contracts.reports.office import Severity
from shared.contracts.share import IncidentChanged
from tests.reports.scene import OFFICE, PLAN

SETS = 10_000
NOW = datetime(2026, 3, 2, 12, 34, 56, tzinfo=UTC)
SEVERITIES: Sequence[Severity] = ("minor", "moderate", "severe", "extreme")
CATEGORIES = [category.id for category in PLAN.categories]
SENSITIVE = {category.id for category in PLAN.categories if category.sensitive}
SECRET = "RAHASIA"
VIEW = {
    "agency", "incident", "office", "sequence", "change", "ended", "exercise", "rule", "tier", "purpose", "state",
    "category", "category_name", "urgency", "severity", "certainty", "priority", "place", "reported_at", "changed_at",
    "units",
}  # fmt: skip
"""What the tier `view` may hold; `assist` adds the number."""


class Chance(random.Random):
    """Makes rules and incidents up."""

    def corner(self) -> float:
        return round(self.uniform(-0.05, 0.05), 4)

    def area(self) -> tuple[tuple[Position, ...], ...]:
        """Rectangles, which are easy to decide a second time."""
        return tuple(self._rectangle() for _ in range(self.choice((0, 0, 1, 2))))

    def _rectangle(self) -> tuple[Position, ...]:
        south, north = sorted((self.corner(), self.corner()))
        west, east = sorted((self.corner(), self.corner()))
        if south == north or west == east:
            return self._rectangle()
        return (Position(south, west), Position(south, east), Position(north, east), Position(north, west))

    def rule(self, nth: int) -> Rule:
        expires = self.choice((None, NOW + timedelta(hours=1), NOW))
        terms = Terms(
            tier=self.choice(get_args(Tier)),
            purpose="Penanganan bersama",
            categories=tuple(self.sample(CATEGORIES, self.choice((0, 1, 2)))),
            area=self.area(),
            least_severity=self.choice(SEVERITIES),
            expires_at=expires,
        )
        agency = f"agency-{self.randrange(3)}"
        id = f"rule-{nth:02d}-{self.getrandbits(64):x}"
        rule = Rule(id, OFFICE, agency, terms, "office", NOW - timedelta(days=1))
        if self.random() < 0.7:
            rule.state, rule.in_force = "accepted", OFFICE
        return rule

    def incident(self) -> Incident:
        located = self.random() < 0.8
        latitude, longitude = (self.corner(), self.corner()) if located else (None, None)
        incident = Incident(
            id="incident",
            office=OFFICE,
            number="2026-000001",
            category=self.choice(CATEGORIES),
            privacy="confidential",
            way="web",
            filed_at=NOW - timedelta(minutes=7, seconds=13),
            happened_at=NOW - timedelta(minutes=9),
            latitude=latitude,
            longitude=longitude,
            cell=cell_of(latitude, longitude) if latitude is not None and longitude is not None else None,
            state=self.choice(get_args(State)),
            severity=self.choice(SEVERITIES),
            priority=2,
            in_charge=SECRET,
            exercise=self.random() < 0.1,
        )
        if incident.state in ("dispatched", "on-scene"):
            incident.units = (Assignment("patrol-1", NOW),)
        return incident


def _inside(position: tuple[float, float], ring: Sequence[Position]) -> bool:
    """Whether it is in a rectangle or on its edge."""
    south, north = ring[0].latitude, ring[2].latitude
    west, east = ring[0].longitude, ring[2].longitude
    return south <= position[0] <= north and west <= position[1] <= east


def _concerns(rule: Rule, incident: Incident) -> bool:
    """The rule's words, one after the other."""
    terms = rule.terms
    if rule.state != "accepted" or (terms.expires_at is not None and terms.expires_at <= NOW):
        return False
    named = incident.category in terms.categories
    if not (named if terms.categories else incident.category not in SENSITIVE):
        return False
    if SEVERITIES.index(incident.severity) < SEVERITIES.index(terms.least_severity):
        return False
    if not terms.area:
        return True
    if incident.latitude is None or incident.longitude is None:
        return False
    return any(_inside((incident.latitude, incident.longitude), ring) for ring in terms.area)


def _told(incident: Incident, rules: Sequence[Rule], best: dict[str, Rule]) -> dict[str, dict[str, Any]]:
    office = Office(OFFICE, PLAN)
    crew = Unit(unit_id(OFFICE, "patrol-1"), "en-route", incident.id)
    units = [crew] if incident.units else []
    messages = {}
    for agency, rule in best.items():
        share = Share(f"{incident.id}:{agency}", OFFICE, incident.id, agency)
        facts = project(incident, office, units, rule.terms.tier)
        change, _ = share.tell(rule, facts, NOW, exercise=incident.exercise)
        assert isinstance(change, IncidentChanged)
        messages[agency] = change.model_dump(mode="json")
    return messages


@pytest.mark.parametrize("seed", range(4))
def test_nothing_outside_the_rules_nothing_missing_no_field_too_many(seed: int) -> None:
    chance = Chance(seed)
    concerned = 0
    for _ in range(SETS // 4):
        incident = chance.incident()
        rules = [chance.rule(nth) for nth in range(chance.randrange(8))]
        best = best_rules(incident, rules, sensitive=incident.category in SENSITIVE, at=NOW)
        open_to_others = incident.state not in ("quarantined", "duplicate")
        wanted = {rule.agency for rule in rules if open_to_others and _concerns(rule, incident)}
        assert set(best) == wanted
        for agency, message in _told(incident, rules, best).items():
            concerned += 1
            rule = best[agency]
            fields = {name for name, value in message.items() if value is not None}
            assert fields <= VIEW | ({"number"} if rule.terms.tier == "assist" else set())
            assert SECRET not in str(message)
            exact = message["place"] and message["place"]["radius_metres"] == 0
            assert not exact or rule.terms.tier == "assist"
            allowed = [r for r in rules if r.agency == agency and _concerns(r, incident)]
            assert (rule.terms.tier == "assist") == any(r.terms.tier == "assist" for r in allowed)
    assert concerned > SETS // 40


def test_a_new_field_of_an_incident_is_hidden_until_it_is_allowed() -> None:
    shown = set(project(Chance(1).incident(), Office(OFFICE, PLAN), [], "assist"))
    assert shown <= VIEW | {"number"}
    assert not shown & {"in_charge", "privacy", "latitude", "longitude", "way", "clocks", "happened_at"}
