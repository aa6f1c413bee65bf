"""The manager's twelve weeks over a season of tickets: as the first who asks has them, and whoever asks again.

The days that are over have been summed up by the worker, as on any day but the first after an upgrade; what that one
takes is told beside it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from statistics import median
from time import monotonic
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx

from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line, line_id
from services.queue.domain.ticket import Ticket
from services.queue.routes import ROUTES
from shared.contracts.queue import SERVICE, AddStaff, State
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, connected
from shared.settings import Settings
from tests.bench import traffic
from tests.bench.report import Figure, Goal, Report
from tests.bench.stage import WORKER, installation, running
from tests.support.servers import free_port
from tests.support.site import CHEAP, PASSWORD
from tests.support.waiting import until

OFFICE = traffic.office("polres-palu", counters=6)
PREFIX = "/queue/api/v1"
API = ("-m", "services.queue", "api")
DAYS = 84
FIRST_MOST_MILLISECONDS, WARM_MOST_MILLISECONDS = 1_000, 300
PATIENCE_SECONDS = 600.0
SEED_AT_ONCE = 200


class Asked(NamedTuple):
    """How long a process took to answer, in milliseconds."""

    first: float
    again: list[float]


async def run(*, short: bool) -> Report:
    """Ask processes that have just started, then ask each again."""
    people, rounds, times = (5_000, 2, 5) if short else (100_000, 3, 20)
    async with installation(port=free_port()) as settings, connected(settings) as client:
        database = client[settings.database(SERVICE)]
        account = AddStaff(
            office=OFFICE.office,
            username="maria",
            display_name="Maria",
            password_hash=CHEAP.hash(PASSWORD),
            roles=("manager",),
        )
        await traffic.done(settings, [OFFICE, account])
        await _seed(MongoStore(client, database, ROUTES.kinds), database, people)
        await database["tallies"].drop()  # what the worker has found before there was anything
        unsummed = await _asked(settings, people, 0)
        await database["tallies"].drop()
        await database["turns"].drop()
        async with running(settings, WORKER.arguments):
            await until(partial(_is_summed, database), within=PATIENCE_SECONDS, what="the days are summed up")
        asked = [await _asked(settings, people, times) for _ in range(rounds)]
    goals = [
        Goal(Figure("first of a process", [one.first for one in asked], "ms"), FIRST_MOST_MILLISECONDS, at_most=True),
        Goal(Figure("again", [median(one.again) for one in asked], "ms"), WARM_MOST_MILLISECONDS, at_most=True),
    ]
    return Report(
        "figures",
        f"{DAYS} days of figures, {people:,} tickets, by the API ({rounds} processes asked {times} times)",
        [Figure("first of all, before any day is summed up", [unsummed.first], "ms")],
        goals,
    )


async def _is_summed(database: Database) -> bool:
    return await database["tallies"].count_documents({}) >= DAYS - 1


async def _asked(settings: Settings, people: int, times: int) -> Asked:
    """Ask a process of its own."""
    async with running(settings, API), _manager(settings) as manager:
        last = datetime.now(ZoneInfo(OFFICE.plan.time_zone)).date()
        address = f"{PREFIX}/offices/{OFFICE.office}/figures?first={last - timedelta(days=DAYS - 1)}&last={last}"
        taken = []
        for _ in range(1 + times):
            began = monotonic()
            answer = (await manager.get(address)).raise_for_status()
            taken.append((monotonic() - began) * 1000)
            assert answer.json()["whole"]["people"] == people
        return Asked(taken[0], taken[1:])


@asynccontextmanager
async def _manager(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may see figures, signed in."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=PATIENCE_SECONDS) as client:

        async def answers() -> bool:
            try:
                return (await client.get("/readyz")).is_success
            except httpx.TransportError:
                return False

        await until(answers, within=PATIENCE_SECONDS, what="the API is ready")
        sign_in = {"office": OFFICE.office, "username": "maria", "password": PASSWORD}
        session = (await client.post(f"{PREFIX}/sessions", json=sign_in)).raise_for_status().json()
        client.headers["authorization"] = f"Bearer {session['token']}"
        yield client


async def _seed(store: MongoStore, database: Database, people: int) -> None:
    """Have the database hold days on which as many people came to every line."""
    collections = {Line: "lines", Ticket: "tickets", Feedback: "feedback"}
    rows = _rows(people)
    while some := list(islice(rows, SEED_AT_ONCE)):
        for kind, collection in collections.items():
            documents = [store._mappers[kind].write(row) for row in some if type(row) is kind]
            if documents:
                await database[collection].insert_many(documents, ordered=False)
        await asyncio.sleep(0)


def _rows(people: int) -> Iterator[Any]:
    today = datetime.now(ZoneInfo(OFFICE.plan.time_zone)).date()
    services = [service.id for service in OFFICE.plan.services]
    places = [(today - timedelta(days=back), service) for back in range(DAYS) for service in services]
    for nth, (day, service) in enumerate(places):
        number = people // len(places) + (nth < people % len(places))
        line = line_id(OFFICE.office, service, day.isoformat())
        yield Line(line, OFFICE.office, service, "A", number, revision=4 * number, said=number // 5, version=number)
        for sequence in range(1, number + 1):
            yield from _visit(line, service, day, sequence)


def _visit(line: str, service: str, day: date, sequence: int) -> Iterator[Any]:
    """One of a day's people: of ten one does not come and one cancels, one of five says how it was."""
    came = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=1.2 * sequence)
    called = came + timedelta(minutes=4 + sequence * 7 % 43, milliseconds=sequence)
    served, ended = called + timedelta(minutes=1), called + timedelta(minutes=6 + sequence % 11)
    ends: dict[int, State] = {0: "missed", 1: "cancelled"}
    state = ends.get(sequence % 10, "finished")
    counter = f"loket-{1 + sequence % 6}"
    ticket = Ticket(
        f"{line}:{sequence}", line, "A", sequence, f"A-{sequence:03}", sequence, came, came, ended, "staff/sari",
        state=state, counter=counter, called_at=called, serving_at=served if state == "finished" else None, version=1,
    )  # fmt: skip
    yield ticket
    if sequence % 5 == 3:
        yield Feedback(ticket.id, OFFICE.office, service, day.isoformat(), counter, 1 + sequence % 5, "", ended, 1)
