"""Whether a command costs the same at the end of a long day: a morning's mix beside ever longer lines.

Each person who takes a ticket is matched by one who is called, served and done, so that as many wait at the end
of a round as at its beginning.
"""

from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import cycle, islice

from shared.contracts.message import Command
from shared.contracts.queue import CallNext, FinishTicket, ServeTicket, SignOn, TakeTicket
from shared.settings import Settings
from tests.bench import traffic
from tests.bench.report import Figure, Goal, Report, ratio
from tests.bench.stage import WORKER, installation, running

LINES = (100, 1_000, 5_000)
"""People waiting."""
OFFICE = traffic.office("palu", counters=4)
SERVICE = OFFICE.plan.services[0].id
LEAST = 0.8


async def run(*, short: bool) -> Report:
    """The same commands beside each length of line, round by round."""
    commands, rounds = (1_000, 2) if short else (4_000, 5)
    rates: dict[int, list[float]] = {length: [] for length in LINES}
    async with AsyncExitStack() as stack:
        places = {length: await stack.enter_async_context(installation()) for length in LINES}
        for length, settings in places.items():
            await traffic.done(
                settings, [OFFICE, *_signings(), *[TakeTicket(office=OFFICE.office, service=SERVICE)] * length]
            )
        for _ in range(rounds):
            for length, settings in places.items():
                rates[length].append(await _handle(settings, list(_mix(commands))))
    fewest, *longer = LINES
    return Report(
        "growth",
        f"TakeTicket, CallNext, ServeTicket, FinishTicket in equal parts ({rounds} rounds of {commands:,})",
        figures=[Figure(f"{length:,} people waiting", values, "/s") for length, values in rates.items()],
        goals=[
            Goal(ratio(f"{length:,} people / {fewest:,} people", rates[length], rates[fewest]), LEAST)
            for length in longer
        ],
    )


def _signings() -> Iterator[Command]:
    """Somebody works at each counter."""
    for counter in OFFICE.plan.counters:
        yield SignOn(office=OFFICE.office, counter=counter.id)


def _mix(commands: int) -> Iterator[Command]:
    """So many commands, at each counter in turn."""
    counters = cycle(counter.id for counter in OFFICE.plan.counters)
    for counter in islice(counters, commands // 4):
        yield TakeTicket(office=OFFICE.office, service=SERVICE)
        yield CallNext(office=OFFICE.office, counter=counter)
        yield ServeTicket(office=OFFICE.office, counter=counter)
        yield FinishTicket(office=OFFICE.office, counter=counter)


async def _handle(settings: Settings, commands: Sequence[Command]) -> float:
    """Commands a second, which lie in the topic before the worker starts. None may be refused."""
    async with traffic.watching(settings) as events:
        await traffic.send(settings, commands)
        async with running(settings, WORKER.arguments):
            return await events.rate_of(len(commands))
