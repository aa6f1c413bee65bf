"""A worker is killed between any two steps of its loop: what it was asked for happens once, and is told."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from shared.settings import Settings
from tests.chaos.gate import (
    Trap,
    begins_transaction,
    commits_offsets_after_publishing,
    commits_transaction,
    kafka_gate,
    mongo_gate,
    publishes,
)
from tests.chaos.load import Answers
from tests.chaos.programs import Program, started
from tests.chaos.truth import check
from tests.queue.running import QUOTA, Site, of, running
from tests.queue.streams import Stream, listening
from tests.support.waiting import until

PEOPLE = 3


@dataclass(frozen=True, slots=True)
class Step:
    """Where a worker is caught."""

    server: str
    trap: Callable[[Collection[str]], Trap]
    """For the commands whose worker is caught."""
    answers: bool = False
    """Its request arrives, and only the answer does not."""
    told_to_stop: bool = False
    """It is finishing what it had begun, after SIGTERM."""


STEPS: Mapping[str, Step] = {
    "before its transaction": Step("mongo", begins_transaction),
    "before its transaction's commit": Step("mongo", commits_transaction),
    "before it hears that its transaction is committed": Step("mongo", commits_transaction, answers=True),
    "before it publishes": Step("kafka", publishes),
    "before it hears that its events are published": Step("kafka", publishes, answers=True),
    "before it commits its offsets": Step("kafka", commits_offsets_after_publishing),
    "while it drains": Step("mongo", commits_transaction, told_to_stop=True),
}


@pytest.mark.parametrize("name", STEPS)
async def test_a_worker_that_is_killed(name: str, settings: Settings, tmp_path: Path) -> None:
    """Its successor finishes what it had begun; the dead one's late words harm nobody."""
    step, folder = STEPS[name], tmp_path
    async with (
        kafka_gate(settings.kafka) as (kafka, through_kafka),
        mongo_gate(settings.mongo) as (mongo, through_mongo),
        running(settings.model_copy(update={"wait_seconds": 2.0}), worker=False) as site,
        site.client() as citizen,
    ):
        gate = {"kafka": kafka, "mongo": mongo}[step.server]
        gated = settings.model_copy(update={"kafka": through_kafka, "mongo": through_mongo})
        async with started(worker := Program("worker", gated, folder)):
            office = await site.open_office()
            async with listening(site, f"{office.path}/board/stream") as board:
                keys = [str(uuid4()) for _ in range(PEOPLE)]
                gate.hold(step.trap(keys), answers=step.answers)
                asked = [asyncio.create_task(office.taken_in_the_end(citizen, key)) for key in keys]
                await until(gate.reached.is_set, within=60, what="the worker is at the step")
                if step.answers:
                    await has_arrived(step, site, keys, board)
                if step.told_to_stop:
                    await drains(worker)
                worker.kill()
        async with started(Program("worker", settings, folder)):
            tickets = [await ticket for ticket in asked]
            gate.let_go()
            last = await office.taken_in_the_end(citizen, str(uuid4()))
            assert of(await citizen.get(office.path), 200)["services"][0]["waiting"] == PEOPLE + 1
        assert sorted(ticket["number"] for ticket in tickets) == ["A-001", "A-002", "A-003"]
        assert last["number"] == "A-004"
        await check(settings, Answers({ticket["id"]: ticket for ticket in (*tickets, last)}), QUOTA)


async def has_arrived(step: Step, site: Site, keys: list[str], board: Stream) -> None:
    """Return when the worker's request has had its effect, of which the worker hears nothing."""
    if step.server == "kafka":
        await board.shows(lambda told: told["services"][0]["waiting"] > 0, within=60)
        return

    async def entered() -> bool:
        return bool(await site.queue.store.entries(keys))

    await until(entered, within=60, what="the transaction is committed")


async def drains(worker: Program) -> None:
    """Tell a worker to stop; return when it finishes what it has begun."""
    worker.tell_to_stop()

    async def answers_nobody() -> bool:
        return (await worker.readiness())[0] == 0

    await until(answers_nobody, within=30, what="the worker answers nobody any more")
