"""A worker is killed between any two steps of its loop: what it was asked for happens once, and is told."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from shared.contracts.message import events_topic
from shared.messaging.mongo_store import MongoStore
from shared.mongo import connected
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
from tests.chaos.load import Answers, answered
from tests.chaos.plays import Play
from tests.chaos.programs import Program, started
from tests.chaos.truth import everything_on
from tests.support.installation import fresh_settings, installed
from tests.support.site import of
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


@pytest.mark.parametrize("batch_size", [500, 1], ids=["whole batches", "the next made ready"])
@pytest.mark.parametrize("name", STEPS)
async def test_a_worker_that_is_killed(
    name: str, batch_size: int, play: Play, kafka_address: str, mongo_address: str, tmp_path: Path
) -> None:
    """Its successor finishes what it had begun; the dead one's late words harm nobody."""
    step, answers = STEPS[name], Answers()
    async with (
        installed(fresh_settings(kafka_address, mongo_address), [play.service]) as settings,
        kafka_gate(settings.kafka) as (kafka, through_kafka),
        mongo_gate(settings.mongo) as (mongo, through_mongo),
        play.running(settings.model_copy(update={"wait_seconds": 2.0})) as site,
        site.client() as citizen,
    ):
        gate = {"kafka": kafka, "mongo": mongo}[step.server]
        gated = settings.model_copy(update={"kafka": through_kafka, "mongo": through_mongo, "batch_size": batch_size})

        async def make(key: str) -> None:
            answers.made[key] = of(await answered(citizen, play.making, key, play.body(office), answers), 201)

        async with started(worker := Program("worker", gated, tmp_path, service=play.service)):
            office = await play.open(site.do)
            keys = [str(uuid4()) for _ in range(PEOPLE)]
            ids = [play.id_of(key) for key in keys]
            before = len(await everything_on(settings, events_topic(play.service)))
            gate.hold(step.trap(ids), answers=step.answers)
            asked = [asyncio.create_task(make(key)) for key in keys]
            await until(gate.reached.is_set, within=60, what="the worker is at the step")
            if step.answers:
                await has_arrived(step, play, settings, ids, before)
            if step.told_to_stop:
                await drains(worker)
            worker.kill()
        async with started(Program("worker", settings, tmp_path, service=play.service)):
            await asyncio.gather(*asked)
            gate.let_go()
            await make(str(uuid4()))
        assert len({made["number"] for made in answers.made.values()}) == PEOPLE + 1
        await play.check(settings, answers)


async def has_arrived(step: Step, play: Play, settings: Settings, ids: list[str], before: int) -> None:
    """Return when the worker's request has had its effect, of which the worker hears nothing."""

    async def published() -> bool:
        return len(await everything_on(settings, events_topic(play.service))) > before

    async def entered() -> bool:
        async with connected(settings) as client:
            return bool(await MongoStore(client, client[settings.database(play.service)], ()).entries(ids))

    await until(published if step.server == "kafka" else entered, within=60, what="the request has had its effect")


async def drains(worker: Program) -> None:
    """Tell a worker to stop; return when it finishes what it has begun."""
    worker.tell_to_stop()

    async def answers_nobody() -> bool:
        return (await worker.readiness())[0] == 0

    await until(answers_nobody, within=30, what="the worker answers nobody any more")
