"""From a command's sending to its event at a consumer, at a steady pace, beside the bare loop.

Sent one by one at even intervals as an API process sends them, whatever becomes of those before.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from itertools import count
from time import monotonic

from shared.contracts.message import Command
from shared.messaging.kafka import Publisher
from shared.settings import Settings
from tests.bench import traffic
from tests.bench.report import Figure, Goal, Report, percentile, ratio
from tests.bench.stage import BARE, WORKER, Contestant, installation, running

OFFICES = 8
PACES = (50, 200)
"""Commands a second."""
WARM_UP_SECONDS = 2
SEND_SECONDS = 5.0


async def run(*, short: bool) -> Report:
    """Both contestants at each pace, round by round."""
    seconds, rounds = (5, 2) if short else (20, 5)
    half: dict[tuple[Contestant, int], list[float]] = defaultdict(list)
    most: dict[tuple[Contestant, int], list[float]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        places = {contestant: await stack.enter_async_context(installation()) for contestant in (WORKER, BARE)}
        await traffic.done(places[WORKER], traffic.offices(OFFICES))
        for _ in range(rounds):
            for pace in PACES:
                for contestant, settings in places.items():
                    taken = await _latencies(contestant, settings, pace, seconds)
                    half[contestant, pace].append(percentile(taken, 50))
                    most[contestant, pace].append(percentile(taken, 99))
    figures = [
        Figure(f"{contestant.name}, {pace}/s, {name}", values[contestant, pace], "ms")
        for pace in PACES
        for name, values in (("p50", half), ("p99", most))
        for contestant in (WORKER, BARE)
    ]
    goals = [
        Goal(ratio(f"p99 of worker / bare loop, {pace}/s", most[WORKER, pace], most[BARE, pace]), 1.3, at_most=True)
        for pace in PACES
    ]
    return Report("latency", f"command sent to event seen ({rounds} rounds of {seconds} s)", figures, goals)


async def _latencies(contestant: Contestant, settings: Settings, pace: int, seconds: int) -> list[float]:
    """In milliseconds, after the contestant has had time to warm up."""
    warm_up = pace * WARM_UP_SECONDS
    commands = traffic.take_tickets(traffic.offices(OFFICES), warm_up + pace * seconds)
    async with (
        traffic.watching(settings) as events,
        traffic.sending(settings) as publisher,
        running(settings, contestant.arguments),
    ):
        await traffic.send(settings, traffic.take_tickets(traffic.offices(OFFICES), 1))
        await events.wait_for(1)
        sent: dict[str, float] = {}
        sending = asyncio.create_task(_send_evenly(settings, publisher, commands, pace, sent))
        taken: list[float] = []
        async for moment, records in events.arrivals():
            taken.extend((moment - sent[traffic.cause_of(record)]) * 1000 for record in records)
            if len(taken) >= warm_up + pace * seconds:
                break
        await sending
    return taken[warm_up:]


async def _send_evenly(
    settings: Settings, publisher: Publisher, commands: Iterator[Command], pace: int, sent: dict[str, float]
) -> None:
    began = monotonic()
    async with asyncio.TaskGroup() as group:
        for n, command in zip(count(), commands, strict=False):
            await asyncio.sleep(max(0.0, began + n / pace - monotonic()))
            message = traffic.message(settings, command)
            sent[traffic.id_of(message)] = monotonic()
            group.create_task(publisher.publish_one(message, timeout_seconds=SEND_SECONDS))
