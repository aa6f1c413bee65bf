"""Many at the same moment: numbers stay gapless, a person is called by one counter, a request has one effect."""

import asyncio
from collections import Counter
from pathlib import Path
from uuid import uuid4

from httpx import AsyncClient, Response

from shared.settings import Settings
from tests.chaos.programs import Program, started
from tests.queue.running import (
    Office,
    Officer,
    Site,
    in_own_task,
    new_plan,
    of,
    outcome,
    problem_of,
    running,
)
from tests.support.waiting import until

MANY = 500


async def test_counters_that_call_at_the_same_moment_never_get_the_same_person(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    await asyncio.gather(*(office.taken(citizen, service) for service in ("sim", "skck") * 10))
    called: list[str] = []
    refused: Counter[str] = Counter()
    while len(called) < 20:
        # Every counter calls five times at once: one of them gets a person, the others find it busy.
        counters = ("loket-1", "loket-2", "loket-3") * 5
        answers = await asyncio.gather(*(officer.act("call-next", counter) for counter in counters))
        for counter, answer in zip(counters, answers, strict=True):
            if answer.status_code == 200:
                called.append(answer.json()["person"]["number"])
                await officer.done("no-show", counter)
            else:
                refused[of(answer, 409)["type"].rpartition(":")[2]] += 1
    assert sorted(called) == sorted(f"{letter}-{n:03d}" for letter in "AB" for n in range(1, 11))
    assert refused.keys() <= {"counter-busy", "nobody-waiting"}


async def test_one_key_sent_many_times_at_once_is_one_ticket(office: Office, citizen: AsyncClient) -> None:
    key = str(uuid4())
    answers = await asyncio.gather(*(office.take(citizen, key=key) for _ in range(20)))
    assert {(of(answer, 201)["id"], of(answer, 201)["number"]) for answer in answers} == {(key, "A-001")}
    assert (await office.taken(citizen))["number"] == "A-002"


async def test_one_person_at_twenty_devices_gets_one_ticket(office: Office, citizen: AsyncClient) -> None:
    answers = await asyncio.gather(*(office.take(citizen, phone="081234567890") for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}


async def test_the_last_tickets_of_the_day_are_given_out_once(site: Site, citizen: AsyncClient) -> None:
    office = await site.open_office(new_plan(quota=7))
    answers = await asyncio.gather(*(office.take(citizen) for _ in range(20)))
    given = [of(answer, 201)["number"] for answer in answers if answer.status_code == 201]
    assert sorted(given) == [f"A-{n:03d}" for n in range(1, 8)]
    for answer in answers:
        if answer.status_code != 201:
            problem_of(answer, 409, "quota-reached")


async def test_a_cancellation_and_a_call_at_once_agree(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    """Whichever comes first counts: the person is never both called and gone without the counter knowing."""
    for _ in range(5):
        ticket = await office.take(citizen)
        cancelled, called = await asyncio.gather(
            citizen.post(f"{ticket.headers['location']}/cancel"), officer.act("call-next")
        )
        assert of(cancelled, 200)["state"] == "cancelled"
        assert called.status_code in (200, 409)
        problem_of(await officer.act("serve"), 409, "counter-idle")


async def test_many_takers_at_several_workers_get_gapless_numbers(settings: Settings, tmp_path: Path) -> None:
    """Six offices over the partitions of three workers, two of which join while people are taking tickets."""
    workers = [Program("worker", settings, tmp_path) for _ in range(3)]
    async with in_own_task(running(settings, worker=False)) as site, started(workers[0]), site.client() as citizen:
        await until(site.answers, within=60, what="the worker answers")
        offices = [await site.open_office() for _ in range(6)]

        async def take(n: int) -> Response:
            return await offices[n % 6].take(citizen, ("sim", "skck")[n // 6 % 2])

        first = [asyncio.create_task(take(n)) for n in range(MANY // 2)]
        async with started(*workers[1:]):
            second = [asyncio.create_task(take(n)) for n in range(MANY // 2, MANY)]
            tickets = [await outcome(citizen, await answer) for answer in (*first, *second)]
        given: dict[tuple[str, str], list[str]] = {}
        for ticket in tickets:
            given.setdefault((ticket["office"], ticket["service"]), []).append(ticket["number"])
        assert len(tickets) == MANY
        assert len(given) == 12
        for (office, service), numbers in given.items():
            letter = {"sim": "A", "skck": "B"}[service]
            assert sorted(numbers) == [f"{letter}-{n:03d}" for n in range(1, len(numbers) + 1)], office
