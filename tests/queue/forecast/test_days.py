"""Made-up days keep the rules of a queue, and follow from their seed."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.order import FIRST_COME, MERGED, SLIVER, Order
from services.queue.domain.forecast.situation import Waiting
from services.queue.domain.order import PLACES_BEHIND
from services.queue.simulation.day import live
from services.queue.simulation.days import FIRST_MIDNIGHT, simulated
from services.queue.simulation.kinds import KINDS, MAKES, Kind
from services.queue.simulation.truth import FIRST_TICKET, MINUTE, TrueOffice, drawn_office


def a_day(kind: Kind, seed: int, order: Order = MERGED) -> tuple[TrueOffice, tuple[h.Happening, ...]]:
    chance = np.random.default_rng(seed)
    office = drawn_office(chance)
    return office, live(office, kind, 0.0, order, chance).happenings


class Promises:
    """Replays a day and checks what must hold of it."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.skills: dict[str, tuple[str, ...]] = {}
        self.open: set[str] = set()
        self.paused: set[str] = set()
        self.at: dict[str, str] = {}
        self.waiting: dict[str, Waiting] = {}
        self.gone: dict[str, Waiting] = {}
        self.over: set[str] = set()

    def check(self, happening: h.Happening) -> None:
        match happening:
            case h.Planned():
                self.skills[happening.counter] = happening.services
            case h.Opened():
                self.open.add(happening.counter)
            case h.Closed():
                assert happening.counter not in self.at.values()
                self.open.discard(happening.counter)
                self.paused.discard(happening.counter)
            case h.Paused():
                assert happening.counter in self.open - self.paused - set(self.at.values())
                self.paused.add(happening.counter)
            case h.Resumed():
                self.paused.remove(happening.counter)
            case h.Taken():
                since = happening.at if happening.since is None else happening.since
                self.waiting[happening.ticket] = Waiting(
                    happening.ticket, happening.service, since, happening.group, happening.rank
                )
            case h.Called():
                self.called(happening)
            case h.Started():
                assert happening.ticket in self.at
            case h.Finished() | h.Missed():
                del self.at[happening.ticket]
                self.over.add(happening.ticket)
            case h.PutBack():
                self.put_back(happening)
            case h.Cancelled():
                del self.waiting[happening.ticket]
                self.over.add(happening.ticket)

    def called(self, called: h.Called) -> None:
        assert called.counter in self.open - self.paused, "a counter that is away calls nobody"
        assert called.counter not in self.at.values(), "a counter has one person"
        person = self.waiting.pop(called.ticket)
        assert person.service in self.skills[called.counter]
        able = [w for w in self.waiting.values() if w.service in self.skills[called.counter]]
        assert all(self.order.key(person) <= self.order.key(w) for w in able), "nobody is passed over"
        self.at[called.ticket] = called.counter
        self.gone[called.ticket] = person

    def put_back(self, back: h.PutBack) -> None:
        self.at.pop(back.ticket, None)
        person = self.gone.pop(back.ticket)
        line = sorted((w for w in self.waiting.values() if w.service == person.service), key=self.order.key)
        since = back.stands + self.order.head_start(person.group)
        back_again = Waiting(back.ticket, person.service, since, person.group, back.rank)
        if back.ticket in self.over and line:
            third = self.order.key(line[min(PLACES_BEHIND, len(line)) - 1])[0]
            assert self.order.key(back_again)[0] == pytest.approx(third + SLIVER, abs=1e-6), "behind the third"
        self.over.discard(back.ticket)
        self.waiting[back.ticket] = back_again


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 10_000), st.sampled_from([FIRST_COME, MERGED]))
def test_a_day_keeps_the_rules_of_a_queue(kind: Kind, seed: int, order: Order) -> None:
    _, happenings = a_day(kind, seed, order)
    promises = Promises(order)
    for happening in happenings:
        promises.check(happening)
    assert not promises.waiting
    assert not promises.at
    assert [x.at for x in happenings] == sorted(x.at for x in happenings)


def test_the_same_seed_gives_the_same_days_and_more_days_change_none() -> None:
    three, five = simulated(3, seed=4), simulated(5, seed=4)
    assert three.days == five.days[:3]
    assert simulated(3, seed=5).days != three.days
    assert [day.kind for day in five.days] == list(KINDS)


def taken(kind: Kind, seed: int) -> list[h.Taken]:
    return [x for x in a_day(kind, seed)[1] if isinstance(x, h.Taken)]


def share(kind: Kind, what: str) -> float:
    people = [x for seed in range(4) for x in taken(kind, seed)]
    if what == "early":
        return sum(x.at < FIRST_TICKET + 20 * MINUTE for x in people) / len(people)
    return sum(x.group == what for x in people) / len(people)


@pytest.mark.parametrize(
    ("kind", "what"), [("surge", "early"), ("priorities", "priority"), ("appointments", "appointment")]
)
def test_each_kind_is_what_it_is_called(kind: Kind, what: str) -> None:
    assert share(kind, what) > 2 * share("quiet", what)


def test_on_a_day_of_a_breakdown_a_counter_closes_early_and_opens_again() -> None:
    assert MAKES["breakdown"].breaks_down
    office, happenings = a_day("breakdown", 3)
    reopened = [x.counter for x in happenings if isinstance(x, h.Opened)]
    assert len(reopened) == len(office.counters) + 1


def test_a_day_is_on_its_date() -> None:
    day = simulated(1, seed=1).days[0]
    assert day.name == "2026-03-02"
    assert day.midnight == FIRST_MIDNIGHT
    assert all(day.midnight < x.at < day.midnight + 86_400 for x in _of_people(day.happenings))


def _of_people(happenings: tuple[h.Happening, ...]) -> Iterator[h.Happening]:
    return (x for x in happenings if isinstance(x, h.Taken | h.OfTicket))
