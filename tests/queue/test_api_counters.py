"""The staff's way through the JSON API: sign in, work at a counter, and nobody else's."""

import asyncio
from time import monotonic
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.queue.running import API, PASSWORD, Office, Officer, Site, of, problem_of, sign_in

STEPS = ("call-next", "recall", "serve", "finish", "no-show")


# Signing in -----------------------------------------------------------------------------------------------


async def test_who_signed_in_works_and_who_signed_out_does_not(office: Office, officer: Officer) -> None:
    counter = f"{office.path}/counters/loket-1"
    assert of(await officer.client.get(counter), 200)["person"] is None
    assert (await officer.client.delete(f"{API}/sessions/current")).status_code == 204
    answer = await officer.client.get(counter)
    problem_of(answer, 401, "sign-in-needed")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("username", "password"),
    [("sari", "another password"), ("sari", ""), ("SARI", PASSWORD), ("nobody", PASSWORD), ("", ""), ("a:b", PASSWORD)],
)
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(
    site: Site, office: Office, username: str, password: str
) -> None:
    await office.add_staff("sari")
    async with site.client(address="198.51.100.1", headers={"accept-language": "en"}) as client:
        told = problem_of(await sign_in(client, office.id, username, password), 401, "wrong-password")
    assert told["title"] == "User name or password is wrong"


async def test_the_staff_of_one_office_are_strangers_to_another(site: Site, office: Office) -> None:
    await office.add_staff("sari")
    elsewhere = await site.open_office()
    async with site.client(address="198.51.100.2") as client:
        problem_of(await sign_in(client, elsewhere.id, "sari"), 401, "wrong-password")


async def test_a_renewed_password_takes_the_place_of_the_old_one(site: Site, office: Office) -> None:
    await office.add_staff("sari")
    await office.add_staff("sari", password="quite another password")
    async with site.client(address="198.51.100.3") as client:
        problem_of(await sign_in(client, office.id, "sari"), 401, "wrong-password")
        of(await sign_in(client, office.id, "sari", "quite another password"), 201)


@pytest.mark.usefixtures("long_waits")
async def test_who_guesses_must_wait_but_nobody_else(site: Site, office: Office) -> None:
    await office.add_staff("sari")
    async with site.client(address="203.0.113.1") as guesser, site.client(address="203.0.113.2") as owner:
        for _ in range(5):
            problem_of(await sign_in(guesser, office.id, "sari", "a guess"), 401, "wrong-password")
        answer = await sign_in(guesser, office.id, "sari", "a guess")
        problem_of(answer, 429, "too-many-requests")
        assert int(answer.headers["retry-after"]) >= 1
        refused = await sign_in(guesser, office.id, "sari", PASSWORD)
        problem_of(refused, 429, "too-many-requests")
        of(await sign_in(owner, office.id, "sari"), 201)


async def test_a_hundred_guesses_at_once_are_a_hundred(site: Site, office: Office) -> None:
    await office.add_staff("sari")
    began = monotonic()
    async with site.client(address="203.0.113.3") as guesser:
        answers = await asyncio.gather(*(sign_in(guesser, office.id, "sari", f"guess {n}") for n in range(100)))
    waited_out = (monotonic() - began) // 2  # a busy machine takes longer than the first waits, of two seconds on
    assert sorted({answer.status_code for answer in answers}) == [401, 429]
    assert 5 <= sum(answer.status_code == 401 for answer in answers) <= 5 + waited_out


@pytest.mark.parametrize("token", ["", "x", "a" * 500, "\x7f"])
async def test_an_invented_token_opens_nothing(office: Office, citizen: AsyncClient, token: str) -> None:
    answer = await citizen.get(f"{office.path}/counters/loket-1", headers={"authorization": f"Bearer {token}"})
    problem_of(answer, 401, "sign-in-needed")


@pytest.mark.parametrize("action", [*STEPS, "put-back"])
async def test_no_citizen_works_at_a_counter(office: Office, citizen: AsyncClient, action: str) -> None:
    answer = await citizen.post(f"{office.path}/counters/loket-1/{action}", json={"ticket": str(uuid4())})
    problem_of(answer, 401, "sign-in-needed")


async def test_no_citizen_closes_a_line_or_looks_over_an_officer_s_shoulder(
    office: Office, citizen: AsyncClient
) -> None:
    problem_of(await citizen.post(f"{office.path}/services/sim/close"), 401, "sign-in-needed")
    problem_of(await citizen.get(f"{office.path}/counters/loket-1"), 401, "sign-in-needed")
    problem_of(await citizen.get(f"{office.path}/counters/loket-1/stream"), 401, "sign-in-needed")


async def test_an_officer_works_in_the_own_office_only(site: Site, officer: Officer, citizen: AsyncClient) -> None:
    elsewhere = await site.open_office()
    ticket = await elsewhere.taken(citizen)
    there = f"{elsewhere.path}/counters/loket-1"
    answers = [await officer.client.post(f"{there}/{step}") for step in STEPS]
    answers.append(await officer.client.post(f"{there}/put-back", json={"ticket": ticket["id"]}))
    answers.append(await officer.client.post(f"{elsewhere.path}/services/sim/close"))
    answers.append(await officer.client.get(there))
    answers.append(await officer.client.get(f"{there}/stream"))
    for answer in answers:
        problem_of(answer, 403, "forbidden")
    assert of(await citizen.get(elsewhere.path), 200)["services"][0]["waiting"] == 1


# At the counter -------------------------------------------------------------------------------------------


