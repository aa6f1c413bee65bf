"""The evaluation is fair, can be repeated, and says what it should."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.order import MERGED
from services.queue.domain.forecast.situation import CounterNow, Situation, Visit, Waiting
from services.queue.evaluate_cli import app
from services.queue.evaluation.replay import FORECAST, ORACLE, POSITION, SIMPLE, Replay
from services.queue.evaluation.report import ALL, Results, lines
from services.queue.evaluation.rules import Memory, Rules
from services.queue.evaluation.scores import Estimated, score
from services.queue.simulation.days import RecordedDay, simulated
from services.queue.simulation.oracle import Oracle

WARM_UP = 6


def begun(day: RecordedDay, happenings: int) -> RecordedDay:
    """The first hours of a day."""
    return replace(day, happenings=day.happenings[:happenings])


@pytest.fixture(scope="module")
def surge() -> list[Estimated]:
    """What was told on the morning of a surge, after days that taught."""
    days = simulated(WARM_UP + 1, seed=11).days
    replay = Replay(11, futures=40)
    for day in days[:WARM_UP]:
        replay.learn(day)
    return list(replay.estimates(begun(days[WARM_UP], 450)))


def test_the_same_seed_gives_the_same_estimates() -> None:
    day = begun(simulated(1, seed=12).days[0], 250)
    told, again, otherwise = (list(Replay(seed, futures=20).estimates(day)) for seed in (12, 12, 13))
    assert told == again
    assert told != otherwise


def test_the_forecast_is_nearer_than_the_simple_rules_and_its_range_holds(surge: list[Estimated]) -> None:
    results = Results.of(surge)
    told = results.rules("joining", ALL)[FORECAST]
    assert results.gain(FORECAST) > 0.25
    assert told.covered is not None
    assert 0.7 < told.covered <= 1.0


def test_every_rule_is_asked_about_the_same_people(surge: list[Estimated]) -> None:
    rules = {e.rule for e in surge}
    assert set(SIMPLE) < rules
    actual = {rule: [e.actual for e in surge if e.rule == rule] for rule in rules}
    assert all(waits == actual[FORECAST] for waits in actual.values())


def test_asking_the_oracle_changes_nothing_else() -> None:
    series = simulated(1, seed=12)
    oracle = Oracle(series.office, np.random.default_rng(1))
    day = begun(series.days[0], 250)
    before = list(Replay(12, futures=20).estimates(day))
    after = list(Replay(12, futures=20, truth=oracle.beliefs).estimates(day))
    assert [e for e in after if e.rule != ORACLE] == before
    assert {e.rule for e in after} == {e.rule for e in before} | {ORACLE}


def test_the_position_rule_divides_what_is_ahead_by_the_counters_that_serve_it() -> None:
    rules = Rules(Memory(), MERGED)
    people = tuple(Waiting(str(n), "skck", float(n)) for n in range(4))
    busy = [CounterNow(str(n), ("skck",), Visit("v", "skck", "ordinary", 0.0)) for n in range(2)]
    paused = CounterNow("9", ("skck",), paused_at=50.0)
    situation = Situation(100.0, people, (*busy, paused, CounterNow("8", ("sim",))))
    assert rules.by_position(situation, people[3]) == 4 * 600.0 / 2
    idle = Situation(100.0, people[:1], (*busy, CounterNow("7", ("skck",))))
    assert rules.by_position(idle, people[0]) == 0.0


def test_a_score_is_of_minutes() -> None:
    def one(likely: float, at_most: float | None, actual: float) -> Estimated:
        return Estimated(
            "quiet", "joining", POSITION, likely * 60, None if at_most is None else at_most * 60, actual * 60
        )

    s = score([one(5, 10, 8), one(5, 10, 11), one(5, 10, 5), one(1, 1, 0.5)])
    assert (s.count, s.under, s.covered) == (4, 0.5, 0.75)
    assert s.mae == pytest.approx(9.5 / 4)
    assert s.rmse == pytest.approx(((9 + 36 + 0.25) / 4) ** 0.5)
    assert s.covered_long == pytest.approx(2 / 3)
    assert score([one(5, None, 8)]).covered is None


def test_the_report_says_who_is_ahead(surge: list[Estimated]) -> None:
    text = "\n".join(lines(Results.of(surge)))
    assert "position × mean ÷ counters" in text
    assert "below the best simple rule's" in text


def test_the_command_replays_records_and_draws(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["simulate", str(tmp_path), "--days", "2", "--seed", "3"]).exit_code == 0
    files = sorted(str(file) for file in tmp_path.glob("*.jsonl"))
    for file in map(Path, files):
        file.write_text("\n".join(file.read_text().splitlines()[:300]))
    drawing = tmp_path / "chart.svg"
    done = run.invoke(app, ["evaluate", *files, "--warm-up", "1", "--svg", str(drawing)])
    assert done.exit_code == 0, done.output
    assert "1 days, after 1 that taught" in done.output
    assert "Within the range (P90)" in done.output
    svg = ElementTree.fromstring(drawing.read_text(encoding="utf-8"))  # noqa: S314  # our own file
    space = {"": "http://www.w3.org/2000/svg"}
    assert svg.findtext("title", namespaces=space) == "Waiting times on 1 days"
    assert "mean absolute error" in (svg.findtext("desc", namespaces=space) or "")


def test_days_that_tell_nothing_of_counters_but_their_calls_are_forecast_too() -> None:
    told_today = (h.Taken, h.Called, h.Started, h.Finished, h.Missed, h.PutBack, h.Cancelled)
    days = [
        replace(day, happenings=tuple(x for x in begun(day, 400).happenings if isinstance(x, told_today)))
        for day in simulated(4, seed=13).days
    ]
    replay = Replay(13, futures=30)
    for day in days[:3]:
        replay.learn(day)
    results = Results.of(list(replay.estimates(days[3])))
    assert replay.unanswered < 10
    assert results.gain(FORECAST) > 0


def test_the_command_says_what_it_cannot_do(tmp_path: Path) -> None:
    run = CliRunner()
    broken = tmp_path / "day.jsonl"
    broken.write_text("nothing\n")
    assert "line 1 is no event" in run.invoke(app, ["evaluate", str(broken)]).output
    assert run.invoke(app, ["evaluate"]).exit_code == 2
    assert run.invoke(app, ["evaluate", str(broken), "--simulate", "3"]).exit_code == 2
    run.invoke(app, ["simulate", str(tmp_path), "--days", "1"])
    (file,) = tmp_path.glob("*quiet.jsonl")
    (tmp_path / "empty.jsonl").write_text("")
    assert "none is left" in run.invoke(app, ["evaluate", str(tmp_path / "empty.jsonl")]).output
    assert "none is left" in run.invoke(app, ["evaluate", str(file), "--warm-up", "1"]).output
