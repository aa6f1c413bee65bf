"""The queue run forward in many futures does what a plain simulation of one future does."""

import heapq
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.queue.domain.forecast.forward import NEVER, Desks, Lane, call_times


@dataclass(frozen=True)
class Office:
    """A queue in which nothing is left to chance: one future."""

    people: list[list[tuple[float, float, float, float]]]
    """Lane → (key, ready, leaves, work), in order. The first half of the lanes waits now."""
    counters: list[tuple[float, float, set[int], list[tuple[float, float]]]]
    """(free, pace, lanes, pauses)."""


@st.composite
def offices(draw: st.DrawFn) -> Office:
    services = draw(st.integers(1, 3))
    seconds = st.integers(0, 60).map(float)
    waiting = [
        sorted(draw(st.lists(st.tuples(seconds, st.just(0.0), st.sampled_from([NEVER, 40.0]), seconds), max_size=6)))
        for _ in range(services)
    ]
    coming = [
        sorted(
            draw(st.lists(st.tuples(seconds, seconds, st.just(NEVER), seconds), max_size=3)),
            key=lambda p: p[1],
        )
        for _ in range(services)
    ]
    lanes = st.sets(st.integers(0, services - 1), min_size=1)
    pauses = st.lists(st.tuples(seconds, st.integers(1, 30).map(float)), max_size=2).map(sorted)
    counters = draw(
        st.lists(st.tuples(seconds, st.sampled_from([0.5, 1.0, 2.0]), lanes, pauses), min_size=1, max_size=4)
    )
    served = [(free, pace, own | {lane + services for lane in own}, rest) for free, pace, own, rest in counters]
    return Office(waiting + coming, served)


def plainly(office: Office) -> list[list[float]]:
    """Lane → when each is called: one event after the other."""
    called = [[NEVER] * len(lane) for lane in office.people]
    heads = [0] * len(office.people)
    pauses = [list(counter[3]) for counter in office.counters]
    agenda: list[tuple[float, int]] = []

    def release(counter: int, at: float) -> None:
        while pauses[counter] and at > pauses[counter][0][0]:
            at += pauses[counter].pop(0)[1]
        heapq.heappush(agenda, (at, counter))

    for number, (free, _, _, _) in enumerate(office.counters):
        release(number, free)
    while agenda:
        now, counter = heapq.heappop(agenda)
        _, pace, lanes, _ = office.counters[counter]
        ahead = [(lane, office.people[lane][heads[lane]]) for lane in lanes if heads[lane] < len(office.people[lane])]
        there = [(person[0], lane, person) for lane, person in ahead if person[1] <= now]
        if there:
            _, lane, person = min(there)
            called[lane][heads[lane]] = now
            heads[lane] += 1
            release(counter, now + (person[3] * pace if person[2] >= now else 0.0))
        elif ahead:
            release(counter, min(person[1] for _, person in ahead))
    return called


def at_once(office: Office, futures: int) -> np.ndarray:
    """The same by the code under test, in several futures that are all alike."""

    def lane(people: list[tuple[float, float, float, float]]) -> Lane:
        def column(place: int, end: float) -> np.ndarray:
            return np.tile(np.array([*(person[place] for person in people), end]), (futures, 1))

        fixed = np.zeros((futures, len(people) + 1))
        return Lane(column(0, NEVER), column(1, NEVER), column(2, NEVER), fixed, column(3, 0.0))

    half = len(office.people) // 2
    lanes = [lane(people) for people in office.people]
    pauses, lengths = np.full((2, len(office.counters), 3), NEVER)
    for number, (_, _, _, planned) in enumerate(office.counters):
        for place, (begins, length) in enumerate(planned):
            pauses[number, place], lengths[number, place] = begins, length
    desks = Desks(
        free=np.tile([counter[0] for counter in office.counters], (futures, 1)),
        paces=np.tile([counter[1] for counter in office.counters], (futures, 1)),
        pauses=np.tile(pauses, (futures, 1, 1)),
        pause_lengths=np.tile(lengths, (futures, 1, 1)),
    )
    serves = np.array([[lane in counter[2] for lane in range(len(lanes))] for counter in office.counters])
    return call_times(lanes[:half], lanes[half:], desks, serves)


@settings(max_examples=150, deadline=None)
@given(offices())
def test_many_futures_at_once_are_one_future_after_the_other(office: Office) -> None:
    times = at_once(office, futures=3)
    assert (times == times[0]).all()
    first = 0
    for lane, called in enumerate(plainly(office)):
        if lane < len(office.people) // 2:  # who is still to come matters only where somebody waits
            assert times[0, first : first + len(called)].tolist() == called
        first += len(called) + 1


@settings(max_examples=50, deadline=None)
@given(offices())
def test_a_lane_is_called_in_its_order_and_counters_have_one_person_each(office: Office) -> None:
    times = at_once(office, futures=1)[0]
    first = 0
    slowest = max(pace for _, pace, _, _ in office.counters)
    fastest = min(pace for _, pace, _, _ in office.counters)
    busy: list[tuple[float, int]] = []
    for people in office.people:
        called = times[first : first + len(people)]
        assert (np.diff(called[np.isfinite(called)]) >= 0).all()
        for at, (_, _, leaves, work) in zip(called, people, strict=True):
            if np.isfinite(at) and leaves >= at and work:
                busy += [(at, 1), (at + work * fastest, -1)]
        first += len(people) + 1
    assert slowest >= fastest
    present = 0
    for _, change in sorted(busy):
        present += change
        assert present <= len(office.counters)
