"""The lobby board's data: the latest calls, of the whole office or of what one lobby shows."""

import pytest
from httpx import AsyncClient

from services.queue.views.lobby import Part
from tests.queue.forms import visit
from tests.queue.running import API, Office, Officer, Site, of
from tests.queue.streams import listening


async def called(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    """One call at each of the three counters, in order."""
    for service, counter in (("sim", "loket-1"), ("sim", "loket-2"), ("skck", "loket-3")):
        await office.taken(citizen, service)
        await officer.done("call-next", counter)


@pytest.mark.parametrize(
    ("query", "counters", "services"),
    [
        ("", ["loket-3", "loket-2", "loket-1"], ["sim", "skck"]),
        ("?counters=loket-1", ["loket-1"], ["sim"]),
        ("?counters=loket-3,loket-1", ["loket-3", "loket-1"], ["sim", "skck"]),
        ("?services=skck", ["loket-3", "loket-2"], ["skck"]),
        ("?services=sim&counters=loket-2", ["loket-2"], ["sim"]),
        ("?counters=loket-9", [], []),
    ],
)
async def test_a_lobby_shows_its_own_part(
    office: Office, officer: Officer, citizen: AsyncClient, query: str, counters: list[str], services: list[str]
) -> None:
    await called(office, officer, citizen)
    board = of(await citizen.get(f"{office.path}/board{query}"), 200)
    assert [call["counter"] for call in board["calls"]] == counters
    assert [service["id"] for service in board["services"]] == services
    page = await visit(citizen, f"/queue/offices/{office.id}/board{query}")
    shown = [number for number in ("A-001", "A-002", "B-001") if number in page.text]
    assert len(shown) == len(counters)
    async with listening(office.site, f"{office.path}/board/stream{query}") as stream:
        assert [call["desk"] for call in stream.latest["calls"]] == counters


async def test_a_part_s_board_is_told_on_and_left_alone_by_others(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    async with (
        listening(office.site, f"{office.path}/board/stream?counters=loket-3") as hall,
        listening(office.site, f"{office.path}/board/stream") as whole,
    ):
        await office.taken(citizen, "sim")
        await officer.done("call-next", "loket-1")
        await whole.shows(lambda told: told["state"] == "calling")
        await office.taken(citizen, "skck")
        await officer.done("call-next", "loket-3")
        told = await hall.shows(lambda told: told["state"] == "calling")
        assert [call["number"] for call in told["calls"]] == ["B-001"]


async def test_a_call_is_told_with_all_that_it_takes_to_say_it(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    await officer.done("call-next")
    async with listening(office.site, f"{office.path}/board/stream?lang=en") as board:
        (call,) = board.latest["calls"]
        assert (call["number"], call["here"], call["times"]) == ("A-001", True, 1)
        assert call["aloud"] == {"id": "Loket 1", "en": "Counter 1"}
        first = call["called_at"]
        await officer.done("undo")
        await board.shows(lambda told: told["calls"] == [])
        await officer.done("call-next")
        again = await board.shows(lambda told: bool(told["calls"]))
        assert again["calls"][0]["called_at"] > first
        await officer.done("no-show")
        await board.shows(lambda told: told["calls"][0]["here"] is False)


@pytest.mark.parametrize("query", ["?counters=LOKET", "?services=%3Cb%3E", "?counters=" + "a" * 500, "?services=a/b"])
async def test_a_part_that_cannot_be_is_refused(office: Office, citizen: AsyncClient, query: str) -> None:
    assert (await citizen.get(f"{office.path}/board{query}")).status_code == 422
    assert (await citizen.get(f"{office.path}/board/stream{query}")).status_code == 422
    assert (await citizen.get(f"/queue/offices/{office.id}/board{query}")).status_code == 422


async def test_a_part_of_no_office_is_not_found(site: Site, citizen: AsyncClient) -> None:
    assert (await citizen.get(f"{API}/offices/none/board?counters=loket-1")).status_code == 404


def test_the_same_part_is_written_in_one_way() -> None:
    part = Part.read(" loket-2,loket-1,,loket-2", "sim")
    assert part == Part(("loket-1", "loket-2"), ("sim",))
    assert part.query == "counters=loket-1,loket-2&services=sim"
    assert Part.parse(part.query) == part
    assert Part.parse("") == Part()
