"""A day told event by event becomes the live state, and teaches the learner."""

import pytest

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.learner import Learner, Priors
from services.queue.domain.forecast.order import FIRST_COME, MERGED
from services.queue.domain.forecast.situation import Break, CounterNow, Situation
from services.queue.domain.forecast.watch import SILENT_MOST, Watch

EIGHT = 8 * 3600.0
LUNCH = Break(EIGHT + 3600.0, EIGHT + 5400.0)


class Story:
    """An office's day, told one after the other."""

    def __init__(self) -> None:
        self.learner = Learner()
        self.watch = Watch(MERGED, self.learner, 0.0)
        self.tell(h.Planned(EIGHT - 60, "1", ("skck",), EIGHT, None, (LUNCH,)))

    def tell(self, *happenings: h.Happening) -> None:
        for happening in happenings:
            self.watch.apply(happening)

    def visit(self, ticket: str, at: float, seconds: float) -> None:
        """A person comes and is served at once, so long."""
        self.tell(
            h.Taken(at, ticket, "skck"),
            h.Called(at + 10, ticket, "1"),
            h.Started(at + 30, ticket),
            h.Finished(at + 30 + seconds, ticket),
        )

    def now(self, at: float) -> Situation:
        return self.watch.situation(at)

    def counter(self, at: float) -> CounterNow:
        (counter,) = self.now(at).counters
        return counter

    def beliefs(self) -> Beliefs:
        return self.learner.beliefs()


@pytest.fixture
def story() -> Story:
    return Story()


def waiting(situation: Situation) -> list[str]:
    return [w.ticket for w in sorted(situation.waiting, key=MERGED.key)]


def test_a_planned_counter_is_expected_until_it_opens(story: Story) -> None:
    assert not story.counter(EIGHT - 30).is_open
    story.tell(h.Opened(EIGHT + 20, "1", ("skck",)))
    assert story.counter(EIGHT + 30).is_open


def test_a_person_is_in_the_line_then_at_the_counter_then_gone(story: Story) -> None:
    story.tell(h.Opened(EIGHT, "1", ("skck",)), h.Taken(EIGHT + 1, "a", "skck"), h.Taken(EIGHT + 2, "b", "skck"))
    assert waiting(story.now(EIGHT + 3)) == ["a", "b"]
    story.tell(h.Called(EIGHT + 4, "a", "1"))
    visit = story.counter(EIGHT + 5).visit
    assert waiting(story.now(EIGHT + 5)) == ["b"]
    assert visit is not None
    assert (visit.ticket, visit.called_at, visit.started_at) == ("a", EIGHT + 4, None)
    story.tell(h.Started(EIGHT + 20, "a"), h.Finished(EIGHT + 300, "a"))
    assert story.counter(EIGHT + 301).visit is None
    assert story.counter(EIGHT + 301).free_since == EIGHT + 300


def test_who_is_put_back_stands_where_the_queue_says(story: Story) -> None:
    story.tell(*(h.Taken(EIGHT + n, ticket, "skck", rank=n) for n, ticket in enumerate("abcde", 1)))
    story.tell(h.Called(EIGHT + 10, "a", "1"), h.Missed(EIGHT + 99, "a"), h.PutBack(EIGHT + 200, "a", EIGHT + 4.5, 1))
    assert waiting(story.now(EIGHT + 201)) == ["b", "c", "d", "a", "e"]
    story.tell(h.Called(EIGHT + 210, "b", "1"), h.PutBack(EIGHT + 220, "b", EIGHT + 1, 2))
    assert waiting(story.now(EIGHT + 221)) == ["b", "c", "d", "a", "e"]
    assert story.counter(EIGHT + 221).visit is None


def test_who_lets_others_go_first_stands_behind_them(story: Story) -> None:
    story.tell(*(h.Taken(EIGHT + n, ticket, "skck", rank=n) for n, ticket in enumerate("abc", 1)))
    story.tell(h.Moved(EIGHT + 10, "a", EIGHT + 2.5, 1))
    assert waiting(story.now(EIGHT + 11)) == ["b", "a", "c"]


def test_who_is_parked_holds_no_counter_and_counts_as_away(story: Story) -> None:
    story.visit("a", EIGHT, 0.0)
    story.tell(h.Taken(EIGHT, "b", "skck"), h.Called(EIGHT + 60, "b", "1"), h.Started(EIGHT + 70, "b"))
    story.tell(h.Parked(EIGHT + 100, "b"))
    assert story.counter(EIGHT + 101).visit is None
    story.tell(h.Returned(EIGHT + 400, "b", "1"))
    visit = story.counter(EIGHT + 401).visit
    assert visit is not None
    assert visit.started_at == EIGHT + 370


def test_who_is_sent_on_waits_in_the_other_line_from_when_they_came(story: Story) -> None:
    story.tell(h.Taken(EIGHT, "a", "skck"), h.Called(EIGHT + 60, "a", "1"), h.Started(EIGHT + 70, "a"))
    story.tell(h.SentOn(EIGHT + 100, "a"), h.Joined(EIGHT + 100, "a", "sim", "ordinary", EIGHT, 1))
    (person,) = story.now(EIGHT + 101).waiting
    assert (person.service, person.since) == ("sim", EIGHT)
    story.tell(h.SentOn(EIGHT + 105, "a"), h.Undone(EIGHT + 105, "a", "skck", "1", "serving"))
    assert story.now(EIGHT + 106).waiting == ()
    visit = story.counter(EIGHT + 106).visit
    assert visit is not None
    assert (visit.service, visit.started_at) == ("skck", EIGHT + 70)


