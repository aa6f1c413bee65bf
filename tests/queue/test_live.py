"""Live pages tell what the database says: a ticket's, the board's and a counter's, whatever happens at the office."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from services.queue.domain.line import Line
from services.queue.domain.ticket import Ticket
from shared.contracts.queue import DelayTicket
from tests.queue.running import API, Office, Officer, Site, of
from tests.queue.streams import Stream, Told, listening


@dataclass(frozen=True, slots=True)
class Lobby:
    """Three people in a line, everything that shows it, and who changes it."""

    site: Site
    office: Office
    officer: Officer
    citizen: AsyncClient
    tickets: list[str]
    """The addresses of their resources, in order."""
    phones: list[Stream]
    board: Stream
    counter: Stream

    async def cancel(self, n: int) -> None:
        of(await self.citizen.post(f"{self.tickets[n]}/cancel"), 200)

    async def told(self, n: int) -> Any:
        """A ticket as a plain request tells it."""
        return of(await self.citizen.get(self.tickets[n]), 200)


@pytest.fixture
async def lobby(site: Site, office: Office, officer: Officer, citizen: AsyncClient) -> AsyncIterator[Lobby]:
    async with AsyncExitStack() as streams:
        tickets, phones = [], []
        for _ in range(3):
            tickets.append((await office.take(citizen)).headers["location"])
            phones.append(await streams.enter_async_context(listening(site, f"{tickets[-1]}/stream")))
        board = await streams.enter_async_context(listening(site, f"{office.path}/board/stream?lang=en"))
        counter = await streams.enter_async_context(at_counter(officer))
        yield Lobby(site, office, officer, citizen, tickets, phones, board, counter)


@asynccontextmanager
async def at_counter(officer: Officer, counter: str = "loket-1", language: str = "en") -> AsyncIterator[Stream]:
    address = f"{officer.office.path}/counters/{counter}/stream?lang={language}"
    authorization = {"authorization": officer.client.headers["authorization"]}
    async with listening(officer.office.site, address, authorization) as stream:
        yield stream


def in_state(state: str) -> Any:
    return lambda told: told["state"] == state


def ahead(people: int) -> Any:
    return lambda told: told["ahead"] == people


def waiting(people: int) -> Any:
    return lambda told: told["services"][0]["waiting"] == people


# How things stand -----------------------------------------------------------------------------------------


async def test_a_stream_begins_with_how_things_stand(lobby: Lobby) -> None:
    assert [(phone.messages[0]["state"], phone.messages[0]["ahead"]) for phone in lobby.phones] == [
        ("next", 0),
        ("waiting", 1),
        ("waiting", 2),
    ]
    assert lobby.board.latest["state"] == "quiet"
    assert lobby.board.latest["services"][0] == {"name": "New driving licence", "waiting": 3, "wait": ""}
    assert (lobby.counter.latest["state"], lobby.counter.latest["waiting"]) == ("idle", 3)
    for stream in (*lobby.phones, lobby.board, lobby.counter):
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"


# After each happening -------------------------------------------------------------------------------------


async def test_after_a_call_everybody_is_told(lobby: Lobby) -> None:
    await lobby.officer.done("call-next")
    called = await lobby.phones[0].shows(in_state("called"))
    assert (called["counter"], called["announce"]) == ("Loket 1", "Nomor A-001, silakan ke Loket 1.")
    assert (await lobby.phones[1].shows(in_state("next")))["ahead"] == 0
    await lobby.phones[2].shows(ahead(1))
    board = await lobby.board.shows(in_state("calling"))
    assert (board["calls"][0]["number"], board["calls"][0]["counter"]) == ("A-001", "Counter 1")
    assert board["announce"] == "Number A-001, please go to Counter 1."
    assert waiting(2)(board)
    counter = await lobby.counter.shows(in_state("called"))
    assert (counter["number"], counter["calls"], counter["waiting"]) == ("A-001", 1, 2)


async def test_after_a_cancellation_who_stands_behind_moves_up(lobby: Lobby) -> None:
    await lobby.cancel(0)
    await lobby.phones[0].shows(in_state("cancelled"))
    await lobby.phones[1].shows(in_state("next"))
    await lobby.phones[2].shows(ahead(1))
    await lobby.board.shows(waiting(2))
    await lobby.counter.shows(lambda told: told["waiting"] == 2)


async def test_a_called_person_who_cancels_leaves_an_idle_counter(lobby: Lobby) -> None:
    await lobby.officer.done("call-next")
    await lobby.phones[0].shows(in_state("called"))
    await lobby.cancel(0)
    await lobby.phones[0].shows(in_state("cancelled"))
    await lobby.counter.shows(in_state("idle"))


async def test_through_to_the_end(lobby: Lobby) -> None:
    for action, state, at_desk in (
        ("call-next", "called", "called"),
        ("serve", "serving", "serving"),
        ("finish", "finished", "idle"),
    ):
        await lobby.officer.done(action)
        await lobby.phones[0].shows(in_state(state))
        await lobby.counter.shows(in_state(at_desk))


async def test_who_is_put_back_waits_again_and_at_no_counter(lobby: Lobby) -> None:
    called = await lobby.officer.done("call-next")
    await lobby.phones[0].shows(in_state("called"))
    await lobby.officer.done("no-show")
    missed = await lobby.phones[0].shows(in_state("missed"))
    assert missed["counter"] == "Loket 1"
    await lobby.officer.done("put-back", ticket=called["person"]["ticket"])
    back = await lobby.phones[0].shows(in_state("waiting"))
    told = await lobby.told(0)
    assert (back["ahead"], back["place"], back["counter"]) == (told["ahead"], told["place"], "")
    assert told["counter"] is None
    await lobby.counter.shows(in_state("idle"))
    await lobby.board.shows(waiting(3))


async def test_a_closed_line_is_still_told(lobby: Lobby) -> None:
    async with lobby.office.officer("maria", role="manager") as manager:
        of(await manager.client.post(f"{lobby.office.path}/services/sim/close"), 200)
    await lobby.officer.done("call-next")
    await lobby.phones[1].shows(in_state("next"))


async def test_those_who_wait_are_told_why_the_line_is_closed(lobby: Lobby) -> None:
    async with lobby.office.officer("maria", role="manager") as manager:
        body = {"message": {"id": "Listrik padam.", "en": "No electricity."}}
        of(await manager.client.post(f"{lobby.office.path}/services/sim/close", json=body), 200)
    for phone in lobby.phones:
        assert (await phone.shows(lambda told: bool(told["closing"])))["closing"] == "Listrik padam."
    await lobby.officer.done("call-next")
    assert (await lobby.phones[0].shows(in_state("called")))["closing"] == ""
    async with listening(lobby.site, f"{lobby.tickets[1]}/stream?lang=en") as english:
        assert english.latest["closing"] == "No electricity."


async def test_who_was_told_that_the_line_closes_hears_that_it_goes_on(lobby: Lobby) -> None:
    path = f"{lobby.office.path}/services/sim"
    async with lobby.office.officer("maria", role="manager") as manager:
        body = {"message": {"id": "Listrik padam.", "en": "No electricity."}}
        of(await manager.client.post(f"{path}/close", json=body), 200)
        for phone in lobby.phones:
            await phone.shows(lambda told: told["closing"] == "Listrik padam.")
        of(await manager.client.post(f"{path}/reopen"), 200)
    for phone in lobby.phones:
        await phone.shows(lambda told: told["closing"].startswith("Antrean tetap dibuka."))


async def test_who_lets_others_go_first_and_whom_they_let_are_told(lobby: Lobby) -> None:
    ticket = (await lobby.told(0))["id"]
    await lobby.site.do(DelayTicket(office=lobby.office.id, ticket=ticket, minutes=5), actor="citizen")
    await lobby.phones[0].shows(ahead(2))
    await lobby.phones[1].shows(in_state("next"))
    told = await lobby.counter.shows(lambda told: told["next"] == "A-002")
    assert told["next_why"].startswith("Has waited longest: since ")


async def test_who_fetches_something_is_told_so_until_they_are_back(lobby: Lobby) -> None:
    await lobby.officer.done("call-next")
    served = await lobby.officer.done("serve")
    await lobby.officer.done("park")
    await lobby.phones[0].shows(in_state("parked"))
    counter = await lobby.counter.shows(in_state("idle"))
    assert counter["lists"] == "A-001:parked"
    await lobby.officer.done("resume-ticket", counter="loket-2", ticket=served["person"]["ticket"])
    back = await lobby.phones[0].shows(in_state("serving"))
    assert back["counter"] == "Loket 2"
    await lobby.counter.shows(lambda told: told["lists"] == "")


async def test_a_ticket_that_changes_its_line_is_told_on(lobby: Lobby) -> None:
    for _ in range(2):
        await lobby.office.taken(lobby.citizen, "skck")
    for action in ("call-next", "serve"):
        await lobby.officer.done(action)
    await lobby.officer.done("transfer", service="skck")
    await lobby.phones[0].shows(in_state("next"))
    await lobby.officer.done("undo")
    await lobby.phones[0].shows(in_state("serving"))
    await lobby.officer.done("transfer", service="skck")
    await lobby.phones[0].shows(in_state("next"))
    told = await lobby.told(0)
    assert (told["service"], told["place"]) == ("skck", 1)
    await lobby.officer.done("call-next", "loket-3")
    called = await lobby.phones[0].shows(in_state("called"))
    assert called["counter"] == "Loket 3"
    await lobby.phones[1].shows(in_state("next"))


async def test_a_step_that_is_taken_back_is_taken_back_on_every_page(lobby: Lobby) -> None:
    await lobby.officer.done("call-next")
    await lobby.phones[0].shows(in_state("called"))
    await lobby.board.shows(in_state("calling"))
    await lobby.officer.done("undo")
    await lobby.phones[0].shows(in_state("next"))
    await lobby.phones[2].shows(ahead(2))
    await lobby.board.shows(in_state("quiet"))
    told = await lobby.counter.shows(in_state("idle"))
    assert (told["next"], told["waiting"]) == ("A-001", 3)


async def test_another_window_of_the_counter_is_told_of_shift_and_pause(lobby: Lobby) -> None:
    assert lobby.counter.latest["duty"] == "off sim of sim"
    await lobby.officer.done("sign-on")
    await lobby.counter.shows(lambda told: told["duty"] == "on sim of sim")
    await lobby.officer.done("pause")
    await lobby.counter.shows(lambda told: told["duty"] == "paused sim of sim")
    await lobby.officer.done("resume")
    await lobby.counter.shows(lambda told: told["duty"] == "on sim of sim")
    await lobby.officer.done("sign-off")
    await lobby.counter.shows(lambda told: told["duty"] == "off sim of sim")


async def test_a_counter_is_told_of_a_plan_that_has_it_serve_something_else(office: Office, officer: Officer) -> None:
    one, two, three = office.plan.counters
    async with at_counter(officer, "loket-3") as counter:
        await office.configure(replace(office.plan, counters=(one, two, replace(three, services=("sim",)))))
        told = await counter.shows(lambda told: told["duty"] == "off sim of sim")
        assert [service["name"] for service in told["services"]] == ["New driving licence"]


async def test_each_page_is_told_in_its_own_language(lobby: Lobby) -> None:
    async with (
        listening(lobby.site, f"{lobby.tickets[0]}/stream?lang=en") as english,
        listening(lobby.site, f"{lobby.office.path}/board/stream?lang=id") as papan,
        at_counter(lobby.officer, language="id") as loket,
    ):
        await lobby.officer.done("call-next")
        called = await english.shows(in_state("called"))
        assert (called["counter"], called["announce"]) == ("Counter 1", "Number A-001, please go to Counter 1.")
        assert (await lobby.phones[0].shows(in_state("called")))["counter"] == "Loket 1"
        assert (await papan.shows(in_state("calling")))["calls"][0]["counter"] == "Loket 1"
        assert (await loket.shows(in_state("called")))["service"] == "SIM baru"


async def test_what_happens_in_another_line_or_office_changes_nothing_but_the_forecast(lobby: Lobby) -> None:
    elsewhere = await lobby.site.open_office()
    for phone, people in zip(lobby.phones, (0, 1, 2), strict=True):
        await phone.shows(ahead(people))
    told = [len(phone.messages) for phone in lobby.phones]
    await lobby.office.taken(lobby.citizen, "skck")
    await elsewhere.taken(lobby.citizen)
    await lobby.board.shows(lambda told: told["services"][1]["waiting"] == 1)
    for phone, before in zip(lobby.phones, told, strict=True):
        assert {str(place_in(message)) for message in phone.messages[before:]} <= {str(place_in(phone.messages[0]))}
    await lobby.officer.done("call-next")
    await lobby.phones[2].shows(ahead(1))


def place_in(told: Any) -> Any:
    """What a message says but for the forecast, which may become a better one at any time."""
    return {name: value for name, value in told.items() if not name.startswith("wait")}


# What could mislead them ----------------------------------------------------------------------------------


async def test_a_request_that_is_sent_again_does_not_send_the_page_back(lobby: Lobby) -> None:
    """The worker answers a repeated command by publishing its old event once more."""
    key = str(uuid4())
    ticket = (await lobby.office.take(lobby.citizen, key=key)).headers["location"]
    for n in range(3):
        await lobby.cancel(n)
    async with listening(lobby.site, f"{ticket}/stream") as phone:
        await lobby.officer.done("call-next")
        await phone.shows(in_state("called"))
        of(await lobby.office.take(lobby.citizen, key=key), 201)
        await lobby.office.taken(lobby.citizen)
        await lobby.board.shows(waiting(1))
        assert phone.latest["state"] == "called"
        await lobby.officer.done("serve")
        await phone.shows(in_state("serving"))


async def test_a_counter_that_the_office_gives_up_silences_nobody_else(lobby: Lobby) -> None:
    async with at_counter(lobby.officer, "loket-3"):
        await lobby.office.configure(replace(lobby.office.plan, counters=lobby.office.plan.counters[:2]))
        await lobby.officer.done("call-next")
        await lobby.phones[0].shows(in_state("called"))
        await lobby.phones[2].shows(ahead(1))
        await lobby.board.shows(in_state("calling"))


async def test_a_page_that_is_closed_and_opened_again_is_told_on(lobby: Lobby) -> None:
    async with listening(lobby.site, f"{lobby.tickets[2]}/stream") as second:
        await lobby.officer.done("call-next")
        await second.shows(ahead(1))
    await lobby.officer.done("no-show")
    await lobby.officer.done("call-next")
    await lobby.phones[2].shows(in_state("next"))
    async with listening(lobby.site, f"{lobby.tickets[2]}/stream") as third:
        assert third.latest["state"] == "next"
        await lobby.officer.done("no-show")
        await lobby.officer.done("call-next")
        await third.shows(in_state("called"))


async def test_what_a_stream_tells_last_is_what_a_reload_shows(lobby: Lobby) -> None:
    """A morning at the counter; afterwards no page is wrong."""

    def same(told: Told, ticket: Any) -> bool:
        state = "waiting" if told["state"] == "next" else told["state"]
        names = {counter.id: counter.name.id for counter in lobby.office.plan.counters}
        where = names.get(ticket["counter"] or "", "")
        return (state, told["ahead"], told["counter"]) == (ticket["state"], ticket["ahead"], where)

    for _ in range(2):
        person = (await lobby.officer.done("call-next"))["person"]["ticket"]
        await lobby.officer.done("put-back", ticket=person)
    await lobby.officer.done("call-next")
    await lobby.officer.done("serve")
    await lobby.cancel(1)
    for n, phone in enumerate(lobby.phones):
        ticket = await lobby.told(n)
        await phone.shows(lambda told, ticket=ticket: same(told, ticket))  # type: ignore[misc]


async def test_a_ticket_of_yesterday_is_told_to_be_over(site: Site, office: Office, citizen: AsyncClient) -> None:
    at = datetime.now(ZoneInfo(office.plan.time_zone)) - timedelta(days=1)
    line = Line(f"{office.id}:sim:{at.date()}", office.id, "sim", "A", sequence=1, waiting=1, revision=1)
    ticket = Ticket(str(uuid4()), line.id, "A", 1, "A-001", 1, at, at, at, "citizen")
    await site.keep(line, ticket)
    async with listening(site, f"{API}/tickets/{site.queue.links.token(ticket.id)}/stream") as phone:
        async with listening(site, f"{office.path}/board/stream") as board:
            await office.taken(citizen)
            await board.shows(waiting(1))
        assert [told["state"] for told in phone.messages] == ["expired"]


async def test_nothing_is_remembered_of_pages_that_are_closed(site: Site, office: Office, citizen: AsyncClient) -> None:
    ticket = (await office.take(citizen)).headers["location"]
    async with listening(site, f"{ticket}/stream"), listening(site, f"{ticket}/stream?lang=en") as english:
        await office.taken(citizen)
        of(await citizen.post(f"{ticket}/cancel"), 200)
        await english.shows(in_state("cancelled"))
        assert len(site.app.state.web.hub)
    assert not [topic for topic in site.app.state.web.hub.topics() if ticket.split("/")[-1].split(".")[0] in topic]


@pytest.mark.parametrize("address", ["/tickets/x.y/stream", "/offices/none/board/stream"])
async def test_where_there_is_nothing_to_tell_there_is_no_stream(site: Site, address: str) -> None:
    async with listening(site, f"{API}{address}") as stream:
        assert (stream.status, stream.ended) == (404, True)
