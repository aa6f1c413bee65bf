"""The manager's figures: what people went through is what they tell, to managers alone, as page, JSON and CSV."""

import csv
import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line
from services.queue.domain.office import Office as OfficeState
from services.queue.domain.ticket import Ticket
from services.queue.entrypoints.manager.export import COLUMNS, csv_of
from services.queue.views.figures import EXPORT_BATCH, Figures
from services.queue.views.tally import Stay
from shared.contracts.queue import GiveFeedback, TransferTicket
from tests.queue.forms import visit
from tests.queue.running import HTML, PASSWORD, Office, Officer, Site, of, problem_of
from tests.queue.scene import OFFICE, PLAN
from tests.queue.stored import Place
from tests.support.waiting import until

WORDS = 'Ramah <b>dan</b> cepat, "bagus".'


async def a_day(office: Office, citizen: AsyncClient, officer: Officer) -> None:
    """Five come for a licence: one is served and says so, one is sent on, one does not come, one leaves, one waits."""
    tickets = [await office.taken(citizen) for _ in range(5)]
    await officer.done("call-next", "loket-2")
    await officer.done("serve", "loket-2")
    await officer.done("finish", "loket-2")
    feedback = GiveFeedback(office=office.id, ticket=tickets[0]["id"], score=4, words=WORDS)
    await office.site.do(feedback, actor="citizen")
    await officer.done("call-next", "loket-2")
    await officer.done("serve", "loket-2")
    await office.site.do(TransferTicket(office=office.id, counter="loket-2", service="skck"), actor="staff/sari")
    await officer.done("call-next", "loket-1")
    await officer.done("no-show", "loket-1")
    of(await citizen.post(f"/queue/api/v1/tickets/{tickets[3]['link'].rpartition('/')[2]}/cancel"), 200)


