"""The order rule: a number for each who waits, and nobody starves."""

from hypothesis import given
from hypothesis import strategies as st

from services.queue.domain.forecast.order import FIRST_COME, MERGED, MINUTE
from services.queue.domain.forecast.situation import GROUPS, Waiting

PEOPLE = st.builds(
    Waiting,
    ticket=st.uuids().map(str),
    service=st.just("skck"),
    since=st.floats(0.0, 1e5),
    group=st.sampled_from(GROUPS),
    rank=st.integers(0, 1000),
)


@given(st.lists(PEOPLE, max_size=20))
def test_without_head_starts_the_longest_waiting_is_next(people: list[Waiting]) -> None:
    ordered = sorted(people, key=FIRST_COME.key)
    moments = [round(p.since, 3) for p in ordered]
    assert moments == sorted(moments)


@given(PEOPLE, PEOPLE)
def test_nobody_is_overtaken_by_who_came_later_than_the_longest_head_start(one: Waiting, other: Waiting) -> None:
    if other.since > one.since + 30 * MINUTE:
        assert MERGED.key(one) < MERGED.key(other)


@given(PEOPLE, st.sampled_from(GROUPS))
def test_a_place_beside_a_neighbour_is_directly_beside_it(neighbour: Waiting, group: str) -> None:
    for behind in (True, False):
        since = MERGED.since_beside(neighbour, group, behind=behind)  # type: ignore[arg-type]
        back = Waiting("back", "skck", since, group)  # type: ignore[arg-type]
        assert (MERGED.key(back) > MERGED.key(neighbour)) is behind
        assert abs(MERGED.key(back)[0] - MERGED.key(neighbour)[0]) < 0.01