def test_a_counter_whose_only_call_is_taken_back_has_not_opened(story: Story) -> None:
    story.tell(h.Taken(EIGHT, "a", "skck"), h.Called(EIGHT + 60, "a", "9"))
    assert [c.id for c in story.now(EIGHT + 61).counters if c.is_open] == ["9"]
    story.tell(h.Undone(EIGHT + 62, "a", "skck", "9", "waiting", EIGHT))
    assert waiting(story.now(EIGHT + 63)) == ["a"]
    assert [c.id for c in story.now(EIGHT + 63).counters if c.is_open] == []


def test_who_came_in_time_for_an_appointment_counts_from_then_on(story: Story) -> None:
    story.tell(h.Booked(EIGHT, "b", "skck", EIGHT + 1200), h.Taken(EIGHT, "a", "skck"))
    assert [b.id for b in story.now(EIGHT + 1).bookings] == ["b"]
    story.tell(h.Taken(EIGHT + 900, "t", "skck", "appointment", EIGHT + 1200, booking="b"))
    assert waiting(story.now(EIGHT + 901)) == ["t", "a"]
    assert story.now(EIGHT + 901).bookings == ()


def test_a_pause_near_a_planned_break_is_that_break(story: Story) -> None:
    story.tell(h.Opened(EIGHT, "1", ("skck",)), h.Paused(EIGHT + 1000, "1"))
    assert story.counter(EIGHT + 1001).pause is None
    story.tell(h.Resumed(EIGHT + 1300, "1"), h.Paused(LUNCH.begins + 120, "1"))
    assert story.counter(LUNCH.begins + 121).pause == LUNCH
    assert story.counter(LUNCH.begins + 121).breaks == ()


def test_a_closed_counter_is_not_reckoned_with(story: Story) -> None:
    story.tell(h.Opened(EIGHT, "1", ("skck",)), h.Closed(EIGHT + 1000, "1"))
    assert story.now(EIGHT + 1001).counters == ()


def test_a_counter_that_nobody_signed_on_to_is_open_by_calling_and_left_by_silence(story: Story) -> None:
    story.tell(h.Taken(EIGHT, "a", "kehilangan"), h.Taken(EIGHT, "b", "kehilangan"), h.Called(EIGHT + 1, "a", "9"))
    story.tell(h.Started(EIGHT + 20, "a"), h.Finished(EIGHT + 60, "a"))
    open_ = {c.id: c.services for c in story.now(EIGHT + 61).counters if c.is_open}
    assert open_ == {"9": ("kehilangan",)}
    assert not [c for c in story.now(EIGHT + 61 + SILENT_MOST).counters if c.is_open]


def test_what_is_not_known_is_passed_over(story: Story) -> None:
    story.tell(h.Called(EIGHT, "?", "1"), h.Finished(EIGHT, "?"), h.PutBack(EIGHT, "?", 1.0), h.Cancelled(EIGHT, "?"))
    assert story.now(EIGHT).waiting == ()


def test_visits_teach_how_long_they_take(story: Story) -> None:
    story.tell(h.Opened(EIGHT, "1", ("skck",)))
    for n in range(60):
        story.visit(f"t{n}", EIGHT + 300.0 * n, 120.0)
    beliefs = story.beliefs()
    assert beliefs.work["skck"].mean == pytest.approx(120.0 / 2.718281828 ** beliefs.paces["1"].mean, rel=0.35)
    assert beliefs.coming.mean == pytest.approx(20.0, rel=0.1)
    assert beliefs.noticing.mean == pytest.approx(10.0, rel=0.2)
    assert beliefs.no_show("skck", "ordinary") < Priors().no_show / 2


def test_an_unplanned_break_and_a_stretched_one_are_told_apart(story: Story) -> None:
    before = story.beliefs()
    story.tell(h.Opened(EIGHT, "1", ("skck",)), h.Paused(EIGHT + 600, "1"), h.Resumed(EIGHT + 1200, "1"))
    story.tell(h.Paused(LUNCH.begins, "1"), h.Resumed(LUNCH.begins + 2 * LUNCH.length, "1"))
    beliefs = story.beliefs()
    assert beliefs.pause_rate > before.pause_rate
    assert beliefs.stretching.mean > before.stretching.mean
    assert beliefs.pausing.mean == pytest.approx(before.pausing.mean, rel=0.05)


def test_an_appointment_that_was_not_kept_is_known_when_the_day_is_over(story: Story) -> None:
    story.tell(*(h.Booked(EIGHT, f"b{n}", "skck", EIGHT + 600) for n in range(20)))
    story.watch.end_day()
    assert story.beliefs().absent > 2 * Priors().absent


def test_a_new_learner_believes_what_was_configured() -> None:
    beliefs = Learner(Priors(no_show=0.2)).beliefs()
    assert beliefs.work_of("anything").mean == pytest.approx(Priors().other_work.mean)
    assert beliefs.no_show("anything", "ordinary") == 0.2
    assert (beliefs.paces, beliefs.arrivals) == ({}, {})
    assert beliefs.today.mean == 0.0


def test_officers_paces_are_told_apart_from_what_their_services_take() -> None:
    learner = Learner()
    for day in range(10):
        watch = Watch(FIRST_COME, learner, day * 86400.0)
        for n in range(40):
            counter, at = str(n % 2), day * 86400.0 + EIGHT + 900.0 * n
            seconds = (300.0 if counter == "0" else 450.0) * (0.7 if n % 4 < 2 else 1.3)
            for happening in (
                h.Taken(at, f"{day}-{n}", "skck"),
                h.Called(at + 1, f"{day}-{n}", counter),
                h.Started(at + 2, f"{day}-{n}"),
                h.Finished(at + 2 + seconds, f"{day}-{n}"),
            ):
                watch.apply(happening)
    paces = learner.beliefs().paces
    assert 1.3 < 2.718281828 ** (paces["1"].mean - paces["0"].mean) < 1.55