async def test_what_people_went_through_is_what_the_figures_tell(
    office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    await a_day(office, citizen, officer)
    told = of(await manager.client.get(f"{office.path}/figures"), 200)
    whole = told["whole"]
    assert {name: whole[name] for name in ("people", "served", "missed", "cancelled", "open")} == {
        "people": 6,  # the one who was sent on is in two lines
        "served": 2,
        "missed": 1,
        "cancelled": 1,
        "open": 2,
    }
    assert whole["opinion"] == {"counts": [0, 0, 0, 1, 0], "average": 4.0}
    services = {row["id"]: row["tally"]["people"] for row in told["services"]}
    counters = {row["id"]: row["tally"] for row in told["counters"]}
    assert services == {"sim": 5, "skck": 1}
    assert (counters["loket-2"]["served"], counters["loket-1"]["missed"]) == (2, 1)
    assert counters["loket-2"]["waiting"]["median"] >= 0
    assert [said["words"] for said in told["words"]] == [WORDS]
    assert sum(hour["came"] for hour in told["hours"]) == 6
    assert told["first"] == told["last"] == told["spans"][0]["begin"]


async def test_one_service_or_counter_can_be_asked_for_alone(
    office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    await a_day(office, citizen, officer)
    address = f"{office.path}/figures"
    skck = of(await manager.client.get(address, params={"service": "skck"}), 200)
    assert (skck["whole"]["people"], skck["words"]) == (1, [])
    first = of(await manager.client.get(address, params={"counter": "loket-1"}), 200)
    assert (first["whole"]["people"], first["whole"]["missed"]) == (1, 1)
    assert of(await manager.client.get(address, params={"service": "none"}), 200)["whole"]["people"] == 0


@pytest.mark.parametrize("path", ["figures", "visits.csv", "outlook"])
async def test_only_managers_of_the_office_see_figures(
    site: Site, office: Office, officer: Officer, manager: Officer, citizen: AsyncClient, path: str
) -> None:
    problem_of(await citizen.get(f"{office.path}/{path}"), 401, "sign-in-needed")
    problem_of(await officer.client.get(f"{office.path}/{path}"), 403, "forbidden")
    other = await site.open_office()
    problem_of(await manager.client.get(f"{other.path}/{path}"), 403, "forbidden")


@pytest.mark.parametrize(
    "span",
    [
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "2020-01-01", "last": "2026-03-01"},
        {"first": "yesterday"},
        {"first": "0001-01-01", "last": "0001-01-02"},
        {"first": "9999-12-31"},
        {"service": "NO SUCH"},
    ],
)
@pytest.mark.parametrize("path", ["figures", "visits.csv"])
async def test_a_span_that_makes_no_sense_is_refused(
    office: Office, manager: Officer, span: dict[str, str], path: str
) -> None:
    if path == "visits.csv" and "service" in span:
        return
    problem_of(await manager.client.get(f"{office.path}/{path}", params=span), 422, "invalid")


async def test_the_rest_of_the_day_is_told_as_soon_as_it_can_be(
    office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    await a_day(office, citizen, officer)

    async def told() -> bool:
        return bool(of(await manager.client.get(f"{office.path}/outlook"), 200))

    await until(told, within=60, what="an outlook")
    (sim, *_) = of(await manager.client.get(f"{office.path}/outlook"), 200)
    assert sim["service"] in ("sim", "skck")
    begins = [datetime.fromisoformat(hour["begins"]) for hour in sim["hours"]]
    assert begins == sorted(begins)
    assert all(hour["people"] >= 0 for hour in sim["hours"])
    page = await manager.client.get("/queue/manage", headers=HTML | {"accept-language": "en"})
    assert "The rest of the day, as it looks now" in page.text


# Pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
async def managing(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    """The manager's browser, signed in."""
    await office.add_staff("maria", role="manager")
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        form = (await visit(browser, "/queue/sign-in")).form("/queue/sign-in").fields
        await browser.post(
            "/queue/sign-in", data=form | {"office": office.id, "username": "maria", "password": PASSWORD}
        )
        yield browser


@pytest.mark.parametrize("period", ["today", "days", "weeks"])
async def test_a_manager_reads_the_figures_without_scripts(
    office: Office, citizen: AsyncClient, officer: Officer, managing: AsyncClient, period: str
) -> None:
    await a_day(office, citizen, officer)
    page = await visit(managing, f"/queue/manage?period={period}&lang=en")
    assert page.status == 200
    assert "Ramah <b>dan</b> cepat" in page.text  # escaped: it is text, not a tag
    svgs = [attributes for tag, attributes in page.elements if tag == "svg" and attributes.get("role") == "img"]
    captions = [tag for tag, _ in page.elements if tag == "figcaption"]
    assert len(svgs) == len(captions) >= 4
    assert "/queue/manage/visits.csv" in page.html
    assert "Content-Security-Policy" in page.answer.headers


async def test_an_office_where_nobody_has_come_says_so(managing: AsyncClient) -> None:
    page = await visit(managing, "/queue/manage?service=none&lang=id")
    assert page.status == 200
    assert "Belum ada yang datang" in page.text


# CSV ------------------------------------------------------------------------------------------------------


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


async def test_the_file_has_a_row_for_each_line_and_nothing_of_who_came(
    office: Office, citizen: AsyncClient, officer: Officer, manager: Officer
) -> None:
    await a_day(office, citizen, officer)
    taken = await office.taken(citizen, phone="081234567890")
    answer = await manager.client.get(f"{office.path}/visits.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert "attachment" in answer.headers["content-disposition"]
    assert not answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == 8
    rows = rows_of(answer.text)
    assert list(rows[0]) == list(COLUMNS)
    outcomes = sorted((row["service"], row["outcome"]) for row in rows)
    assert outcomes == [
        ("sim", "cancelled"), ("sim", "missed"), ("sim", "open"), ("sim", "open"), ("sim", "sent-on"),
        ("sim", "served"), ("skck", "open"),
    ]  # fmt: skip
    (sent,) = [row for row in rows if row["outcome"] == "sent-on"]
    assert [row["service"] for row in rows if row["visit"] == sent["visit"]] == ["sim", "skck"]
    (served,) = [row for row in rows if row["outcome"] == "served"]
    assert served["score"] == "4"
    local = datetime.now(ZoneInfo(office.plan.time_zone))
    assert datetime.fromisoformat(served["joined_at"]).utcoffset() == local.utcoffset()
    for secret in (taken["id"], taken["number"], "8123456", "Ramah", "maria", "sari"):
        assert secret not in answer.text


NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


async def many(place: Place, number: int) -> Figures:
    """An office with so many visits on one day."""
    line = f"{OFFICE}:sim:{DAY}"
    tickets = [
        Ticket(
            f"t-{n}", line, "A", n, f"A-{n:05}", n, NOON, NOON, NOON + timedelta(minutes=9), "citizen",
            state="finished", counter="loket-1", called_at=NOON + timedelta(minutes=3), serving_at=NOON,
        )
        for n in range(number)
    ]  # fmt: skip
    said = [Feedback(t.id, OFFICE, "sim", str(DAY), "loket-1", 3, "", NOON) for t in tickets[::100]]
    await place.keep(OfficeState(OFFICE, PLAN, 1), Line(line, OFFICE, "sim", "A"), *said)
    for begin in range(0, number, 2_000):
        await place.keep(*tickets[begin : begin + 2_000])
    return Figures(place.database, place.store, lambda: NOON)


async def test_an_export_is_written_while_it_is_read(place: Place) -> None:
    figures = await many(place, 6 * EXPORT_BATCH + 1)
    parts = csv_of(figures.stays(OFFICE, DAY, DAY), ZoneInfo("Asia/Makassar"))
    sizes = []
    tracemalloc.start()
    async for part in parts:
        sizes.append((part.count(b"\r\n"), len(part)))
        if len(sizes) == 3:
            tracemalloc.reset_peak()
            settled = tracemalloc.get_traced_memory()[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [rows for rows, _ in sizes] == [1, *[EXPORT_BATCH] * 6, 1]
    assert max(size for _, size in sizes) < 128 * 1024
    assert peak - settled < 4 * 1024 * 1024  # of four more parts, at most two are in memory


async def test_an_export_that_nobody_reads_on_asks_the_database_no_more(place: Place) -> None:
    figures = await many(place, 3 * EXPORT_BATCH)
    stays = figures.stays(OFFICE, DAY, DAY)
    first = await anext(stays)
    await stays.aclose()  # type: ignore[attr-defined]
    assert len(first) == EXPORT_BATCH


async def test_commas_quotes_and_line_ends_stay_inside_of_their_field() -> None:
    async def one() -> AsyncIterator[list[list[Stay]]]:
        yield [[Stay('a,"b"\r\nc', "2026-03-02", "open", None, NOON, None, None, None, "online", "ordinary", 0, 0)]]

    text = b"".join([part async for part in csv_of(one(), ZoneInfo("UTC"))]).decode()
    assert rows_of(text)[0]["service"] == 'a,"b"\r\nc'


async def test_figures_of_a_day_do_not_grow_with_the_years_behind_it(place: Place) -> None:
    figures = await many(place, 1_200)
    tickets = place.database["tickets"]
    plan = await tickets.find({"line": {"$in": [f"{OFFICE}:sim:{DAY}"]}}).explain()
    assert "IXSCAN" in json.dumps(plan["queryPlanner"], default=str)
    view = await figures.of(OFFICE, DAY, DAY)
    assert (view.whole.people, view.whole.opinion.number) == (1_200, 12)
    assert (await figures.of(OFFICE, DAY - timedelta(days=8), DAY - timedelta(days=1))).whole.people == 0
