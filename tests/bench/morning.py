"""Eight in the morning: ten thousand people within a minute, by HTTP, through the edge of a Compose installation."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from services.queue.demo import OFFICE
from tests.bench.report import Figure, Goal, Report, percentile
from tests.bench.stage import NoServers
from tests.deploy.compose import Compose
from tests.load.__main__ import Rush, rush_hour
from tests.support.servers import KAFKA_IMAGE, docker_has

SERVICE = "skck"
SECONDS = 60.0
LONGEST_SECONDS = 60.0
"""So long after the last tap at most has everybody an answer."""


async def run(*, short: bool) -> Report:
    """One morning. Everybody asks again with the same key until the answer is final."""
    if not docker_has(KAFKA_IMAGE):
        raise NoServers("the edge runs in a container: this bar needs Docker")
    people = 1_000 if short else 10_000
    with TemporaryDirectory(prefix="kentongan-morning-") as folder:
        installation = Compose(Path(folder))
        try:
            await asyncio.to_thread(installation.up, "--build")
            await asyncio.to_thread(installation.seed, "--quota", "10000")
            rush = await rush_hour(installation.address, OFFICE, SERVICE, people, SECONDS * people / 10_000)
        finally:
            await asyncio.to_thread(installation.down)
    return _report(rush, people)


def _report(rush: Rush, people: int) -> Report:
    answered = Figure("people with a final answer", [len(rush.seconds)], "")
    tickets = Figure("tickets, each number once and none missing", [len(rush.numbers) if rush.gapless else 0], "")
    longest = Figure("tap to final answer, longest", [max(rush.seconds, default=LONGEST_SECONDS * 10)], "s")
    figures = [
        *(
            Figure(f"tap to final answer, p{percent}", [percentile(rush.seconds, percent)], "s")
            for percent in (50, 95, 99)
        ),
        *(
            Figure(f"a page meanwhile, p{percent}", [percentile(rush.pages, percent) * 1000], "ms")
            for percent in (50, 99)
        ),
    ]
    return Report(
        "morning",
        f"{people:,} people within {SECONDS * people / 10_000:g} s, by HTTP through the edge",
        figures,
        [Goal(answered, people), Goal(tickets, people), Goal(longest, LONGEST_SECONDS, at_most=True)],
        [f"answers: {dict(rush.answers)}"],
    )
