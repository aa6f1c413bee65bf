"""How many commands a second, beside a loop that does the same input and output, and beside the usual shape.

Commands lie in their topic before a contestant starts; events are counted from the first arrival to the last.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from shared.settings import Settings
from tests.bench import traffic
from tests.bench.report import Figure, Goal, Report, ratio
from tests.bench.stage import BARE, USUAL, WORKER, Contestant, installation, running

OFFICES = 8
"""Of three lines each."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Heat:
    """One contestant's way of running, in an installation of its own."""

    name: str
    contestant: Contestant
    batch_size: int
    commands: int
    phones: bool = False


async def run(*, short: bool) -> Report:
    """All heats in turn, round by round."""
    scale, rounds = (4, 2) if short else (1, 5)
    in_batches, one_by_one, usually = 10_000 // scale, 400 // scale, 1_000 // scale
    worker = Heat("worker", WORKER, BATCH, in_batches)
    bare = Heat("bare loop", BARE, BATCH, in_batches)
    phones = Heat("worker, a phone number with each", WORKER, BATCH, in_batches, phones=True)
    usual = Heat("usual FastStream shape", USUAL, BATCH, usually)
    single_worker = Heat("worker, one by one", WORKER, 1, one_by_one)
    single_bare = Heat("bare loop, one by one", BARE, 1, one_by_one)
    heats = (worker, bare, phones, usual, single_worker, single_bare)

    rates: dict[Heat, list[float]] = {heat: [] for heat in heats}
    async with AsyncExitStack() as stack:
        places = {heat: await stack.enter_async_context(installation(batch_size=heat.batch_size)) for heat in heats}
        for heat in heats:
            if heat.contestant is WORKER:
                await traffic.done(places[heat], traffic.offices(OFFICES))
        for _ in range(rounds):
            for heat in heats:
                rates[heat].append(await _rate(heat, places[heat]))

    return Report(
        "throughput",
        f"TakeTicket into {OFFICES * 3} lines of {OFFICES} offices, durable and published ({rounds} rounds)",
        figures=[Figure(heat.name, rates[heat], "/s") for heat in heats],
        goals=[
            Goal(ratio(f"worker / bare loop, batches of {BATCH}", rates[worker], rates[bare]), 0.8),
            Goal(ratio("worker / bare loop, one by one", rates[single_worker], rates[single_bare]), 0.8),
            Goal(ratio("worker / usual FastStream shape", rates[worker], rates[usual]), 10),
        ],
    )


async def _rate(heat: Heat, settings: Settings) -> float:
    commands = traffic.take_tickets(traffic.offices(OFFICES), heat.commands, phones=heat.phones)
    async with traffic.watching(settings) as events:
        await traffic.send(settings, commands)
        async with running(settings, heat.contestant.arguments):
            return await events.rate_of(heat.commands)
