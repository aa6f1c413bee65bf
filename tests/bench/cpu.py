"""The loop's own work: processor time per command, with a database and a broker that cost nothing.

From records in memory to documents in BSON and events in aiokafka's builders, in batches of 500, beside the bare
loop doing the same. A core can carry no more commands than this allows, however fast the servers are.
"""

import gc
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from time import perf_counter, process_time
from typing import Any, NamedTuple, cast

from aiokafka import ConsumerRecord
from aiokafka.partitioner import DefaultPartitioner

from services.queue.domain.office import Office
from services.queue.routes import ROUTES
from services.reports.domain.office import Office as ReportsOffice
from services.reports.routes import ROUTES as REPORTS
from shared.clock import system_clock
from shared.contracts.message import Command, commands_topic
from shared.messaging.attempt import ACCEPTED
from shared.messaging.envelope import Record
from shared.messaging.kafka import Publisher, as_records
from shared.messaging.loop import Loop
from shared.messaging.mongo_store import Mapper
from shared.messaging.routes import Routes
from shared.messaging.store import Published
from shared.metrics import LoopMetrics
from shared.process import calm_collector
from shared.settings import Settings
from tests.bench import reports_traffic, traffic
from tests.bench.bare import Bare, shape_of
from tests.bench.report import Figure, Goal, Report, ratio
from tests.bench.stubs import (
    PARTITIONS,
    StubbedStore,
    StubClient,
    StubCollection,
    StubDatabase,
    StubProducer,
    broker_of,
)

OFFICES = 8
BATCH = 500
MOST_MICROSECONDS = 60
LOOP, BARE = "worker's loop", "bare loop"

Settle = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]


class Subject(NamedTuple):
    """What is measured: a service's command, plain and as it costs more or less."""

    bar: str
    command: str
    routes: Routes
    offices: Mapping[str, Any]
    """The office of each id, as it is stored."""
    plain: Callable[[int], Iterator[Command]]
    variant: str
    varied: Callable[[int], Iterator[Command]]
    most: float | None = None
    """Microseconds of the loop that are enough."""


async def run(*, short: bool) -> Report:
    """Tickets that are taken."""
    places = traffic.offices(OFFICES)
    write = Mapper(Office).write
    subject = Subject(
        bar="cpu",
        command="TakeTicket",
        routes=ROUTES,
        offices={c.office: write(Office(c.office, c.plan, revision=1, version=1)) for c in places},
        plain=lambda commands: traffic.take_tickets(places, commands),
        variant="a phone number with each",
        varied=lambda commands: traffic.take_tickets(places, commands, phones=True),
        most=MOST_MICROSECONDS,
    )
    return await measure(subject, short=short)


async def run_reports(*, short: bool) -> Report:
    """Reports that are filed, by people who can be reached and by others."""
    places = reports_traffic.offices(OFFICES)
    write = Mapper(ReportsOffice).write
    subject = Subject(
        bar="reports-cpu",
        command="FileReport",
        routes=REPORTS,
        offices={c.office: write(ReportsOffice(c.office, c.plan, revision=1, version=1)) for c in places},
        plain=lambda commands: reports_traffic.file_reports(places, commands),
        variant="anonymous",
        varied=lambda commands: reports_traffic.file_reports(places, commands, anonymous=True),
    )
    return await measure(subject, short=short)


async def measure(subject: Subject, *, short: bool) -> Report:
    """The worker's loop and the bare one in turn."""
    commands, rounds = (5_000, 3) if short else (20_000, 5)
    worker, bare, settings = StubbedWorker(subject), _bare(subject.routes.service), Settings()
    topic = Topic(settings, subject.routes.service)
    spent: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, made, settle in (
            (LOOP, subject.plain, worker.settle),
            (BARE, subject.plain, bare),
            (f"{LOOP}, {subject.variant}", subject.varied, worker.settle),
        ):
            worker.phases.clear()
            batches = list(topic.batches(made(commands)))
            each = await _microseconds(settle, batches, commands)
            spent[name].append(each)
            if name == LOOP:
                whole = sum(worker.phases.values())
                for phase, seconds in worker.phases.items():
                    spent[f"  of which: {phase}"].append(each * seconds / whole)
    loop = Figure(LOOP, spent.pop(LOOP), "µs")
    compared = ratio(f"{LOOP} / {BARE}", loop.values, spent[BARE])
    return Report(
        subject.bar,
        f"processor time per {subject.command}, database and broker stubbed ({rounds} rounds of {commands:,})",
        figures=[
            *([loop] if subject.most is None else []),
            *(Figure(name, values, "µs") for name, values in spent.items()),
            compared,
        ],
        goals=[] if subject.most is None else [Goal(loop, subject.most, at_most=True)],
    )


