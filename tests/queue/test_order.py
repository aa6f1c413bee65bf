"""The order as a rule of its own: distinct, transitive across lines, bounded in what it lets anybody overtake."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.domain.office import Office
from services.queue.domain.order import counts_from, next_to, number_of, rank_behind, rank_of, reason
from shared.contracts.queue import Group
from tests.queue.scene import OFFICE, PHONE, PLAN, Scene

DAY = "2026-03-02"
OPENING = datetime(2026, 3, 2, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
NUMBERS = st.tuples(st.sampled_from("ABZ"), st.integers(1, 10_000))
MOMENTS = st.integers(-15 * 3600 * 1000, 36 * 3600 * 1000).map(lambda ms: OPENING + timedelta(milliseconds=ms))
GROUPS = st.sampled_from(["ordinary", "priority", "appointment"])


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes at a moment."""

    moment: datetime
    group: Group
    number: tuple[str, int]

    @property
    def rank(self) -> int:
        return Office(OFFICE, PLAN).rank(DAY, self.group, self.moment, number_of(*self.number))


people = st.builds(Person, MOMENTS, GROUPS, NUMBERS)


@given(st.lists(people, unique_by=lambda person: person.number, min_size=2, max_size=30))
def test_ranks_are_distinct_positive_and_fit_into_a_javascript_number(everybody: list[Person]) -> None:
    ranks = [person.rank for person in everybody]
    assert len(set(ranks)) == len(ranks)
    assert all(0 < rank < 2**53 for rank in ranks)


@given(people, people)
def test_nobody_overtakes_by_more_than_the_head_start(one: Person, other: Person) -> None:
    if one.rank < other.rank:
        assert one.moment - other.moment <= HALF_AN_HOUR
    if one.group == other.group and one.moment < other.moment:
        assert one.rank < other.rank


@given(people)
def test_a_rank_tells_from_when_it_counts(person: Person) -> None:
    head_start = timedelta(0) if person.group == "ordinary" else HALF_AN_HOUR
    assert counts_from(person.rank, DAY) == person.moment - head_start


@given(st.lists(people, unique_by=lambda person: person.number, max_size=12), NUMBERS)
def test_who_is_put_back_stands_behind_the_third_and_beside_nobody(
    everybody: list[Person], own: tuple[str, int]
) -> None:
    waiting = sorted((p for p in everybody if p.number != own), key=lambda person: person.rank)
    rank = rank_behind(waiting, number_of(*own), OPENING, DAY, whole=True)
    assert rank is not None
    assert rank not in {person.rank for person in waiting}
    assert sum(person.rank < rank for person in waiting) >= min(3, len(waiting))


@given(st.integers(0, 2**46), NUMBERS)
def test_the_place_next_to_a_person_is_the_first_of_that_number(rank: int, own: tuple[str, int]) -> None:
    number = number_of(*own)
    found = next_to(rank, number)
    assert rank < found <= rank + 2**19
    assert found % 2**19 == number


@pytest.mark.parametrize(
    ("group", "moved", "why"),
    [
        ("ordinary", False, "waited"),
        ("priority", False, "priority"),
        ("appointment", False, "appointment"),
        ("priority", True, "returned"),
    ],
)
def test_the_reason_is_the_one_that_put_a_person_there(group: Group, moved: bool, why: str) -> None:
    assert reason(SimpleNamespace(group=group, moved=moved)) == why


def test_a_plan_decides_the_head_starts() -> None:
    assert rank_of(OPENING, HALF_AN_HOUR, DAY, 1) == Person(OPENING, "priority", ("A", 1)).rank


async def test_an_elder_goes_before_who_came_half_an_hour_earlier_and_not_before_others() -> None:
    scene = await Scene.opened()
    await scene.take(phone=PHONE)
    scene.pass_time(minutes=5)
    await scene.take()
    scene.pass_time(minutes=27)
    await scene.take(need="elderly")
    assert scene.waiting() == ["A-001", "A-003", "A-002"]
    assert [scene.ticket(await scene.call()).number for _ in range(1)] == ["A-001"]


async def test_a_counter_of_two_services_calls_the_smaller_rank_of_the_two_heads() -> None:
    scene = await Scene.opened()
    await scene.take("sim")
    scene.pass_time(minutes=10)
    elder = await scene.take("skck", need="pregnant")
    assert await scene.call("loket-2") == elder
