"""A morning's rush: so many people ask for a ticket within so many seconds, by HTTP, each until there is an answer.

    make load ARGS='--people 10000 --seconds 60 --office polres-palu --service skck'

Prints how many were answered, how fast, whether the numbers are gapless, and how fast pages came meanwhile. The
office must be open and its quota large enough: `kentongan demo --always-open --quota 10000` sets one up.
"""

import argparse
import asyncio
import sys
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any
from uuid import uuid4

import uvloop
from httpx import AsyncClient, HTTPError, Limits

CLIENTS = 25
CONNECTIONS = 8
"""Of each client: httpx looks at all of a client's connections and waiting requests with every request."""
GIVE_UP_SECONDS = 120.0
PAUSE_SECONDS = 1.0
LOOK_SECONDS = 0.25


@dataclass(slots=True)
class Rush:
    """What has come of it so far."""

    seconds: list[float] = field(default_factory=list)
    """From a person's tap to the final answer."""
    numbers: list[int] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    pages: list[float] = field(default_factory=list)
    """Seconds that pages took meanwhile."""

    @property
    def gapless(self) -> bool:
        """Whether no number is missing and none was given out twice."""
        numbers = sorted(self.numbers)
        return bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@dataclass(slots=True)
class Connections:
    """A client, and a turn for each of its connections."""

    client: AsyncClient
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))


async def _look_around(client: AsyncClient, page: str, rush: Rush) -> None:
    """Looks at a page four times a second, as somebody who only wants to read does."""
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        (await client.get(page, headers={"accept": "text/html"})).raise_for_status()
        rush.pages.append(loop.time() - started)
        await asyncio.sleep(max(0.0, started + LOOK_SECONDS - loop.time()))


async def _person(line: Connections, body: dict[str, str], at: float, rush: Rush) -> None:
    """Taps at a moment, and asks again with the same key until the answer is final."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(0.0, at - loop.time()))
    started, headers = loop.time(), {"idempotency-key": str(uuid4())}
    while loop.time() < started + GIVE_UP_SECONDS:
        try:
            async with line.free:
                answer = await line.client.post("/queue/api/v1/tickets", json=body, headers=headers)
        except HTTPError as error:
            rush.answers[type(error).__name__] += 1
        else:
            rush.answers[str(answer.status_code)] += 1
            if answer.status_code not in (202, 429, 503):
                rush.seconds.append(loop.time() - started)
                if answer.status_code == 201:
                    ticket: dict[str, Any] = answer.json()
                    rush.numbers.append(int(ticket["number"].partition("-")[2]))
                return
        await asyncio.sleep(PAUSE_SECONDS)
    rush.answers["gave up"] += 1


def _client(address: str) -> AsyncClient:
    limits = Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    return AsyncClient(base_url=address, limits=limits, timeout=30)


async def rush_hour(address: str, office: str, service: str, people: int, seconds: float) -> Rush:
    """Everybody, evenly over the time."""
    rush = Rush()
    async with AsyncExitStack() as clients:
        lines = [Connections(await clients.enter_async_context(_client(address))) for _ in range(CLIENTS)]
        reader = await clients.enter_async_context(_client(address))
        looking = asyncio.create_task(_look_around(reader, f"/queue/offices/{office}/services/{service}", rush))
        try:
            async with asyncio.TaskGroup() as group:
                start = asyncio.get_running_loop().time()
                for person in range(people):
                    body = {"office": office, "service": service}
                    group.create_task(_person(lines[person % CLIENTS], body, start + person * seconds / people, rush))
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
    return rush


def _report(rush: Rush, people: int) -> bool:
    numbers = sorted(rush.numbers)
    gapless = rush.gapless
    print(f"answered   {len(rush.seconds)} of {people}  ({dict(rush.answers)})")
    if len(rush.seconds) > 1:
        cuts = quantiles(rush.seconds, n=100)
        print(f"seconds    p50 {cuts[49]:.3f}  p95 {cuts[94]:.3f}  p99 {cuts[98]:.3f}  longest {max(rush.seconds):.3f}")
    if len(rush.pages) > 1:
        cuts = quantiles(rush.pages, n=100)
        print(f"pages      p50 {cuts[49]:.3f}  p99 {cuts[98]:.3f}  longest {max(rush.pages):.3f} seconds meanwhile")
    print(f"tickets    {len(numbers)}, numbers {'gapless' if gapless else 'WITH GAPS'}")
    return len(rush.seconds) == people and gapless


def main() -> None:
    """Read the command line, make the rush, tell what came of it. Exits with 1 where a person got no ticket."""
    parser = argparse.ArgumentParser(
        prog="make load", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--address", default="http://127.0.0.1:8080")
    parser.add_argument("--office", default="polres-palu")
    parser.add_argument("--service", default="skck")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10.0)
    wish = parser.parse_args()
    if not wish.address.startswith(("http://127.0.0.1", "http://localhost")):
        sys.exit("load: only an installation on this machine is a target")
    rush = uvloop.run(rush_hour(wish.address, wish.office, wish.service, wish.people, wish.seconds))
    sys.exit(0 if _report(rush, wish.people) else 1)


if __name__ == "__main__":
    main()