class StubbedWorker:
    """The worker's way with a batch: settle, publish, report."""

    def __init__(self, subject: Subject) -> None:
        database = StubDatabase(offices=StubCollection(subject.offices))
        owners = count()
        routes = subject.routes
        self._loop = Loop(
            routes,
            StubbedStore(cast(Any, StubClient()), cast(Any, database), routes.kinds),
            key=bytes(32),
            clock=system_clock,
            new_owner=lambda: f"owner-{next(owners)}",
        )
        self._publisher = Publisher(broker_of(StubProducer()))
        self._metrics = LoopMetrics(routes.service)
        self.phases: dict[str, float] = defaultdict(float)

    async def settle(self, raw: Sequence[ConsumerRecord]) -> None:
        began = perf_counter()
        records = cast(list[Record], (await as_records(tuple(raw))).body)
        if new := {record.place for record in records} - self._loop.owned:
            await self._loop.claim(new)
        settled = await self._loop.settle(records)
        decided = perf_counter()
        await self._publisher.publish(settled.messages)
        published = perf_counter()
        self._metrics.published(settled.report, published - decided, system_clock())
        assert not settled.report.dead, settled.report
        assert {outcome for _, outcome in settled.report.outcomes} <= {ACCEPTED}, settled.report.outcomes
        for phase, seconds in settled.report.seconds.items():
            self.phases[phase] += seconds
        self.phases["decode"] += decided - began - sum(settled.report.seconds.values())
        self.phases["publish"] += published - decided
        self.phases["metrics"] += perf_counter() - published


class Topic:
    """Commands as aiokafka hands them out, at ever later offsets."""

    def __init__(self, settings: Settings, service: str) -> None:
        self._settings = settings
        self._name = commands_topic(service)
        self._offsets = [count() for _ in range(PARTITIONS)]
        self._partition_of = DefaultPartitioner()

    def batches(self, commands: Iterable[Command]) -> Iterator[list[ConsumerRecord]]:
        """Commands in batches."""
        records = [self._record(traffic.message(self._settings, command)) for command in commands]
        for start in range(0, len(records), BATCH):
            yield records[start : start + BATCH]

    def _record(self, sent: Published) -> ConsumerRecord:
        partition = self._partition_of(sent.key, range(PARTITIONS), range(PARTITIONS))
        assert sent.key is not None
        assert sent.value is not None
        return ConsumerRecord(
            topic=self._name,
            partition=partition,
            offset=next(self._offsets[partition]),
            timestamp=int(system_clock().timestamp() * 1000),
            timestamp_type=1,
            key=sent.key,
            value=sent.value,
            checksum=None,
            serialized_key_size=len(sent.key),
            serialized_value_size=len(sent.value),
            headers=sent.headers,
        )


def _bare(service: str) -> Settle:
    client, database, producer = cast(Any, StubClient()), cast(Any, StubDatabase()), cast(Any, StubProducer())
    return Bare(client, database, producer, Settings(), shape_of(service)).settle


async def _microseconds(settle: Settle, batches: Sequence[Sequence[ConsumerRecord]], commands: int) -> float:
    calm_collector()  # as a process does when it starts: what was made beforehand is not the loop's litter
    began = process_time()
    for batch in batches:
        await settle(batch)
    spent = process_time() - began
    gc.unfreeze()
    return spent * 1e6 / commands
