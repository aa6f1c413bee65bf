"""How many commands a second, beside a loop that does the same input and output, and beside the usual shape.

Commands lie in their topic before a contestant starts; events are counted from the first arrival to the last.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from shared.contracts import reports
from shared.contracts.message import Command
from shared.settings import Settings
from tests.bench import reports_traffic, traffic
from tests.bench.report import Figure, Goal, Report, ratio
from tests.bench.stage import BARE, BARES, USUAL, WORKER, WORKERS, Contestant, installation, running

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
    made: Callable[[int], Iterator[Command]]
    """So many of them."""


async def run(*, short: bool) -> Report:
    """Tickets that are taken."""
    scale, rounds = (4, 2) if short else (1, 5)
    in_batches, one_by_one, usually = 10_000 // scale, 400 // scale, 1_000 // scale
    offices = traffic.offices(OFFICES)
    plain = partial(traffic.take_tickets, offices)
    worker = Heat("worker", WORKER, BATCH, in_batches, plain)
    bare = Heat("bare loop", BARE, BATCH, in_batches, plain)
    with_phones = partial(traffic.take_tickets, offices, phones=True)
    phones = Heat("worker, a phone number with each", WORKER, BATCH, in_batches, with_phones)
    usual = Heat("usual FastStream shape", USUAL, BATCH, usually, plain)
    single_worker = Heat("worker, one by one", WORKER, 1, one_by_one, plain)
    single_bare = Heat("bare loop, one by one", BARE, 1, one_by_one, plain)
    heats = (worker, bare, phones, usual, single_worker, single_bare)
    rates = await _measured(heats, offices, rounds)
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


async def run_reports(*, short: bool) -> Report:
    """Reports that are filed."""
    scale, rounds = (4, 2) if short else (1, 5)
    in_batches, one_by_one = 6_000 // scale, 400 // scale
    service = reports.SERVICE
    offices = reports_traffic.offices(OFFICES)
    known = partial(reports_traffic.file_reports, offices)
    unknown = partial(reports_traffic.file_reports, offices, anonymous=True)
    worker = Heat("worker", WORKERS[service], BATCH, in_batches, known)
    bare = Heat("bare loop", BARES[service], BATCH, in_batches, known)
    anonymous = Heat("worker, anonymous reports", WORKERS[service], BATCH, in_batches, unknown)
    anonymous_bare = Heat("bare loop, anonymous reports", BARES[service], BATCH, in_batches, unknown)
    single_worker = Heat("worker, one by one", WORKERS[service], 1, one_by_one, known)
    single_bare = Heat("bare loop, one by one", BARES[service], 1, one_by_one, known)
    heats = (worker, bare, anonymous, anonymous_bare, single_worker, single_bare)
    rates = await _measured(heats, offices, rounds)
    return Report(
        "reports",
        f"FileReport to {OFFICES} offices, durable and published ({rounds} rounds)",
        figures=[Figure(heat.name, rates[heat], "/s") for heat in heats],
        goals=[
            Goal(ratio(f"worker / bare loop, batches of {BATCH}", rates[worker], rates[bare]), 0.8),
            Goal(ratio("worker / bare loop, anonymous", rates[anonymous], rates[anonymous_bare]), 0.8),
            Goal(ratio("worker / bare loop, one by one", rates[single_worker], rates[single_bare]), 0.8),
        ],
    )


async def _measured(heats: Sequence[Heat], offices: Sequence[Command], rounds: int) -> dict[Heat, list[float]]:
    """Commands a second of all heats in turn, round by round."""
    rates: dict[Heat, list[float]] = {heat: [] for heat in heats}
    async with AsyncExitStack() as stack:
        places = {heat: await stack.enter_async_context(installation(batch_size=heat.batch_size)) for heat in heats}
        for heat in heats:
            if heat.contestant in WORKERS.values():
                await traffic.done(places[heat], offices)
        for _ in range(rounds):
            for heat in heats:
                rates[heat].append(await _rate(heat, places[heat], offices[0].publisher))
    return rates


async def _rate(heat: Heat, settings: Settings, service: str) -> float:
    async with traffic.watching(settings, service) as events:
        await traffic.send(settings, heat.made(heat.commands))
        async with running(settings, heat.contestant.arguments):
            return await events.rate_of(heat.commands)
