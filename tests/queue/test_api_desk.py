"""An officer beyond calling, through the JSON API: shifts, pauses, fetching, sending on, taking back, walk-ins."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from shared.contracts.queue import CloseLine, DelayTicket, OrderPlan, TakeTicket
from tests.queue.running import API, Office, Officer, Site, new_plan, of, problem_of

MESSAGE = {"id": "Loket tutup pukul 12.", "en": "Counters close at noon."}
BODIES: dict[str, dict[str, Any]] = {
    "sign-on": {"services": []},
    "put-back": {"ticket": "nobody"},
    "resume-ticket": {"ticket": "nobody"},
    "transfer": {"service": "skck"},
    "walk-ins": {"service": "sim"},
}
STEPS = ("park", "undo", "pause", "resume", "sign-off", *BODIES)


async def do(officer: Officer, action: str, counter: str = "loket-2", **body: Any) -> Any:
    address = f"{officer.office.path}/counters/{counter}/{action}"
    return await officer.client.post(address, json=body or None)


async def done(officer: Officer, action: str, counter: str = "loket-2", **body: Any) -> Any:
    """Do what must succeed, as somebody who has signed on."""
    if action in ("call-next", "resume-ticket", "pause"):
        there = of(await officer.client.get(f"{officer.office.path}/counters/{counter}"), 200)
        if not there["on_duty"]:
            of(await do(officer, "sign-on", counter), 200)
    return of(await do(officer, action, counter, **body), 200)


async def served(officer: Officer) -> None:
    for action in ("call-next", "serve"):
        await done(officer, action)


# Shifts ---------------------------------------------------------------------------------------------------


async def test_a_shift_with_a_pause(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    await office.taken(citizen, "sim")
    await office.taken(citizen, "skck")
    before = of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)
    assert (before["on_duty"], before["paused"], [s["id"] for s in before["services"]]) == (
        False,
        False,
        ["sim", "skck"],
    )
    on = await done(officer, "sign-on", services=["skck"])
    assert (on["on_duty"], [s["id"] for s in on["services"]], on["waiting"]) == (True, ["skck"], 1)
    assert on["next"]["number"] == "B-001"
    assert (await done(officer, "pause"))["paused"] is True
    problem_of(await do(officer, "call-next"), 409, "counter-paused")
    assert (await done(officer, "resume"))["paused"] is False
    assert (await done(officer, "sign-off"))["on_duty"] is False
    for refused in ("sign-off", "call-next", "pause"):
        problem_of(await do(officer, refused), 409, "counter-signed-off")


async def test_signing_on_without_a_word_is_for_everything(officer: Officer) -> None:
    answer = await officer.client.post(f"{officer.office.path}/counters/loket-2/sign-on")
    assert [service["id"] for service in of(answer, 200)["services"]] == ["sim", "skck"]


async def test_a_counter_does_not_sign_on_for_what_it_is_not_planned_for(officer: Officer) -> None:
    told = problem_of(await do(officer, "sign-on", "loket-1", services=["skck"]), 409, "not-served-here")
    assert told["details"] == {"service": "skck"}


async def test_the_counters_of_an_office_are_seen_side_by_side(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    await done(officer, "call-next", "loket-1")
    await done(officer, "pause", "loket-3")
    one, two, three = of(await officer.client.get(f"{office.path}/counters"), 200)
    assert (one["id"], one["number"], one["on_duty"]) == ("loket-1", "A-001", True)
    assert (two["name"]["en"], two["services"], two["number"]) == ("Counter 2", ["sim", "skck"], None)
    assert (three["on_duty"], three["paused"]) == (True, True)


# Steps between --------------------------------------------------------------------------------------------


async def test_who_fetches_something_is_listed_at_every_counter(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    ticket = await office.taken(citizen)
    await served(officer)
    parked = await done(officer, "park")
    assert (parked["person"], [p["number"] for p in parked["parked"]], parked["recent"]) == (None, ["A-001"], [])
    elsewhere = of(await officer.client.get(f"{office.path}/counters/loket-3"), 200)
    assert [p["ticket"] for p in elsewhere["parked"]] == [ticket["id"]]
    resumed = await done(officer, "resume-ticket", "loket-3", ticket=ticket["id"])
    assert (resumed["person"]["number"], resumed["person"]["state"], resumed["parked"]) == ("A-001", "serving", [])


async def test_whom_a_counter_called_is_remembered_there_until_another_calls_them(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    first, *_ = [await office.taken(citizen) for _ in range(2)]
    for _ in range(2):
        await officer.done("call-next", "loket-1")
        missed = await officer.done("no-show", "loket-1")
    assert numbers(missed["recent"]) == ["A-002", "A-001"]
    await officer.done("put-back", "loket-1", ticket=first["id"])
    elsewhere = await officer.done("call-next", "loket-2")
    assert (elsewhere["person"]["number"], elsewhere["recent"]) == ("A-001", [])
    here = of(await officer.client.get(f"{office.path}/counters/loket-1"), 200)
    assert numbers(here["recent"]) == ["A-002"]
    missed = await officer.done("no-show", "loket-2")
    assert numbers(missed["recent"]) == ["A-001"]


async def test_whose_call_was_taken_back_was_not_called_and_who_was_served_on_was(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    await done(officer, "call-next")
    assert of(await do(officer, "undo"), 200)["recent"] == []
    await served(officer)
    await done(officer, "park")
    parked = of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["parked"]
    await done(officer, "resume-ticket", "loket-1", ticket=parked[0]["ticket"])
    assert numbers((await done(officer, "finish", "loket-1"))["recent"]) == ["A-001"]
    assert of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["recent"] == []


def numbers(people: list[dict[str, Any]]) -> list[str]:
    return [person["number"] for person in people]


async def test_who_is_sent_on_is_next_there(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    ticket = await office.take(citizen)
    await office.taken(citizen, "skck")
    await done(officer, "sign-on", services=["sim"])
    await served(officer)
    sent = await done(officer, "transfer", service="skck")
    assert (sent["person"], sent["recent"]) == (None, [])
    there = of(await officer.client.get(f"{office.path}/counters/loket-3"), 200)
    assert (there["next"]["number"], there["next"]["service_name"]["id"]) == ("A-001", "SKCK")
    told = of(await citizen.get(ticket.headers["location"]), 200)
    assert (told["state"], told["service"], told["place"]) == ("waiting", "skck", 1)


async def test_a_step_is_offered_back_as_long_as_it_can_be_taken_back(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    for _ in range(2):
        await office.taken(citizen)
    called = await done(officer, "call-next")
    assert called["undo"]["number"] == "A-001"
    left = datetime.fromisoformat(called["undo"]["until"]) - office.site.queue.clock()
    assert timedelta(0) < left <= timedelta(seconds=10)
    back = await done(officer, "undo")
    assert (back["person"], back["undo"], back["next"]["number"], back["waiting"]) == (None, None, "A-001", 2)
    problem_of(await do(officer, "undo"), 409, "nothing-to-undo")


async def test_a_step_of_which_something_has_come_is_not_offered_back(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    ticket = await office.take(citizen)
    await done(officer, "call-next")
    of(await citizen.post(f"{ticket.headers['location']}/cancel"), 200)
    assert of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["undo"] is None
    problem_of(await do(officer, "undo"), 409, "nothing-to-undo")


# Who is next, and why -------------------------------------------------------------------------------------


async def test_who_has_waited_longest_is_next(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    assert of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["next"] is None
    await office.taken(citizen, "skck")
    await office.taken(citizen, "sim")
    then = of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["next"]
    assert (then["number"], then["reason"], then["need"], then["head_start_minutes"]) == ("B-001", "waited", None, 0)
    assert then["here_since"] == then["counts_from"] or then["here_since"][:19] == then["counts_from"][:19]
    assert (await done(officer, "call-next"))["person"]["number"] == then["number"]


async def test_who_goes_first_by_law_is_next_with_the_reason(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    walk_in = of(await do(officer, "walk-ins", service="sim", need="pregnant"), 201)
    then = of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["next"]
    assert (then["number"], then["reason"], then["need"]) == (walk_in["number"], "priority", "pregnant")
    here, counts = (datetime.fromisoformat(then[name]) for name in ("here_since", "counts_from"))
    assert timedelta(minutes=29, seconds=59) < here - counts < timedelta(minutes=30, seconds=1)
    assert then["head_start_minutes"] == 30
    called = await done(officer, "call-next")
    assert (called["person"]["number"], called["person"]["need"]) == (walk_in["number"], "pregnant")


async def test_who_let_others_go_first_is_next_for_that_reason(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    ticket = await office.taken(citizen)
    await office.site.do(DelayTicket(office=office.id, ticket=ticket["id"], minutes=5), actor="citizen")
    then = of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["next"]
    assert (then["reason"], then["counts_from"] > then["here_since"]) == ("returned", True)


async def test_whom_the_page_names_is_whom_the_counter_calls(site: Site) -> None:
    """Some of everything, in both lines: the page and the call decide alike."""
    office = await site.open_office(replace(new_plan(), order=OrderPlan(priority_minutes=30)))
    for need, service in ((None, "sim"), ("elderly", "skck"), (None, "skck"), ("nursing", "sim"), (None, "sim")):
        await site.do(TakeTicket(office=office.id, service=service, way="kiosk", need=need))
    async with office.officer() as officer:
        for _ in range(5):
            then = of(await officer.client.get(f"{office.path}/counters/loket-2"), 200)["next"]
            assert (await done(officer, "call-next"))["person"]["number"] == then["number"]
            await done(officer, "no-show")


# Walk-ins and closing -------------------------------------------------------------------------------------


async def test_a_walk_in_has_a_ticket_like_everybody(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    taken = of(await do(officer, "walk-ins", service="skck"), 201)
    assert (taken["number"], taken["service"], taken["place"]) == ("B-001", "skck", 1)
    told = of(await citizen.get(f"{API}/tickets/{taken['link'].rpartition('/')[2]}"), 200)
    assert (told["number"], told["state"]) == ("B-001", "waiting")
    entry = await office.site.journal(taken["id"])
    assert entry.actor == "staff/sari/loket-2"


async def test_a_walk_in_whom_the_line_does_not_take_is_told_so(office: Office, officer: Officer) -> None:
    await office.site.do(CloseLine(office=office.id, service="sim"))
    problem_of(await do(officer, "walk-ins", service="sim"), 409, "line-closed")
    problem_of(await do(officer, "walk-ins", service="passport"), 404, "service-unknown")


async def test_those_who_wait_are_told_why_their_line_is_closed(
    office: Office, manager: Officer, citizen: AsyncClient
) -> None:
    ticket = await office.taken(citizen)
    body = {"message": MESSAGE}
    of(await manager.client.post(f"{office.path}/services/sim/close", json=body), 200)
    for language, words in MESSAGE.items():
        page = await citizen.get(f"{ticket['link']}?lang={language}")
        assert words in page.text


async def test_a_line_closed_by_mistake_goes_on(office: Office, manager: Officer, citizen: AsyncClient) -> None:
    path = f"{office.path}/services/sim"
    problem_of(await manager.client.post(f"{path}/reopen"), 409, "nothing-to-undo")
    assert not of(await manager.client.post(f"{path}/close"), 200)["open_now"]
    problem_of(await office.take(citizen), 409, "line-closed")
    assert of(await manager.client.post(f"{path}/reopen"), 200)["open_now"]
    await office.taken(citizen)


async def test_only_who_may_close_a_line_opens_it_again(office: Office, officer: Officer) -> None:
    problem_of(await officer.client.post(f"{office.path}/services/sim/reopen"), 403, "forbidden")
    problem_of(await officer.client.post(f"{API}/offices/elsewhere/services/sim/reopen"), 403, "forbidden")


@pytest.mark.parametrize(
    "message",
    [{"id": "Tutup"}, {"id": "Tutup", "en": ""}, {"id": " ", "en": " "}, {"id": "x" * 501, "en": "x"}, "Tutup", 3],
)
async def test_a_message_in_one_language_is_refused(office: Office, manager: Officer, message: object) -> None:
    answer = await manager.client.post(f"{office.path}/services/sim/close", json={"message": message})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


# Who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
async def test_none_of_it_is_for_citizens_or_other_offices(
    site: Site, office: Office, officer: Officer, citizen: AsyncClient, step: str
) -> None:
    body = BODIES.get(step)
    answer = await citizen.post(f"{office.path}/counters/loket-2/{step}", json=body)
    problem_of(answer, 401, "sign-in-needed")
    elsewhere = await site.open_office()
    answer = await officer.client.post(f"{elsewhere.path}/counters/loket-2/{step}", json=body)
    problem_of(answer, 403, "forbidden")
    problem_of(await officer.client.get(f"{elsewhere.path}/counters"), 403, "forbidden")


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("sign-on", {"services": "sim"}),
        ("sign-on", {"services": ["SIM!"]}),
        ("sign-on", {"service": "sim"}),
        ("transfer", {}),
        ("transfer", {"service": "../.."}),
        ("resume-ticket", {"ticket": ""}),
        ("walk-ins", {"service": "sim", "need": "impatient"}),
        ("walk-ins", {"service": "sim", "phone": "0812"}),
    ],
)
async def test_what_makes_no_sense_is_refused(officer: Officer, step: str, body: dict[str, Any]) -> None:
    answer = await officer.client.post(f"{officer.office.path}/counters/loket-2/{step}", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
