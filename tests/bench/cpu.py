"""The loop's own work: processor time per command, with a database and a broker that cost nothing.

From records in memory to documents in BSON and events in aiokafka's builders, in batches of 500, beside the bare
loop doing the same. A core can carry no more commands than this allows, however fast the servers are.
"""

import gc
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import count
from time import perf_counter, process_time
from typing import Any, cast

from aiokafka import ConsumerRecord
from aiokafka.partitioner import DefaultPartitioner

from services.queue.domain.office import Office
from services.queue.routes import ROUTES
from shared.clock import system_clock
from shared.contracts.message import commands_topic
from shared.contracts.queue import SERVICE
from shared.messaging.attempt import ACCEPTED
from shared.messaging.envelope import Record
from shared.messaging.kafka import Publisher, as_records
from shared.messaging.loop import Loop
from shared.messaging.mongo_store import Mapper
from shared.messaging.store import Published
from shared.metrics import LoopMetrics
from shared.process import calm_collector
from shared.settings import Settings
from tests.bench import traffic
from tests.bench.bare import Bare
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

Settle = Callable[[Sequence[ConsumerRecord]], Awaitable[None]]


async def run(*, short: bool) -> Report:
    """The worker's loop and the bare one in turn."""
    commands, rounds = (5_000, 3) if short else (20_000, 5)
    worker, bare, settings = StubbedWorker(), _bare(), Settings()
    topic = Topic(settings)
    spent: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, phones, settle in (
            ("worker's loop", False, worker.settle),
            ("bare loop", False, bare),
            ("worker's loop, a phone number with each", True, worker.settle),
        ):
            worker.phases.clear()
            batches = list(topic.batches(commands, phones=phones))
            each = await _microseconds(settle, batches, commands)
            spent[name].append(each)
            if name == "worker's loop":
                whole = sum(worker.phases.values())
                for phase, seconds in worker.phases.items():
                    spent[f"  of which: {phase}"].append(each * seconds / whole)
    loop = Figure("worker's loop", spent.pop("worker's loop"), "µs")
    return Report(
        "cpu",
        f"processor time per TakeTicket, database and broker stubbed ({rounds} rounds of {commands:,})",
        figures=[
            *(Figure(name, values, "µs") for name, values in spent.items()),
            ratio("worker's loop / bare loop", loop.values, spent["bare loop"]),
        ],
        goals=[Goal(loop, MOST_MICROSECONDS, at_most=True)],
    )


class StubbedWorker:
    """The worker's way with a batch: settle, publish, report."""

    def __init__(self) -> None:
        write = Mapper(Office).write
        known = {c.office: write(Office(c.office, c.plan, revision=1, version=1)) for c in traffic.offices(OFFICES)}
        database = StubDatabase(offices=StubCollection(known))
        owners = count()
        self._loop = Loop(
            ROUTES,
            StubbedStore(cast(Any, StubClient()), cast(Any, database), ROUTES.kinds),
            key=bytes(32),
            clock=system_clock,
            new_owner=lambda: f"owner-{next(owners)}",
        )
        self._publisher = Publisher(broker_of(StubProducer()))
        self._metrics = LoopMetrics(SERVICE)
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

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._offsets = [count() for _ in range(PARTITIONS)]
        self._partition_of = DefaultPartitioner()

    def batches(self, commands: int, *, phones: bool) -> Iterator[list[ConsumerRecord]]:
        """People who take tickets, in batches."""
        taken = traffic.take_tickets(traffic.offices(OFFICES), commands, phones=phones)
        records = [self._record(traffic.message(self._settings, command)) for command in taken]
        for start in range(0, len(records), BATCH):
            yield records[start : start + BATCH]

    def _record(self, sent: Published) -> ConsumerRecord:
        partition = self._partition_of(sent.key, range(PARTITIONS), range(PARTITIONS))
        assert sent.key is not None
        assert sent.value is not None
        return ConsumerRecord(
            topic=commands_topic(SERVICE),
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


def _bare() -> Settle:
    return Bare(cast(Any, StubClient()), cast(Any, StubDatabase()), cast(Any, StubProducer()), Settings()).settle


async def _microseconds(settle: Settle, batches: Sequence[Sequence[ConsumerRecord]], commands: int) -> float:
    calm_collector()  # as a process does when it starts: what was made beforehand is not the loop's litter
    began = process_time()
    for batch in batches:
        await settle(batch)
    spent = process_time() - began
    gc.unfreeze()
    return spent * 1e6 / commands
