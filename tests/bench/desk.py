"""The desk's bars: from a report to the dispatcher's screen, the board with years behind it, an export of all of it."""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from itertools import count
from operator import itemgetter
from secrets import randbelow
from statistics import median
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx

from tests.bench import reports_traffic
from tests.bench.citizens import Citizens, citizens
from tests.bench.desk_stage import OFFICE, PREFIX, Desk, at_work, seed
from tests.bench.pages import Watchers, watching
from tests.bench.report import Figure, Goal, Report, percentile
from tests.bench.stage import memory_mib

HERE = f"{PREFIX}/offices/{OFFICE.office}"
UNLIMITED = 10**9
"""Of reports from one address. The bench names many, as the edge does: tries of one are counted in turn."""

# From a report to the screen ------------------------------------------------------------------------------

PACE = 100
"""Reports a second."""
SCREEN_MOST_MILLISECONDS = 300
SCREENS = 5
OPEN_BEFORE = 100
WARM_UP_SECONDS = 2
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.5
"""How often what the boards were told is looked at: not before all reports of a round are answered."""


async def screen(*, short: bool) -> Report:
    """Reports come in by HTTP; each is shown when a board's stream says so."""
    seconds, rounds = (5, 1) if short else (20, 5)
    async with at_work(tries_per_address=UNLIMITED) as desk:
        await seed(desk.settings, 0, OPEN_BEFORE)
        shown, answered = await _shown(desk, seconds, rounds)
    figures = [
        *(
            Figure(f"report sent to answered, p{p}", [percentile(times, p) for times in answered], "ms")
            for p in (50, 99)
        ),
        Figure("report sent to shown on a board, p50", [percentile(times, 50) for times in shown], "ms"),
    ]
    goal = Figure("report sent to shown on a board, p99", [percentile(times, 99) for times in shown], "ms")
    return Report(
        "screen",
        f"{PACE} reports/s by HTTP, {SCREENS} boards open ({rounds} rounds of {seconds} s)",
        figures,
        [Goal(goal, SCREEN_MOST_MILLISECONDS, at_most=True)],
    )


async def _shown(desk: Desk, seconds: int, rounds: int) -> tuple[list[list[float]], list[list[float]]]:
    """Milliseconds from sending until shown by the slowest board, and until answered, of each round's reports."""
    boards = [f"{HERE}/board/stream"] * SCREENS
    signed_in = {"Authorization": desk.manager.headers["authorization"]}
    shown, answered = [], []
    async with (
        watching(desk.settings, boards, headers=signed_in, kept=r'"open":\s?(\d+)') as watchers,
        citizens(desk.settings.host, desk.settings.port) as people,
    ):
        for _ in range(rounds):
            sent = await _report_evenly(people, PACE * (seconds + WARM_UP_SECONDS))
            told = await _told(watchers, OPEN_BEFORE + max(nth for nth, _, _ in sent))
            counted = sent[PACE * WARM_UP_SECONDS :]
            latest = {nth: max(_moment(board, OPEN_BEFORE + nth) for board in told) for nth, _, _ in counted}
            shown.append([(latest[nth] - began) * 1000 for nth, began, _ in counted])
            answered.append([(ended - began) * 1000 for _, began, ended in counted])
    return shown, answered


Told = list[tuple[int, float]]
"""How many open incidents a board has shown, and when. Nothing is closed meanwhile: so many are the first so many."""


