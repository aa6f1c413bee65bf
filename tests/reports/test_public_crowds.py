"""What the public sees, for any incidents: never less than a crowd, never finer than an area and a quarter of a day."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.place import cell_of
from services.reports.domain.publication import CROWD, SHOWN_DAYS, WIDTHS, Area, Shown, Told, shown_on, told
from shared.contracts.reports.incidents import Disposition, State
from tests.reports.scene import OFFICE, PLAN

DAY = date(2026, 3, 10)
DESK = Office(OFFICE, PLAN, 1)

cells = st.builds(cell_of, st.floats(-1.05, -0.75), st.floats(119.7, 120.1))
incidents = st.builds(
    Told,
    id=st.uuids().map(str),
    category=st.sampled_from(["theft", "noise"]),
    cell=st.none() | st.sampled_from(["-0.90,119.87", "-0.90,119.88", "-0.86,119.87"]) | cells,
    day=st.dates(DAY - timedelta(days=SHOWN_DAYS + 5), DAY + timedelta(days=3)),
    part=st.sampled_from(["night", "morning", "afternoon", "evening"]),
    shown_from=st.dates(DAY - timedelta(days=30), DAY + timedelta(days=5)),
    person=st.none() | st.sampled_from("abcdefgh"),
)
days = st.lists(incidents, max_size=60, unique_by=lambda one: one.id)


@given(days)
def test_whatever_is_shown_is_in_a_crowd_of_its_own(some: list[Told]) -> None:
    person = {one.id: one.person for one in some}
    crowds: defaultdict[tuple[str, Area | None], set[str | None]] = defaultdict(set)
    for one in shown_on(DAY, some):
        crowds[one.category, one.area].add(person[one.id])
    assert all(len(people) >= CROWD for people in crowds.values())


@given(days)
def test_it_is_shown_once_where_it_was_and_not_before_its_time(some: list[Told]) -> None:
    by_id = {one.id: one for one in some}
    shown = shown_on(DAY, some)
    assert len({one.id for one in shown}) == len(shown)
    for one in shown:
        was = by_id[one.id]
        assert was.shown_from <= DAY
        assert DAY - timedelta(days=SHOWN_DAYS) <= was.day <= DAY
        assert (one.category, one.day, one.part) == (was.category, was.day, was.part)
        if one.area:
            assert was.cell
            assert one.area == Area.around(was.cell, one.area.width)
            assert one.area.width in WIDTHS


@given(days, st.randoms(use_true_random=False))
def test_nothing_follows_from_the_order_in_which_it_happened(some: list[Told], dice: Any) -> None:
    mixed = list(some)
    dice.shuffle(mixed)
    assert shown_on(DAY, some) == shown_on(DAY, mixed)


@given(days)
def test_what_is_not_over_for_long_enough_changes_nothing(some: list[Told]) -> None:
    rested = [one for one in some if one.shown_from <= DAY]
    assert shown_on(DAY, some) == shown_on(DAY, rested)


@given(st.floats(-90, 90), st.floats(-180, 179.99))
def test_areas_hold_their_cell_and_each_other(latitude: float, longitude: float) -> None:
    cell = cell_of(latitude, longitude)
    areas = [Area.around(cell, width) for width in WIDTHS]
    for inner, outer in pairwise(areas):
        assert outer.south <= inner.south < inner.south + inner.width <= outer.south + outer.width
        assert outer.west <= inner.west < inner.west + inner.width <= outer.west + outer.width
    south, west, north, east = areas[0].corners
    assert south - 1e-6 <= min(latitude, 89.999999) <= north + 1e-6
    assert west - 1e-6 <= longitude <= east + 1e-6


def told_of(**more: Any) -> Told | None:
    over = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
    values: dict[str, Any] = {
        "category": "theft",
        "state": "closed",
        "disposition": "settled",
        "resolved_at": over,
        "happened_at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        "filed_at": datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
        "cell": "-0.90,119.87",
    }
    known: dict[str, Any] = {
        "id": "i",
        "office": OFFICE,
        "number": "2026-000001",
        "privacy": "anonymous",
        "way": "web",
        "latitude": -0.8917,
        "longitude": 119.8707,
        "severity": "moderate",
        "priority": 2,
    }
    return told(Incident(**known | values | more), DESK, "public-id", "somebody")


def test_an_incident_that_is_over_is_told_by_the_office_s_own_calendar() -> None:
    # over on Tuesday at noon in Palu, shown after 24 hours: from the beginning of Thursday on
    expected = Told("public-id", "theft", "-0.90,119.87", date(2026, 3, 2), "morning", date(2026, 3, 5), "somebody")
    assert told_of() == expected
    assert told_of(state="resolved") == expected


@pytest.mark.parametrize("state", ["quarantined", "received", "triaged", "dispatched", "on-scene", "duplicate"])
def test_what_is_at_work_set_aside_or_a_duplicate_is_not_told(state: State) -> None:
    assert told_of(state=state) is None


@pytest.mark.parametrize("disposition", ["unfounded", "prank", "exercise"])
def test_what_did_not_happen_is_not_told(disposition: Disposition) -> None:
    assert told_of(disposition=disposition) is None


def test_neither_drills_nor_kinds_that_nobody_opted_in_are_told() -> None:
    assert told_of(exercise=True) is None
    assert told_of(category="noise") is None
    assert told_of(category="domestic") is None
    assert told_of(category="given-up") is None


def test_kinds_wait_as_long_as_the_office_says() -> None:
    kinds = tuple(replace(kind, public_after_hours=24 * 30) for kind in PLAN.categories)
    waits = Office(OFFICE, replace(PLAN, categories=kinds), 2)
    shown = [told(incident, waits, "x", None) for incident in [_closed()]]
    assert shown[0] is not None
    assert shown[0].shown_from == date(2026, 4, 3)


def _closed() -> Incident:
    return Incident(
        id="i", office=OFFICE, number="1", category="theft", privacy="open", way="web",
        filed_at=datetime(2026, 3, 2, tzinfo=UTC), happened_at=None, latitude=None, longitude=None, cell=None,
        state="closed", severity="minor", priority=3, disposition="settled",
        resolved_at=datetime(2026, 3, 3, 4, 0, tzinfo=UTC),
    )  # fmt: skip


def test_one_person_who_reports_often_is_no_crowd() -> None:
    alone = [Told(str(n), "theft", "-0.90,119.87", DAY, "night", DAY, "a") for n in range(20)]
    unknown = [Told(f"u{n}", "theft", "-0.90,119.87", DAY, "night", DAY, None) for n in range(20)]
    assert shown_on(DAY, alone + unknown) == []
    third = Told("b", "theft", "-0.90,119.87", DAY, "night", DAY, "b")
    assert len(shown_on(DAY, [*alone, *unknown, third])) == 41


def test_who_is_alone_in_a_small_area_is_shown_in_a_larger_one_with_others_who_are() -> None:
    crowd = [Told(f"c{n}", "theft", "-0.90,119.87", DAY, "night", DAY, f"c{n}") for n in range(3)]
    spread = [Told(f"s{n}", "theft", cell, DAY, "night", DAY, f"s{n}") for n, cell in enumerate(CELLS)]
    shown = {one.id: one.area for one in shown_on(DAY, crowd + spread)}
    assert {shown[f"c{n}"] for n in range(3)} == {Area(-90, 11987, 1)}
    assert {shown[f"s{n}"] for n in range(3)} == {Area(-92, 11984, 4)}
    alone: list[Shown] = shown_on(DAY, crowd + spread[:2])
    assert {one.id for one in alone} == {"c0", "c1", "c2"}, "the larger area's crowd is not lent by the smaller one's"


CELLS = ("-0.90,119.86", "-0.91,119.85", "-0.92,119.84")
