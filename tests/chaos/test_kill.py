"""kill -9 under load: whatever dies, what was acknowledged is true afterwards, and nobody has to lend a hand."""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from uuid import uuid4

import pytest

from shared.clock import system_clock
from shared.contracts.message import Command
from shared.messaging.errors import Pending, Transient
from shared.messaging.tail import Gateway, Tail
from shared.settings import Settings
from tests.chaos.load import Answers, Load
from tests.chaos.plays import Play
from tests.chaos.programs import Program, started
from tests.support.installation import create_topics, fresh_settings
from tests.support.servers import Server
from tests.support.waiting import until

SOAK_MINUTES = float(os.environ.get("KENTONGAN_CHAOS_MINUTES", "0"))
HURRIED_BATCH = 2
"""Of one of the two workers: whose batches are full, that makes the next ready while it writes."""
RECOVERY_SECONDS = 90.0
"""A group that lost a member, or a broker that was killed, takes up to a session's time-out to notice."""


@dataclass(frozen=True, slots=True)
class Stage:
    """An installation with servers of its own, at work."""

    play: Play
    settings: Settings
    api: Program
    workers: tuple[Program, Program]
    load: Load


@asynccontextmanager
async def staged(play: Play, kafka: Server, mongo: Server, folder: Path) -> AsyncIterator[Stage]:
    """Everything running, and an office open with people to work there."""
    settings = fresh_settings(kafka.address, mongo.address)
    await create_topics(settings, [play.service])
    hurried = settings.model_copy(update={"batch_size": HURRIED_BATCH})
    api = Program("api", settings, folder, service=play.service)
    workers = tuple(Program("worker", each, folder, service=play.service) for each in (settings, hurried))
    async with started(api, *workers):
        async with _asking(play, settings) as do:
            office = await play.open(do)
        yield Stage(play, settings, api, (workers[0], workers[1]), play.load(api.address, office))


@asynccontextmanager
async def _asking(play: Play, settings: Settings) -> AsyncIterator[Callable[[Command], Awaitable[None]]]:
    """Has commands handled, however long the workers take to get ready."""
    gateway = Gateway(settings, play.service, Tail(play.events), clock=system_clock)
    await gateway.start()

    async def do(command: Command) -> None:
        id = str(uuid4())

        async def handled() -> bool:
            try:
                await gateway.ask(command, id=id, actor="system")
            except (Pending, Transient):
                return False
            return True

        await until(handled, within=RECOVERY_SECONDS, what=f"{command.type()} is handled")

    try:
        yield do
    finally:
        await gateway.stop()


async def _goes_on(answers: Answers, commands: int) -> None:
    """Return when so many more commands have been acknowledged."""
    goal = answers.count + commands
    await until(lambda: answers.count >= goal, within=RECOVERY_SECONDS, what=f"{commands} commands are acknowledged")


async def _killing(stage: Stage, rounds: int, kill: Callable[[random.Random], Awaitable[None]]) -> None:
    """Kill again and again in the middle of the rush; then hold what was acknowledged against what is there."""
    dice = random.Random(stage.settings.namespace)
    async with stage.load.running() as answers:
        await _goes_on(answers, 10)
        for _ in range(rounds):
            await _goes_on(answers, dice.randint(1, 40))
            await kill(dice)
        await _goes_on(answers, 20)
    await stage.play.check(stage.settings, answers)


async def test_killed_workers_lose_and_double_nothing(
    play: Play, own_kafka: Server, own_mongo: Server, tmp_path: Path
) -> None:
    async with staged(play, own_kafka, own_mongo, tmp_path) as stage:

        async def kill(dice: random.Random) -> None:
            worker = dice.choice(stage.workers)
            worker.kill()
            worker.start()

        await _killing(stage, 6, kill)
        for worker in stage.workers:
            await worker.ready()


