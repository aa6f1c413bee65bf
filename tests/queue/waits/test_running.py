"""The running service tells a range where a counter is open, the same everywhere, and nothing where none is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from services.queue.domain.forecast.beliefs import Beliefs
from services.queue.domain.forecast.learner import PAUSING
from services.queue.domain.line import Line
from services.queue.domain.order import rank_of
from services.queue.domain.ticket import Ticket
from services.queue.waits import records
from services.queue.waits.kept import tried
from services.queue.waits.office_day import OfficeDay
from services.queue.waits.records import DAYS_MOST
from services.queue.waits.waits import Waits
from shared.contracts.queue import CounterPaused, CounterResumed, CounterSignedOn, Promise
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
    await until(lambda: followed(site, office), within=60)
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
        await until(lambda: shows(browser, page(line[3]), phone.latest["wait"]))
    second, fourth = [of(await citizen.get(ticket), 200)["wait"] for ticket in (line[1], line[3])]
    assert 0 <= second["p50_seconds"] < fourth["p50_seconds"] <= fourth["p90_seconds"]
    assert 600 < fourth["p90_seconds"] < 3 * 3600
    assert fourth["record"] is None
    newcomer = of(await citizen.get(f"{office.path}/services/sim"), 200)["wait"]
    assert newcomer["p50_seconds"] >= fourth["p50_seconds"]
    assert IF_YOU_COME in (await browser.get(f"/queue/offices/{office.id}/services/sim")).text
    assert of(await citizen.get(line[0]), 200)["wait"] is None


async def test_the_lobby_s_board_tells_who_comes_now_a_range_as_long_as_a_counter_is_open(
    site: Site, office: Office, officer: Officer, line: list[str], citizen: AsyncClient, browser: AsyncClient
) -> None:
    async with listening(site, f"{office.path}/board/stream?lang=en") as board:
        assert [told["wait"] for told in board.latest["services"]] == ["", ""]
        await officer.done("sign-on")
        told = await board.shows(lambda told: bool(told["services"][0]["wait"]))
        assert told["services"][0]["wait"].startswith("Expected wait: about ")
        assert (told["services"][1]["wait"], told["wait_record"]) == ("", "")  # nobody serves it yet
        lobby = f"/queue/offices/{office.id}/board?lang=en"
        await until(lambda: shows(browser, lobby, board.latest["services"][0]["wait"]))
        sim, skck = of(await citizen.get(f"{office.path}/board"), 200)["services"]
        assert 0 < sim["wait"]["p50_seconds"] <= sim["wait"]["p90_seconds"]
        assert skck["wait"] is None
        await officer.done("sign-off")
        await board.shows(lambda told: not told["services"][0]["wait"])


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
    await until(lambda: "sim" in site.queue.waits.newcomers(office.id), within=60)
    taken = await office.take(citizen)
    await until(lambda: site.queue.waits.ticket(office.id, taken.json()["id"]) is not None, within=1)
    assert of(await citizen.get(taken.headers["location"]), 200)["wait"]["p90_seconds"] > 0


async def test_a_listener_that_fails_ends_nobody_s_forecasts(
    site: Site, office: Office, officer: Officer, line: list[str]
) -> None:
    told: list[str] = []

    def fail(id: str) -> None:
        told.append(id)
        raise RuntimeError("a bug in a listener")

    site.queue.waits.listen(fail)
    await until(lambda: office.id in told, within=60)
    told.clear()
    await officer.done("call-next")
    await until(lambda: office.id in told, within=60)


async def test_the_rest_of_the_day_is_told_hour_by_hour(
    site: Site, office: Office, officer: Officer, line: list[str]
) -> None:
    assert await site.queue.waits.outlook(office.id) == {}
    await officer.done("sign-on")
    await until(lambda: "sim" in site.queue.waits.newcomers(office.id), within=60)
    hours = (await site.queue.waits.outlook(office.id))["sim"]
    assert len(hours) > 6
    assert all(hour.wait is None or hour.wait.likely <= hour.wait.at_most for hour in hours)


async def test_what_took_two_minutes_on_the_days_before_is_expected_to_take_as_long_today(
    site: Site, office: Office, officer: Officer, line: list[str], citizen: AsyncClient
) -> None:
    await site.keep(*of_days_before(office, 3))
    await office.configure(office.plan)
    await officer.done("sign-on")

    async def told() -> bool:
        wait = of(await citizen.get(line[3]), 200)["wait"]
        return wait is not None and 120 < wait["p50_seconds"] < 900

    await until(told, within=60)


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

        async def same() -> bool:
            there, here = [of(await asker.get(line[2]), 200) for asker in (elsewhere, citizen)]
            assert there["ahead"] == here["ahead"]
            told = [ticket["wait"]["p50_seconds"] for ticket in (there, here) if ticket["wait"] is not None]
            return len(told) == 2 and abs(told[0] - told[1]) < 300

        await until(same, within=60)


async def test_the_record_survives_restarts_and_is_the_same_everywhere(
    site: Site, office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    await site.keep(*of_days_before(office, 1))
    await office.configure(office.plan)
    await officer.done("sign-on")
    await until(lambda: "sim" in site.queue.waits.newcomers(office.id), within=60)
    *_, last = [(await office.take(citizen)).headers["location"] for _ in range(3)]
    await officer.done("call-next")
    async with running(site.settings, worker=False) as other, other.client() as elsewhere:
        assert other.queue.waits.how_good(office.id) is None
        await until(lambda: people(other, office) == 31, within=60)
        await officer.done("serve")
        await officer.done("finish")
        await officer.done("call-next")
        await until(lambda: people(site, office) == people(other, office) == 32, within=60)
        good = site.queue.waits.how_good(office.id)
        assert good == other.queue.waits.how_good(office.id)
        assert good is not None
        record = of(await elsewhere.get(last), 200)["wait"]["record"]
        assert (record["people"], record["within"]) == (32, round(good.within * 32))
    async with running(site.settings, worker=False) as restarted:
        await until(lambda: restarted.queue.waits.how_good(office.id) == good, within=60)


async def test_what_was_learned_of_pauses_is_known_after_a_restart(
    site: Site, office: Office, officer: Officer, line: list[str]
) -> None:
    await until(lambda: followed(site, office), within=60)
    for _ in range(2):
        await officer.done("call-next")
        await officer.done("serve")
        await officer.done("finish")
        await officer.done("pause")
        await officer.done("resume")
    await officer.done("pause")
    assert (await officer.act("pause")).status_code == 409
    await until(lambda: followed(site, office), within=60)
    here = learned(site, office)
    assert here.pausing.mean < PAUSING.mean
    async with running(site.settings, worker=False) as other:
        other.queue.waits.newcomers(office.id)
        await until(lambda: followed(other, office), within=60)
        there = learned(other, office)
        assert there.pausing.mean == pytest.approx(here.pausing.mean)
        assert there.pause_rate == pytest.approx(here.pause_rate)
        assert there.switching.mean == pytest.approx(here.switching.mean)
        (began,) = paused_at(other, office)
        assert [began] == pytest.approx(paused_at(site, office))


async def test_of_what_was_told_of_counters_only_the_latest_is_read_where_it_is_much(
    site: Site, office: Office, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action in ("sign-on", "pause", "resume", "pause", "resume"):
        await officer.done(action)
    monkeypatch.setattr(records, "STEPS_MOST", 1)
    reads = site.queue.waits._records
    known = await reads.office(office.id)
    kept = await reads.today(known, known.day(datetime.now(UTC)), steps=True)
    assert [type(step.event) for step in kept.steps] == [CounterSignedOn, CounterPaused, CounterResumed]


async def test_a_ticket_that_is_asked_for_again_later_is_the_same_whatever_the_forecast_says_by_then(
    site: Site, office: Office, officer: Officer, citizen: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await officer.done("sign-on")
    await until(lambda: "sim" in site.queue.waits.newcomers(office.id), within=60)
    key = str(uuid4())
    first = of(await office.take(citizen, key=key), 201)
    kept = site.queue.waits.promise(office.id, "sim")
    assert kept is not None
    monkeypatch.setattr(Waits, "promise", lambda *_: replace(kept, at_most_seconds=kept.at_most_seconds + 60))
    assert of(await office.take(citizen, key=key), 201) == first


@pytest.mark.parametrize(("ago", "counted"), [(DAYS_MOST, [30]), (DAYS_MOST + 1, [])])
async def test_what_came_of_promises_counts_for_thirty_days(
    site: Site, office: Office, ago: int, counted: list[int]
) -> None:
    await site.keep(*of_days_before(office, ago, first=ago))
    reads = site.queue.waits._records
    known = await reads.office(office.id)
    past = await reads.past(known, known.day(datetime.now(UTC)))
    assert [len(list(tried(day.slips))) for day in past] == counted


def people(site: Site, office: Office) -> int:
    """How many a process says it has told how long they would wait."""
    good = site.queue.waits.how_good(office.id)
    return 0 if good is None else good.count


def of_days_before(office: Office, days: int, *, first: int = 1) -> Iterator[Line | Ticket]:
    """Every day thirty people, each of whom was served for two minutes as soon as they came."""
    now = datetime.now(ZoneInfo(office.plan.time_zone))
    for ago in range(first, days + 1):
        morning = (now - timedelta(days=ago)).replace(hour=8, minute=0, second=0, microsecond=0)
        line = Line(f"{office.id}:sim:{morning.date()}", office.id, "sim", "A", sequence=30, revision=120)
        yield line
        for n in range(1, 31):
            taken = morning + timedelta(minutes=5 * n)
            yield Ticket(
                id=f"{office.id}-{ago}-{n}",
                line=line.id,
                prefix="A",
                sequence=n,
                number=f"A-{n:03d}",
                rank=rank_of(taken, timedelta(0), line.day, n),
                taken_at=taken,
                joined_at=taken,
                changed_at=taken + timedelta(seconds=150),
                changed_by="staff/sari",
                state="finished",
                counter="loket-1",
                called_at=taken + timedelta(seconds=10),
                serving_at=taken + timedelta(seconds=30),
                promise=Promise(5, 60),
                first_called_at=taken + timedelta(seconds=10),
            )


async def shows(browser: AsyncClient, page: str, words: str) -> bool:
    """Whether a page has these words."""
    return words in (await browser.get(page)).text


def followed(site: Site, office: Office) -> bool:
    """Whether a process knows the office as it is now."""
    known = site.queue.waits._offices.get(office.id)
    return known is not None and known.day is not None and known.made is not None and not known.changed


def learned(site: Site, office: Office) -> Beliefs:
    """What a process believes about an office that it knows."""
    return day_of(site, office).learner.beliefs()


def paused_at(site: Site, office: Office) -> list[float]:
    """Since when the office's counters pause, as a process knows it."""
    counters = day_of(site, office).situation(datetime.now(UTC).timestamp()).counters
    return [counter.paused_at for counter in counters if counter.paused_at is not None]


def day_of(site: Site, office: Office) -> OfficeDay:
    day = site.queue.waits._offices[office.id].day
    assert day is not None
    return day
