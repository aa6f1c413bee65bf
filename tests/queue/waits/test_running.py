"""The running service tells a range where a counter is open, the same everywhere, and nothing where none is."""

import pytest
from httpx import AsyncClient

from tests.queue.running import Office, Officer, Site, of, running
from tests.queue.streams import Told, listening
from tests.support.waiting import until

EXPECTED, IF_YOU_COME = "Perkiraan waktu tunggu: ", "Kalau Anda datang sekarang, Anda akan menunggu "


@pytest.fixture
async def line(office: Office, citizen: AsyncClient) -> list[str]:
    """Four people who wait; the addresses of their tickets."""
    return [(await office.take(citizen)).headers["location"] for _ in range(4)]


def tells(told: Told) -> bool:
    return bool(told["wait"])


def page(ticket: str) -> str:
    return f"/queue/t/{ticket.rpartition('/')[2]}"


async def test_while_no_counter_is_open_nothing_is_told(
    office: Office, line: list[str], citizen: AsyncClient, browser: AsyncClient, site: Site
) -> None:
    await until(lambda: followed(site, office), within=10)
    assert of(await citizen.get(line[3]), 200)["wait"] is None
    assert of(await citizen.get(f"{office.path}/services/sim"), 200)["wait"] is None
    assert EXPECTED not in (await browser.get(page(line[3]))).text
    assert IF_YOU_COME not in (await browser.get(f"/queue/offices/{office.id}/services/sim")).text


async def test_who_waits_before_an_open_counter_is_told_a_range_everywhere(
    site: Site, office: Office, officer: Officer, line: list[str], citizen: AsyncClient, browser: AsyncClient
) -> None:
    async with (
        listening(site, f"{line[3]}/stream") as phone,
        listening(site, f"{line[3]}/stream?lang=en") as english,
    ):
        assert phone.latest["wait"] == ""
        await officer.done("call-next")
        await officer.done("serve")
        told = await phone.shows(tells)
        assert told["wait"].startswith(f"{EXPECTED}kira-kira ")
        assert (await english.shows(tells))["wait"].startswith("Expected wait: about ")
    second, fourth = [of(await citizen.get(ticket), 200)["wait"] for ticket in (line[1], line[3])]
    assert 0 <= second["p50_seconds"] < fourth["p50_seconds"] <= fourth["p90_seconds"]
    assert 600 < fourth["p90_seconds"] < 3 * 3600
    assert fourth["record"] is None
    assert told["wait"] in (await browser.get(page(line[3]))).text
    newcomer = of(await citizen.get(f"{office.path}/services/sim"), 200)["wait"]
    assert newcomer["p50_seconds"] >= fourth["p50_seconds"]
    assert IF_YOU_COME in (await browser.get(f"/queue/offices/{office.id}/services/sim")).text
    assert of(await citizen.get(line[0]), 200)["wait"] is None


async def test_when_the_last_counter_is_left_nothing_is_promised_any_more(
    site: Site, office: Office, officer: Officer, line: list[str]
) -> None:
    async with listening(site, f"{line[3]}/stream") as phone:
        await officer.done("sign-on")
        await phone.shows(tells)
        await officer.done("sign-off")
        await phone.shows(lambda told: not told["wait"])


async def test_who_has_just_taken_a_ticket_is_told_at_once_what_a_newcomer_was_told(
    site: Site, office: Office, officer: Officer, line: list[str], citizen: AsyncClient
) -> None:
    await officer.done("sign-on")
    await until(lambda: "sim" in site.queue.waits.newcomers(office.id), within=10)
    taken = await office.take(citizen)
    await until(lambda: site.queue.waits.ticket(office.id, taken.json()["id"]) is not None, within=1)
    assert of(await citizen.get(taken.headers["location"]), 200)["wait"]["p90_seconds"] > 0


async def test_the_rest_of_the_day_is_told_hour_by_hour(
    site: Site, office: Office, officer: Officer, line: list[str]
) -> None:
    assert await site.queue.waits.outlook(office.id) == {}
    await officer.done("sign-on")
    await until(lambda: "sim" in site.queue.waits.newcomers(office.id), within=10)
    hours = (await site.queue.waits.outlook(office.id))["sim"]
    assert len(hours) > 6
    assert all(hour.wait is None or hour.wait.likely <= hour.wait.at_most for hour in hours)


async def test_a_process_that_starts_later_tells_the_same(
    site: Site, office: Office, officer: Officer, line: list[str], citizen: AsyncClient
) -> None:
    await officer.done("sign-on")
    called = await officer.done("call-next")
    await officer.done("serve")
    second = await officer.done("call-next", "loket-2")
    await officer.done("put-back", "loket-2", ticket=second["person"]["ticket"])
    assert called["person"]["number"] == "A-001"
    async with running(site.settings, worker=False) as other, other.client() as elsewhere:
        assert of(await elsewhere.get(line[2]), 200)["wait"] is None
        await until(lambda: followed(other, office), within=10)
        await until(lambda: followed(site, office), within=10)
        third = of(await elsewhere.get(line[2]), 200)
        here = of(await citizen.get(line[2]), 200)
        assert third["ahead"] == here["ahead"]
        assert abs(third["wait"]["p50_seconds"] - here["wait"]["p50_seconds"]) < 300


def followed(site: Site, office: Office) -> bool:
    """Whether a process knows the office as it is now."""
    known = site.queue.waits._offices.get(office.id)
    return known is not None and known.made is not None and not known.changed