async def test_a_killed_api_loses_and_doubles_nothing(
    play: Play, own_kafka: Server, own_mongo: Server, tmp_path: Path
) -> None:
    async with staged(play, own_kafka, own_mongo, tmp_path) as stage:

        async def kill(_: random.Random) -> None:
            stage.api.kill()
            stage.api.start()

        await _killing(stage, 4, kill)
        await stage.api.ready()


async def test_a_killed_database_loses_nothing_and_is_missed_truthfully(
    play: Play, own_kafka: Server, own_mongo: Server, tmp_path: Path
) -> None:
    async with staged(play, own_kafka, own_mongo, tmp_path) as stage:

        async def kill(_: random.Random) -> None:
            async with own_mongo.killed():
                for program in (stage.api, *stage.workers):
                    await _misses(program, "database")

        await _killing(stage, 2, kill)
        for program in (stage.api, *stage.workers):
            await program.ready()


async def test_a_killed_broker_loses_nothing_and_is_missed_truthfully(
    play: Play, own_kafka: Server, own_mongo: Server, tmp_path: Path
) -> None:
    if not own_kafka.durable:
        pytest.skip("the embedded broker keeps nothing when it is killed; an Apache Kafka in a container does")
    async with staged(play, own_kafka, own_mongo, tmp_path) as stage:

        async def kill(_: random.Random) -> None:
            before = stage.load.answers.told_to_wait
            async with own_kafka.killed():
                for program in (stage.api, *stage.workers):
                    await _misses(program, "broker")
                await until(
                    lambda: stage.load.answers.told_to_wait > before,
                    within=RECOVERY_SECONDS,
                    what="somebody is told to come back",
                )

        await _killing(stage, 2, kill)
        for program in (stage.api, *stage.workers):
            await program.ready()


async def test_frozen_workers_that_wake_up_late_change_nothing(
    play: Play, own_kafka: Server, own_mongo: Server, tmp_path: Path
) -> None:
    """A worker that stands still loses its place to another, and does not know it when it goes on."""
    async with staged(play, own_kafka, own_mongo, tmp_path) as stage:
        turns = cycle(stage.workers)

        async def freeze(_: random.Random) -> None:
            worker = next(turns)
            worker.freeze()
            try:
                await _goes_on(stage.load.answers, 20)
            finally:
                worker.thaw()
            await worker.ready()

        await _killing(stage, 2, freeze)


@pytest.mark.skipif(SOAK_MINUTES == 0, reason="hours of it are for who asks for them: KENTONGAN_CHAOS_MINUTES=60")
async def test_whatever_breaks_in_whatever_order(
    play: Play, own_kafka: Server, own_mongo: Server, tmp_path: Path
) -> None:
    async with staged(play, own_kafka, own_mongo, tmp_path) as stage:
        programs = stage.api, *stage.workers
        victims: list[Program | Server] = [*programs, own_mongo, *([own_kafka] if own_kafka.durable else [])]

        async def break_something(dice: random.Random) -> None:
            victim = dice.choice(victims)
            if isinstance(victim, Server):
                async with victim.killed():
                    await _goes_missing(stage, dice)
            elif dice.random() < 0.3:
                victim.freeze()
                await _goes_missing(stage, dice)
                victim.thaw()
            else:
                victim.kill()
                victim.start()

        end = time.monotonic() + SOAK_MINUTES * 60
        while time.monotonic() < end:
            await _killing(stage, 10, break_something)
            for program in programs:
                await program.ready()


async def _goes_missing(stage: Stage, dice: random.Random) -> None:
    """Return when a few have noticed, or when nobody can."""
    with suppress(TimeoutError):
        async with asyncio.timeout(dice.uniform(1, 20)):
            await _goes_on(stage.load.answers, 20)


async def _misses(program: Program, check: str) -> None:
    """Return when a process says that it cannot work, and why."""

    async def says_so() -> bool:
        status, checks = await program.readiness()
        return status == 503 and checks[check] != "ok"

    await until(says_so, within=30, what=f"{program.role} says that it misses its {check}")
