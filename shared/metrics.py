"""Prometheus metrics, each declared once with its unit and meaning. Served at `/metrics` of every process.

Invariants: a label takes few values, all from our own code (a message's type, a refusal's slug, a route's
template), never from what a client sends; the hot loop reports a whole batch by one call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import NamedTuple, Protocol

from prometheus_client import (
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LONGEST_AGE_SECONDS = 86_400.0
"""A stated time beyond this says more about its sender's clock than about us."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # a gauge beside every counter that tells nothing we ask

# The bus loop

COMMANDS = Counter(
    "kentongan_commands",
    "Commands, and reactions to other services' events, by what became of them: "
    "`accepted`, the slug of a refusal, or `repeated` for one that had been handled before.",
    ["service", "type", "outcome"],
)
BATCH_SIZE = Histogram(
    "kentongan_batch_size_messages",
    "Messages in a batch that was settled by one transaction.",
    ["service"],
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
)
BATCH_SECONDS = Histogram(
    "kentongan_batch_seconds",
    "Time that a batch spent in each phase: load, handle, commit, publish.",
    ["service", "phase"],
    buckets=_SECONDS,
)
END_TO_END_SECONDS = Histogram(
    "kentongan_end_to_end_seconds",
    "From the time a command states as its own (ce_time) until its events were acknowledged by the broker.",
    ["service"],
    buckets=(*_SECONDS, 300, 1800),
)
DEAD_LETTERS = Counter(
    "kentongan_dead_letters",
    "Messages that could not be handled, by kind of reason, such as `invalid-data`.",
    ["service", "kind"],
)
RETRIES = Counter(
    "kentongan_batch_retries",
    "Batches that had to wait because the broker or the database was away or disagreed.",
    ["service"],
)
FENCED = Counter(
    "kentongan_fenced_partitions",
    "Partitions that a worker found to be owned by another one when it wanted to write.",
    ["service"],
)

# The event tail and the live pages

TAIL_SECONDS = Histogram(
    "kentongan_event_tail_delay_seconds",
    "From the time of an event until an API process saw it.",
    ["service"],
    buckets=(*_SECONDS, 300),
)
EVENT_STREAMS = Gauge(
    "kentongan_open_event_streams",
    "Server-sent event streams that are open: phones and boards that watch.",
    ["service"],
)

# Telephone numbers

PHONE_CODES = Counter(
    "kentongan_phone_codes",
    "Codes that prove telephone numbers, by what became of them: `sent`, `not-sent` for want of the gateway, `limited` "
    "for who must wait, `proven` or `wrong` where one was entered.",
    ["service", "outcome"],
)

# HTTP

HTTP_REQUESTS = Counter(
    "kentongan_http_requests",
    "HTTP requests by the template of their route, never by the path itself.",
    ["service", "method", "route", "status"],
)
HTTP_SECONDS = Histogram(
    "kentongan_http_request_seconds",
    "From an HTTP request until the end of its response; for an event stream, until its beginning.",
    ["service", "method", "route"],
    buckets=_SECONDS,
)


class Batch(Protocol):
    """What the loop tells about a batch it has settled."""

    @property
    def records(self) -> int: ...

    @property
    def outcomes(self) -> Mapping[tuple[str, str], int]:
        """(message type, outcome) → commands."""

    @property
    def dead(self) -> Mapping[str, int]:
        """Kind of reason → messages."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """Phase → time."""

    @property
    def issued_at(self) -> Sequence[datetime]: ...


class LoopMetrics:
    """A worker's numbers."""

    def __init__(self, service: str) -> None:
        self._observe_size = BATCH_SIZE.labels(service).observe
        self._observe_age = END_TO_END_SECONDS.labels(service).observe
        self._phase = cache(lambda phase: BATCH_SECONDS.labels(service, phase))
        self._command = cache(lambda type_, outcome: COMMANDS.labels(service, type_, outcome))
        self._dead = cache(lambda kind: DEAD_LETTERS.labels(service, kind))
        self._retries = RETRIES.labels(service)
        self._fenced = FENCED.labels(service)

    def published(self, batch: Batch, publish_seconds: float, now: datetime) -> None:
        """The batch is durable and its events are acknowledged."""
        self._observe_size(batch.records)
        for phase, seconds in batch.seconds.items():
            self._phase(phase).observe(seconds)
        self._phase("publish").observe(publish_seconds)
        for (type_, outcome), times in batch.outcomes.items():
            self._command(type_, outcome).inc(times)
        for kind, times in batch.dead.items():
            self._dead(kind).inc(times)
        timestamp = now.timestamp()
        for issued_at in batch.issued_at:
            self._observe_age(_age(issued_at.timestamp(), timestamp))

    def retried(self) -> None:
        """The batch must wait."""
        self._retries.inc()

    def fenced(self, partitions: int) -> None:
        """Another worker owns them now."""
        self._fenced.inc(partitions)


class TailMetrics:
    """An API process's numbers about what it hears from the bus."""

    def __init__(self, service: str) -> None:
        self._observe = TAIL_SECONDS.labels(service).observe

    def seen(self, issued_at: datetime, now: datetime) -> None:
        """An event came by."""
        self._observe(_age(issued_at.timestamp(), now.timestamp()))


class _Reader(NamedTuple):
    service: str
    group: str
    lag: Callable[[], Mapping[str, int]]


class Lag(Collector):
    """How many messages wait in each partition, read when Prometheus asks: nothing goes stale when partitions move.

    Of all readers of this process: where everything runs in one, each is told from the other by its group.
    """

    def __init__(self) -> None:
        self._readers: list[_Reader] = []

    @contextmanager
    def of(self, service: str, group: str, lag: Callable[[], Mapping[str, int]]) -> Iterator[None]:
        """Ask a reader as long as it reads. `lag` gives messages by `topic/partition`."""
        reader = _Reader(service, group, lag)
        self._readers.append(reader)
        try:
            yield
        finally:
            self._readers.remove(reader)

    def describe(self) -> Iterator[Metric]:
        """Its name alone: registering asks nobody."""
        yield self._family()

    def collect(self) -> Iterator[Metric]:
        """The partitions of the moment, each once: two readers of one group may not agree yet whose it is."""
        found: dict[tuple[str, ...], int] = {}
        for reader in list(self._readers):
            for place, waiting in reader.lag().items():
                topic, _, partition = place.rpartition("/")
                found[reader.service, reader.group, topic, partition] = waiting
        family = self._family()
        for labels, waiting in sorted(found.items()):
            family.add_metric(labels, waiting)
        yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "kentongan_consumer_lag_messages",
            "Messages in a partition of this process that a reader of a group has not handled yet.",
            labels=["service", "group", "topic", "partition"],
        )


LAG = Lag()
REGISTRY.register(LAG)


def _age(issued: float, now: float) -> float:
    """Never negative and never absurd: the sender's clock is not ours."""
    return min(max(0.0, now - issued), _LONGEST_AGE_SECONDS)
