"""From a counter's call to the lobby boards and the citizens' pages, with a thousand of them open on one process.

Each call moves everybody in the line one place on, so that it is told to every page. A page counts as told when
it has what is true after the call: the called person the call, the others one person less ahead of them.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import httpx

from services.queue.links import Links
from shared.auth.keys import derive_key
from shared.contracts.message import Command
from shared.contracts.queue import CallNext, MarkNoShow, SignOn, TakeTicket
from shared.messaging.kafka import Publisher
from shared.settings import Settings
from tests.bench import traffic
from tests.bench.pages import Watchers, watching
from tests.bench.report import Figure, Goal, Report, percentile
from tests.bench.stage import WORKER, installation, running
from tests.support.servers import free_port
from tests.support.waiting import until

OFFICE = traffic.office("palu")
SERVICE = OFFICE.plan.services[0].id
COUNTER = OFFICE.plan.counters[0].id
API = ("-m", "services.queue", "api")
BOARDS = 10
TICKETS = 990
MOST_MILLISECONDS = 250
LOOK_SECONDS = 0.5
"""How often the pages are looked at: seldom enough not to disturb."""
SEND_SECONDS = 5.0


async def run(*, short: bool) -> Report:
    """Calls at one counter, some each round."""
    calls, rounds = (5, 2) if short else (20, 5)
    told: dict[str, list[list[float]]] = {"board": [], "called person's page": [], "other pages": []}
    async with installation(port=free_port()) as settings:
        await traffic.done(settings, [OFFICE, SignOn(office=OFFICE.office, counter=COUNTER)])
        tickets = await _taken_tickets(settings)
        async with (
            running(settings, WORKER.arguments),
            running(settings, API),
            _watching(settings, tickets) as watchers,
            traffic.sending(settings) as publisher,
        ):
            await _told(settings, publisher, watchers, 0)  # uncounted: the worker may still be joining its group
            for begun in range(1, 1 + rounds * calls, calls):
                for whole in told.values():
                    whole.append([])
                for number in range(begun, begun + calls):
                    for who, times in (await _told(settings, publisher, watchers, number)).items():
                        told[who][-1].extend(times)
    return _report(told, calls)


def _report(told: dict[str, list[list[float]]], calls: int) -> Report:
    everybody = [[*board, *called, *others] for board, called, others in zip(*told.values(), strict=True)]
    figures = [
        Figure(f"{who}, p{percent}", [percentile(times, percent) for times in rounds], "ms")
        for who, rounds in told.items()
        for percent in (50, 99)
    ]
    goal = Figure("all of them, p99", [percentile(times, 99) for times in everybody], "ms")
    return Report(
        "live",
        f"call sent to page told, {BOARDS} boards and {TICKETS} tickets ({len(everybody)} rounds of {calls} calls)",
        figures,
        [Goal(goal, MOST_MILLISECONDS, at_most=True)],
    )


async def _taken_tickets(settings: Settings) -> list[str]:
    """The ids of a line of people, in order."""
    messages = [traffic.message(settings, TakeTicket(office=OFFICE.office, service=SERVICE)) for _ in range(TICKETS)]
    async with (
        traffic.watching(settings) as events,
        traffic.sending(settings) as publisher,
        running(settings, WORKER.arguments),
    ):
        await publisher.publish(messages)
        await events.wait_for(TICKETS)
    return [traffic.id_of(message) for message in messages]


@asynccontextmanager
async def _watching(settings: Settings, tickets: Sequence[str]) -> AsyncIterator[Watchers]:
    links = Links(derive_key(settings.secret_key, "queue/links"))
    base = "/queue/api/v1"
    boards = [f"{base}/offices/{OFFICE.office}/board/stream"] * BOARDS
    pages = [f"{base}/tickets/{links.token(ticket)}/stream" for ticket in tickets]
    await _ready(settings)
    async with watching(settings, [*boards, *pages]) as watchers:
        yield watchers


async def _ready(settings: Settings) -> None:
    async with httpx.AsyncClient(base_url=f"http://{settings.host}:{settings.port}") as client:

        async def answers() -> bool:
            try:
                return (await client.get("/readyz")).is_success
            except httpx.TransportError:
                return False

        await until(answers, within=traffic.PATIENCE_SECONDS, what="the API is ready")


async def _told(settings: Settings, publisher: Publisher, watchers: Watchers, number: int) -> dict[str, list[float]]:
    """Call the person of that number (from 0) and see how many milliseconds later each page shows it."""
    began = monotonic()
    await _send(settings, publisher, CallNext(office=OFFICE.office, counter=COUNTER))
    called, everybody = BOARDS + number, BOARDS + TICKETS
    expected = {*range(BOARDS), *range(called, everybody)}
    shown = {page: (moment - began) * 1000 for page, moment in (await _shown(watchers, number, expected)).items()}
    await _send(settings, publisher, MarkNoShow(office=OFFICE.office, counter=COUNTER))
    await _shown(watchers, number, {called}, state="missed")
    return {
        "board": [shown[page] for page in range(BOARDS)],
        "called person's page": [shown[called]],
        "other pages": [shown[page] for page in range(called + 1, everybody)],
    }


async def _send(settings: Settings, publisher: Publisher, command: Command) -> None:
    await publisher.publish_one(traffic.message(settings, command), timeout_seconds=SEND_SECONDS)


async def _shown(watchers: Watchers, number: int, pages: Collection[int], *, state: str = "called") -> dict[int, float]:
    """The moments at which each of the pages has shown what has become of the person of that number."""
    shown: dict[int, float] = {}
    async with asyncio.timeout(traffic.PATIENCE_SECONDS):
        while len(shown) < len(pages):
            await asyncio.sleep(LOOK_SECONDS)
            for page, moment, message in await watchers.messages():
                if page in pages and page not in shown and _shows(page, message, number, state):
                    shown[page] = moment
    return shown


def _shows(page: int, message: dict[str, Any], number: int, state: str) -> bool:
    """Whether a message tells a page what is true after the call of that number."""
    if page < BOARDS:
        return bool(message["calls"]) and message["calls"][0]["number"].endswith(f"-{number + 1:03d}")
    place = page - BOARDS - number
    return message["state"] == state if place == 0 else place > 0 and message["ahead"] == place - 1
