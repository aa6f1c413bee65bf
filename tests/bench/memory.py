"""What the worker holds in memory while it handles a busy city's year in two minutes."""

from statistics import linear_regression

from shared.settings import Settings
from tests.bench import traffic
from tests.bench.report import Figure, Goal, Report
from tests.bench.stage import WORKER, installation, memory_mib, running

OFFICES = 12
"""Of three lines each, which together may give out 360,000 tickets a day."""
SAMPLE_SECONDS = 0.5
WARM_UP = 0.2
"""The part after which the interpreter, the clients and the caches have what they need."""
MOST_MIB = 8.0
"""A leak of fifty bytes a command is more."""


async def run(*, short: bool) -> Report:
    """One worker, sampled until it is done."""
    commands = 20_000 if short else 200_000
    async with installation() as settings:
        await traffic.done(settings, traffic.offices(OFFICES))
        samples = await _samples(settings, commands)
    warm = [(done, mib) for done, mib in samples if done >= commands * WARM_UP]
    slope, _ = linear_regression(*zip(*warm, strict=True))
    held = [mib for _, mib in warm]
    grown = Figure(
        f"growth over {commands:,} commands, by a line fitted after the first {WARM_UP:.0%}", [slope * commands], "MiB"
    )
    return Report(
        "memory",
        f"physical memory of the worker over {commands:,} commands",
        figures=[
            Figure("after the warm-up", [held[0]], "MiB"),
            Figure("at the end", [held[-1]], "MiB"),
            Figure("most", [max(held)], "MiB"),
        ],
        goals=[Goal(grown, MOST_MIB, at_most=True)],
    )


async def _samples(settings: Settings, commands: int) -> list[tuple[int, float]]:
    """Commands done and memory held, at even intervals."""
    samples = []
    async with traffic.watching(settings) as events:
        for part in range(0, commands, 20_000):
            await traffic.send(settings, traffic.take_tickets(traffic.offices(OFFICES), min(20_000, commands - part)))
        async with running(settings, WORKER.arguments) as worker:
            done, due = 0, 0.0
            async for moment, records in events.arrivals():
                done += len(records)
                if moment >= due:
                    samples.append((done, memory_mib(worker)))
                    due = moment + SAMPLE_SECONDS
                if done >= commands:
                    return samples
    raise AssertionError("arrivals never end")