async def _told(watchers: Watchers, number: int) -> list[Told]:
    """What each board has shown in a round, once all have shown so many."""
    told: list[Told] = [[] for _ in range(SCREENS)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not all(board and board[-1][0] >= number for board in told):
            await asyncio.sleep(LOOK_SECONDS)
            for board, moment, shown in await watchers.messages():
                told[board].append((shown, moment))
    return told


def _moment(board: Told, number: int) -> float:
    """When a board showed so many."""
    return board[bisect_left(board, number, key=itemgetter(0))][1]


async def _report_evenly(people: Citizens, reports: int) -> list[tuple[int, float, float]]:
    """Which one each report is, when it was sent and when answered; in the order of their numbers."""
    bodies = [_body(report) for report in reports_traffic.file_reports([OFFICE], reports, anonymous=True)]
    began = monotonic()
    tasks = []
    async with asyncio.TaskGroup() as group:
        for n, body in zip(count(), bodies, strict=False):
            await asyncio.sleep(max(0.0, began + n / PACE - monotonic()))
            tasks.append(group.create_task(_report(people, body)))
    return sorted((task.result() for task in tasks), key=lambda told: told[1])


async def _report(people: Citizens, body: dict[str, Any]) -> tuple[int, float, float]:
    began = monotonic()
    headers = {"idempotency-key": str(uuid4()), "x-forwarded-for": f"10.{randbelow(256)}.{randbelow(256)}.1"}
    status, answer = await people.post(f"{PREFIX}/reports", body, headers)
    assert status == 201, answer
    return int(answer["number"].rpartition("-")[2]), began, monotonic()


def _body(report: Any) -> dict[str, Any]:
    told: dict[str, Any] = report.model_dump(mode="json", include={"office", "category", "words", "place", "privacy"})
    return told


# The board ------------------------------------------------------------------------------------------------

BOARD_MOST_MILLISECONDS = 50
BOARD_OPEN = 100


async def board(*, short: bool) -> Report:
    """A plain load of the board, by its API and as a page, with many closed incidents behind it."""
    closed, loads, rounds = (2_000, 20, 2) if short else (50_000, 100, 5)
    times: dict[str, list[list[float]]] = {"by the API": [], "API, filtered by words": []}
    async with at_work() as desk:
        await seed(desk.settings, closed, BOARD_OPEN)
        for _ in range(rounds):
            times["by the API"].append(await _loads(desk.manager, f"{HERE}/board", loads))
            times["API, filtered by words"].append(await _loads(desk.manager, f"{HERE}/board?text=motor", loads))
    goal = Figure("by the API, median", [median(taken) for taken in times["by the API"]], "ms")
    figures = [
        Figure(f"{name}, p{p}", [percentile(taken, p) for taken in rounds_of], "ms")
        for name, rounds_of in times.items()
        for p in (50, 99)
    ]
    title = (
        f"the board of {BOARD_OPEN} open incidents, {closed:,} closed behind them ({rounds} rounds of {loads} loads)"
    )
    return Report("board", title, figures, [Goal(goal, BOARD_MOST_MILLISECONDS, at_most=True)])


async def _loads(client: httpx.AsyncClient, address: str, loads: int) -> list[float]:
    """In milliseconds, one after the other."""
    taken = []
    for _ in range(loads):
        began = monotonic()
        answer = await client.get(address)
        taken.append((monotonic() - began) * 1000)
        assert answer.status_code == 200, answer.text
        assert answer.json()["matching"] == BOARD_OPEN
    return taken


# The export -----------------------------------------------------------------------------------------------

EXPORT_MOST_MIB = 32.0
"""What a batch, a buffer and the garbage of a moment take. All of it at once would be more than a gigabyte."""
SAMPLE_SECONDS = 0.1
FORMS = ("csv", "geojson", "ndjson")


async def export(*, short: bool) -> Report:
    """All incidents in each form, with the API process's memory watched. A first small one loads what is needed."""
    incidents = 5_000 if short else 200_000
    async with at_work() as desk:
        await seed(desk.settings, incidents, told=False)
        await _exported(desk, "csv", "first=2000-01-01&last=2000-01-02")
        before = memory_mib(desk.api)
        most, seconds, lines = before, [], []
        for form in FORMS:
            began = monotonic()
            work = asyncio.create_task(_exported(desk, form, "first=2000-01-01"))
            while not work.done():
                most = max(most, memory_mib(desk.api))
                await asyncio.wait([work], timeout=SAMPLE_SECONDS)
            lines.append(await work)
            seconds.append(monotonic() - began)
    return _told_of_export(incidents, before, most, seconds, lines)


def _told_of_export(
    incidents: int, before: float, most: float, seconds: Sequence[float], lines: Sequence[int]
) -> Report:
    figures = [
        Figure("the API process before", [before], "MiB"),
        *(Figure(f"{form}", [taken], "s") for form, taken in zip(FORMS, seconds, strict=True)),
    ]
    grown = Figure("extra memory of the API process at most", [most - before], "MiB")
    whole = Figure("incidents in each form", [min(lines)], "")
    return Report(
        "export",
        f"all of {incidents:,} incidents in {len(FORMS)} forms",
        figures,
        [Goal(grown, EXPORT_MOST_MIB, at_most=True), Goal(whole, incidents)],
    )


async def _exported(desk: Desk, form: str, days: str) -> int:
    """How many incidents came; what came is not kept."""
    marks, between = 0, b""
    mark = b"\n" if form == "csv" else b'"Feature",'
    async with desk.manager.stream("GET", f"{HERE}/exports/incidents.{form}?{days}") as answer:
        assert answer.status_code == 200, await answer.aread()
        async for piece in answer.aiter_raw():
            marks += (between + piece).count(mark)
            between = (between + piece)[-len(mark) + 1 :] if len(mark) > 1 else b""
    return marks - (form == "csv")