async def test_a_person_is_called_served_and_done(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    ticket = await office.take(citizen)
    await office.taken(citizen)
    called = await officer.done("call-next")
    assert (called["person"]["number"], called["person"]["state"], called["calls"]) == ("A-001", "called", 1)
    assert called["waiting"] == 1
    told = of(await citizen.get(ticket.headers["location"]), 200)
    assert (told["state"], told["counter"], told["place"]) == ("called", "loket-1", 0)
    assert told["called_at"] is not None
    assert (await officer.done("serve"))["person"]["state"] == "serving"
    assert of(await citizen.get(ticket.headers["location"]), 200)["state"] == "serving"
    finished = await officer.done("finish")
    assert finished["person"] is None
    assert [(past["number"], past["state"]) for past in finished["recent"]] == [("A-001", "finished")]
    assert of(await citizen.get(ticket.headers["location"]), 200)["state"] == "finished"


async def test_people_are_called_in_the_order_they_came(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    for service in ("skck", "sim", "skck"):
        await office.taken(citizen, service)
    numbers = []
    for _ in range(3):
        numbers.append((await officer.done("call-next", "loket-2"))["person"]["number"])
        await officer.done("no-show", "loket-2")
    assert numbers == ["B-001", "A-001", "B-002"]


async def test_nobody_is_called_where_nobody_waits(officer: Officer) -> None:
    problem_of(await officer.act("call-next"), 409, "nobody-waiting")


@pytest.mark.parametrize("step", [step for step in STEPS if step != "call-next"])
async def test_an_idle_counter_has_nobody_to_deal_with(officer: Officer, step: str) -> None:
    problem_of(await officer.act(step), 409, "counter-idle")


async def test_a_busy_counter_calls_nobody(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    for _ in range(2):
        await office.taken(citizen)
    await officer.done("call-next")
    told = problem_of(await officer.act("call-next"), 409, "counter-busy")
    assert told["details"] == {"number": "A-001"}
    await officer.done("serve")
    problem_of(await officer.act("call-next"), 409, "counter-busy")
    problem_of(await officer.act("no-show"), 409, "ticket-not-called")


async def test_who_was_not_seen_cannot_be_finished(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    await office.taken(citizen)
    await officer.done("call-next")
    problem_of(await officer.act("finish"), 409, "ticket-not-serving")


async def test_the_same_call_sent_again_calls_one_person(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    for _ in range(2):
        await office.taken(citizen)
    key = str(uuid4())
    first, again = [of(await officer.act("call-next", key=key), 200) for _ in range(2)]
    assert first == again
    assert first["waiting"] == 1


async def test_a_person_is_not_shouted_at(office: Office, officer: Officer, citizen: AsyncClient) -> None:
    await office.taken(citizen)
    await officer.done("call-next")
    told = problem_of(await officer.act("recall"), 409, "recall-too-soon")
    assert 1 <= told["details"]["seconds"] <= 20


async def test_a_missed_person_is_put_back_behind_three_others_twice_at_most(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    ticket, *_ = [await office.take(citizen) for _ in range(6)]
    for times, place in ((1, 4), (2, 4)):
        while (called := await officer.done("call-next"))["person"]["number"] != "A-001":
            await officer.done("no-show")
        await officer.done("no-show")
        back = await officer.done("put-back", ticket=called["person"]["ticket"])
        assert back["person"] is None
        told = of(await citizen.get(ticket.headers["location"]), 200)
        waiting = of(await citizen.get(office.path), 200)["services"][0]["waiting"]
        assert (told["state"], told["place"], told["counter"]) == ("waiting", min(place, waiting), None), times
    while (called := await officer.done("call-next"))["person"]["number"] != "A-001":
        await officer.done("no-show")
    assert called["person"]["can_put_back"] is False
    problem_of(await officer.act("put-back", ticket=called["person"]["ticket"]), 409, "put-back-exhausted")


async def test_a_person_whom_another_counter_called_is_not_put_back_from_here(
    office: Office, officer: Officer, citizen: AsyncClient
) -> None:
    ticket = await office.taken(citizen)
    await officer.done("call-next", "loket-2")
    told = problem_of(await officer.act("put-back", "loket-1", ticket=ticket["id"]), 409, "ticket-elsewhere")
    assert told["details"] == {"counter": "loket-2"}


async def test_a_ticket_of_another_office_is_unknown_here(site: Site, officer: Officer, citizen: AsyncClient) -> None:
    elsewhere = await site.open_office()
    ticket = await elsewhere.taken(citizen)
    problem_of(await officer.act("put-back", ticket=ticket["id"]), 404, "ticket-unknown")
    problem_of(await officer.act("put-back", ticket=str(uuid4())), 404, "ticket-unknown")


async def test_a_counter_that_does_not_exist_is_told_so(office: Office, officer: Officer) -> None:
    problem_of(await officer.act("call-next", "loket-9"), 404, "counter-unknown")
    problem_of(await officer.client.get(f"{office.path}/counters/loket-9"), 404, "counter-unknown")
    problem_of(await officer.client.get(f"{office.path}/counters/loket-9/stream"), 404, "counter-unknown")


async def test_closing_a_line_lets_who_waits_be_served(
    office: Office, officer: Officer, manager: Officer, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    closed = of(await manager.client.post(f"{office.path}/services/sim/close"), 200)
    assert (closed["open_now"], closed["waiting"]) == (False, 1)
    problem_of(await office.take(citizen), 409, "line-closed")
    problem_of(await manager.client.post(f"{office.path}/services/sim/close"), 409, "line-closed")
    assert (await officer.done("call-next"))["person"]["number"] == "A-001"
    problem_of(await manager.client.post(f"{office.path}/services/passport/close"), 404, "service-unknown")
