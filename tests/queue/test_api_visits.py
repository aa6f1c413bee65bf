"""What the holder of a ticket can do by the JSON API beside waiting, and what the API takes no ticket for."""

import pytest
from httpx import AsyncClient

from tests.queue.running import API, Office, Officer, of, problem_of

NEEDS = ["elderly", "disabled", "pregnant", "nursing"]


def address(ticket: dict[str, str], action: str = "") -> str:
    return f"{API}/tickets/{ticket['link'].rpartition('/')[2]}{action and '/'}{action}"


async def take(client: AsyncClient, office: Office, **more: str | None) -> dict[str, str]:
    body = {"office": office.id, "service": "sim", **more}
    taken: dict[str, str] = of(await client.post(f"{API}/tickets", json=body), 201)
    return taken


async def finished(office: Office, officer: Officer) -> dict[str, str]:
    ticket = await take(officer.client, office)
    for action in ("call-next", "serve", "finish"):
        await officer.done(action)
    return ticket


@pytest.mark.parametrize("need", NEEDS)
async def test_who_goes_first_is_served_first(office: Office, citizen: AsyncClient, need: str) -> None:
    await take(citizen, office)
    first = await take(citizen, office, need=need)
    assert of(await citizen.get(address(first)), 200)["place"] == 1
    assert of(await citizen.get(address(first, "visit")), 200)["is_priority"]


async def test_a_visit_says_where_to_go_and_what_to_bring(office: Office, citizen: AsyncClient) -> None:
    visit = of(await citizen.get(address(await take(citizen, office), "visit")), 200)
    assert visit["address"] == {"id": "Jalan Uji", "en": "Test Street"}
    assert visit["requirements"] == [{"id": "KTP", "en": "Identity card"}]
    assert (visit["is_priority"], visit["slot"], visit["delays_left"]) == (False, None, 2)
    assert (visit["feedback"], visit["family"], visit["family_left"]) == ("none", [], 5)


async def test_a_family_is_shown_on_each_of_its_tickets(office: Office, citizen: AsyncClient) -> None:
    first = await take(citizen, office)
    second = await take(citizen, office, family=first["link"].rpartition("/")[2])
    third = await take(citizen, office, service="skck", family=second["link"].rpartition("/")[2])
    tickets = (first, second, third)
    for own in tickets:
        visit = of(await citizen.get(address(own, "visit")), 200)
        others = [other for other in tickets if other is not own]
        assert [one["link"] for one in visit["family"]] == [other["link"] for other in others]
        assert [one["number"] for one in visit["family"]] == [other["number"] for other in others]
        assert visit["family_left"] == 3


async def test_a_family_is_joined_by_a_link_and_not_by_an_id(office: Office, citizen: AsyncClient) -> None:
    ticket = await take(citizen, office)
    for wrong in (ticket["id"], f"{ticket['id']}.{'x' * 22}", ""):
        body = {"office": office.id, "service": "sim", "family": wrong}
        problem_of(await citizen.post(f"{API}/tickets", json=body), 404, "ticket-unknown")


async def test_a_family_has_six_tickets_a_day(office: Office, citizen: AsyncClient) -> None:
    token = (await take(citizen, office))["link"].rpartition("/")[2]
    for _ in range(5):
        await take(citizen, office, family=token)
    body = {"office": office.id, "service": "sim", "family": token}
    problem_of(await citizen.post(f"{API}/tickets", json=body), 409, "family-too-large")


async def test_others_are_let_go_first_twice(office: Office, citizen: AsyncClient) -> None:
    ticket = await take(citizen, office)
    await take(citizen, office)
    for left in (1, 0):
        seen = of(await citizen.post(address(ticket, "delay"), json={"minutes": 10}), 200)
        assert (seen["state"], seen["place"]) == ("waiting", 2)
        assert of(await citizen.get(address(ticket, "visit")), 200)["delays_left"] == left
    problem_of(await citizen.post(address(ticket, "delay"), json={"minutes": 10}), 409, "delay-exhausted")


@pytest.mark.parametrize("minutes", [4, 31, 0, -5, "long", None, 7.5])
async def test_how_much_later_is_bounded(office: Office, citizen: AsyncClient, minutes: object) -> None:
    ticket = await take(citizen, office)
    problem_of(await citizen.post(address(ticket, "delay"), json={"minutes": minutes}), 422, "invalid")


async def test_feedback_is_given_once_and_afterwards(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    ticket = await finished(office, officer)
    assert of(await citizen.get(address(ticket, "visit")), 200)["feedback"] == "open"
    body = {"score": 4, "words": "Cepat dan ramah."}
    assert of(await citizen.post(address(ticket, "feedback"), json=body), 200)["feedback"] == "given"
    problem_of(await citizen.post(address(ticket, "feedback"), json=body), 409, "feedback-given")
    waiting = await take(citizen, office)
    problem_of(await citizen.post(address(waiting, "feedback"), json=body), 409, "ticket-not-finished")


@pytest.mark.parametrize(
    "body", [{}, {"score": 0}, {"score": 6}, {"score": "good"}, {"score": 3, "words": "x" * 1001}], ids=str
)
async def test_feedback_has_a_form(office: Office, officer: Officer, citizen: AsyncClient, body: object) -> None:
    ticket = await finished(office, officer)
    problem_of(await citizen.post(address(ticket, "feedback"), json=body), 422, "invalid")


@pytest.mark.parametrize("action", ["visit", "delay", "feedback"])
async def test_a_forged_link_opens_nothing(office: Office, citizen: AsyncClient, action: str) -> None:
    forged = {"link": f"/queue/t/{(await take(citizen, office))['id']}.{'x' * 22}"}
    body = {"delay": {"minutes": 5}, "feedback": {"score": 1}}.get(action)
    answer = await citizen.request("POST" if body else "GET", address(forged, action), json=body)
    problem_of(answer, 404, "ticket-unknown")


async def test_nobody_says_by_which_way_they_come(office: Office, citizen: AsyncClient) -> None:
    body = {"office": office.id, "service": "sim", "way": "kiosk"}
    problem_of(await citizen.post(f"{API}/tickets", json=body), 422, "invalid")
