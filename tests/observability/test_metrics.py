"""What Prometheus reads is what happened."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from shared.messaging.attempt import Report
from shared.metrics import LAG, Batch, LoopMetrics, TailMetrics

NOW = datetime(2026, 3, 2, 0, 15, tzinfo=UTC)
TAKE = "kentongan.queue.TakeTicket.v1"


@dataclass
class Since:
    """The change of a sample since the test began. Metrics are the process's, and other tests count too."""

    before: dict[tuple[str, tuple[tuple[str, str], ...]], float] = field(default_factory=dict)

    def __call__(self, name: str, **labels: str) -> float:
        key = (name, tuple(sorted(labels.items())))
        return (REGISTRY.get_sample_value(name, labels) or 0.0) - self.before.get(key, 0.0)

    @classmethod
    def now(cls) -> "Since":
        return cls(
            {
                (sample.name, tuple(sorted(sample.labels.items()))): sample.value
                for family in REGISTRY.collect()
                for sample in family.samples
            }
        )


@pytest.fixture
def since() -> Since:
    """Reads what a test has added."""
    return Since.now()


def _batch(*ages: float) -> Batch:
    return Report(
        records=len(ages) + 1,
        outcomes=Counter({(TAKE, "accepted"): 2, (TAKE, "line-closed"): 1}),
        dead=Counter({"invalid-data": 1}),
        seconds={"load": 0.002, "handle": 0.01, "commit": 0.03},
        issued_at=[NOW - timedelta(seconds=age) for age in ages],
    )


def test_a_batch_is_reported_by_one_call(since: Since) -> None:
    LoopMetrics("queue").published(_batch(0.2, 0.3, 4.0), 0.004, NOW)
    assert since("kentongan_commands_total", service="queue", type=TAKE, outcome="accepted") == 2
    assert since("kentongan_commands_total", service="queue", type=TAKE, outcome="line-closed") == 1
    assert since("kentongan_dead_letters_total", service="queue", kind="invalid-data") == 1
    assert since("kentongan_batch_size_messages_sum", service="queue") == 4
    for phase, seconds in (("load", 0.002), ("handle", 0.01), ("commit", 0.03), ("publish", 0.004)):
        assert since("kentongan_batch_seconds_sum", service="queue", phase=phase) == pytest.approx(seconds)
    assert since("kentongan_end_to_end_seconds_count", service="queue") == 3
    assert since("kentongan_end_to_end_seconds_sum", service="queue") == pytest.approx(4.5)
    assert since("kentongan_end_to_end_seconds_bucket", service="queue", le="0.5") == 2


def test_a_senders_wrong_clock_spoils_no_average(since: Since) -> None:
    LoopMetrics("queue").published(_batch(-3600.0, 60 * 86_400.0), 0.0, NOW)
    assert since("kentongan_end_to_end_seconds_sum", service="queue") == 86_400.0


def test_waiting_and_fenced_batches_count(since: Since) -> None:
    metrics = LoopMetrics("queue")
    metrics.retried()
    metrics.fenced(3)
    assert since("kentongan_batch_retries_total", service="queue") == 1
    assert since("kentongan_fenced_partitions_total", service="queue") == 3


def test_the_tails_delay_is_measured(since: Since) -> None:
    TailMetrics("queue").seen(NOW - timedelta(milliseconds=40), NOW)
    assert since("kentongan_event_tail_delay_seconds_bucket", service="queue", le="0.05") == 1
    assert since("kentongan_event_tail_delay_seconds_bucket", service="queue", le="0.025") == 0


LAG_NAME = "kentongan_consumer_lag_messages"


def test_lag_is_that_of_the_moment_and_forgets_partitions_that_moved() -> None:
    places = {"queue.commands.v1/0": 7, "queue.commands.v1/11": 0}
    labels = {"service": "queue", "group": "queue", "topic": "queue.commands.v1"}
    with LAG.of("queue", "queue", lambda: places):
        assert REGISTRY.get_sample_value(LAG_NAME, {**labels, "partition": "0"}) == 7
        assert REGISTRY.get_sample_value(LAG_NAME, {**labels, "partition": "11"}) == 0
        del places["queue.commands.v1/0"]
        assert REGISTRY.get_sample_value(LAG_NAME, {**labels, "partition": "0"}) is None
    assert REGISTRY.get_sample_value(LAG_NAME, {**labels, "partition": "11"}) is None


def test_several_readers_of_one_process_are_told_apart_and_each_partition_once() -> None:
    events = "reports.events.v1/3"
    with (
        LAG.of("reports", "reports-sharing", lambda: {events: 5}),
        LAG.of("reports", "reports-bridges", lambda: {events: 9}),
        LAG.of("reports", "reports-bridges", lambda: {events: 8}),
    ):
        lines = [line for line in generate_latest().decode().splitlines() if line.startswith(LAG_NAME)]
    assert sorted(line.split('"')[1] + " " + line.split()[-1] for line in lines if "reports" in line) == [
        "reports-bridges 8.0",
        "reports-sharing 5.0",
    ]


def test_names_follow_the_conventions() -> None:
    families = [
        family
        for family in text_string_to_metric_families(generate_latest().decode())
        if family.name.startswith("kentongan_")
    ]
    assert families
    for family in families:
        assert family.documentation, family.name
        assert family.name.endswith(("_seconds", "_messages", "_streams")) or family.type == "counter", family.name
