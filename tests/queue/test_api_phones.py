"""Telephone numbers proven by the JSON API: codes that come, proofs for them, and appointments for who has one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from services.queue.phones.codes import CODE_LASTS, PROOF_LASTS
from services.queue.phones.limits import PER_PHONE, TRIES_MOST
from tests.queue.phones import Phones, ask_code, enter, phones_of
from tests.queue.running import API, Office, Site, of, problem_of, with_key
from tests.queue.slots import PHONE, book, booked, free_slot, with_slots
from tests.support.code_gateway import TOKEN

SECOND = timedelta(seconds=1)


@pytest.fixture
async def office(site: Site) -> Office:
    return await site.open_office(with_slots())


async def challenge_of(client: AsyncClient, phone: str = PHONE) -> str:
    challenge: str = of(await ask_code(client, phone), 201)["challenge"]
    return challenge


async def book_with(client: AsyncClient, office: Office, proof: str | None, *, phone: str = PHONE) -> Any:
    body = {"office": office.id, "service": "sim", "slot": await free_slot(client, office), "phone": phone}
    return await client.post(f"{API}/appointments", json=body | ({} if proof is None else {"proof": proof}))


# What a proof is for --------------------------------------------------------------------------------------


async def test_who_has_entered_the_code_books(office: Office, citizen: AsyncClient, phones: Phones) -> None:
    sent = of(await ask_code(citizen, headers={"accept-language": "en"}), 201)
    assert (sent["digits"], sent["good_for_seconds"]) == (6, 600)
    (message,) = phones.gateway.messages
    assert (message["to"], message["token"]) == ("+6281234567890", TOKEN)
    assert "It is good for 10 minutes." in message["text"]
    proven = of(await enter(citizen, sent["challenge"], phones.gateway.code(), "+62 812-3456-7890"), 201)
    assert proven["good_for_seconds"] == PROOF_LASTS.total_seconds()
    made = of(await book_with(citizen, office, proven["proof"]), 201)
    seen = of(await citizen.get(f"{API}/appointments/{made['link'].rpartition('/')[2]}"), 200)
    assert (seen["state"], seen["proven"]) == ("open", True)


async def test_without_a_proof_nothing_is_booked(office: Office, citizen: AsyncClient, phones: Phones) -> None:
    for nothing in (None, ""):
        told = problem_of(await book_with(citizen, office, nothing), 403, "phone-unproven")
        assert told["details"] == {"reason": "missing"}
    assert phones.gateway.messages == []


async def test_a_proof_is_good_for_its_own_number_alone(office: Office, citizen: AsyncClient, phones: Phones) -> None:
    proof = await phones.proof(citizen)
    until, _, mac = proof.partition(".")
    for forged in (f"{int(until) + 1}.{mac}", f"{until}.{'x' * 22}", f"{until}.", ".", "nonsense"):
        told = problem_of(await book_with(citizen, office, forged), 403, "phone-unproven")
        assert told["details"] == {"reason": "not-of-this-phone"}
    told = problem_of(await book_with(citizen, office, proof, phone="081234567891"), 403, "phone-unproven")
    assert told["details"] == {"reason": "not-of-this-phone"}
    of(await book_with(citizen, office, proof), 201)


async def test_a_proof_is_good_for_half_a_day(office: Office, citizen: AsyncClient, phones: Phones) -> None:
    proof = await phones.proof(citizen)
    phones.clock.now += PROOF_LASTS + SECOND
    told = problem_of(await book_with(citizen, office, proof), 403, "phone-unproven")
    assert told["details"] == {"reason": "expired"}
    phones.clock.now -= SECOND
    of(await book_with(citizen, office, proof), 201)


async def test_who_has_proven_a_number_has_one_open_appointment_by_it(
    office: Office, citizen: AsyncClient, phones: Phones
) -> None:
    proof = await phones.proof(citizen)
    of(await book_with(citizen, office, proof), 201)
    problem_of(await book_with(citizen, office, proof), 409, "already-booked")


async def test_a_stranger_who_only_claimed_a_number_does_not_keep_its_owner_from_booking(
    site: Site, office: Office, citizen: AsyncClient
) -> None:
    stranger = await booked(citizen, office)
    async with phones_of(site) as phones:
        owner = of(await book_with(citizen, office, await phones.proof(citizen)), 201)
        links = [made["link"].rpartition("/")[2] for made in (stranger, owner)]
        seen = [of(await citizen.get(f"{API}/appointments/{link}"), 200) for link in links]
        assert [(one["state"] in ("open", "booked"), one["proven"]) for one in seen] == [(True, False), (True, True)]
    # The gateway is given up again: what was proven is not open to who only claims it.
    problem_of(await book(citizen, office, await free_slot(citizen, office)), 409, "already-booked")


async def test_where_nobody_sends_codes_none_is_needed(office: Office, citizen: AsyncClient) -> None:
    problem_of(await ask_code(citizen), 409, "phones-not-proven")
    problem_of(await enter(citizen, "challenge", "123456"), 409, "phones-not-proven")
    made = of(await book_with(citizen, office, None), 201)
    seen = of(await citizen.get(f"{API}/appointments/{made['link'].rpartition('/')[2]}"), 200)
    assert seen["proven"] is False


async def test_a_proven_booking_sent_again_gives_the_same_appointment(
    office: Office, citizen: AsyncClient, phones: Phones
) -> None:
    body = {"office": office.id, "service": "sim", "slot": await free_slot(citizen, office), "phone": PHONE}
    body["proof"] = await phones.proof(citizen)
    headers = with_key(str(uuid4()))
    first, again = [await citizen.post(f"{API}/appointments", json=body, headers=headers) for _ in range(2)]
    assert of(first, 201) == of(again, 201)


# Codes ----------------------------------------------------------------------------------------------------


async def test_after_five_wrong_codes_not_even_the_right_one_helps(citizen: AsyncClient, phones: Phones) -> None:
    challenge = await challenge_of(citizen)
    for _ in range(TRIES_MOST):
        problem_of(await enter(citizen, challenge, phones.gateway.another_code()), 403, "code-wrong")
    problem_of(await enter(citizen, challenge, phones.gateway.code()), 409, "code-exhausted")
    phones.clock.pass_time(minutes=1)
    of(await enter(citizen, await challenge_of(citizen), phones.gateway.code()), 201)


async def test_who_guesses_at_another_s_number_takes_no_tries_from_its_owner(
    site: Site, citizen: AsyncClient, phones: Phones
) -> None:
    challenge = await challenge_of(citizen)
    code = phones.gateway.code()
    async with site.client(address="203.0.113.7") as stranger:
        theirs = await challenge_of(stranger)
        for _ in range(TRIES_MOST):
            problem_of(await enter(stranger, theirs, phones.gateway.another_code()), 403, "code-wrong")
        problem_of(await enter(stranger, theirs, code), 409, "code-exhausted")
    of(await enter(citizen, challenge, code), 201)


async def test_a_code_is_good_for_ten_minutes(citizen: AsyncClient, phones: Phones) -> None:
    challenge = await challenge_of(citizen)
    phones.clock.now += CODE_LASTS + SECOND
    problem_of(await enter(citizen, challenge, phones.gateway.code()), 410, "code-expired")
    phones.clock.now -= SECOND
    of(await enter(citizen, challenge, phones.gateway.code()), 201)


async def test_a_code_proves_once(site: Site, citizen: AsyncClient, phones: Phones) -> None:
    challenge = await challenge_of(citizen)
    of(await enter(citizen, challenge, phones.gateway.code()), 201)
    problem_of(await enter(citizen, challenge, phones.gateway.code()), 409, "code-used")
    async with site.client(address="203.0.113.7") as stranger:
        problem_of(await enter(stranger, challenge, phones.gateway.code()), 409, "code-used")


async def test_each_message_has_a_code_of_its_own(citizen: AsyncClient, phones: Phones) -> None:
    first = await challenge_of(citizen)
    phones.clock.pass_time(minutes=1)
    second = await challenge_of(citizen)
    assert phones.gateway.code(0) != phones.gateway.code(1) or first != second
    of(await enter(citizen, second, phones.gateway.code(1)), 201)
    of(await enter(citizen, first, phones.gateway.code(0)), 201)


async def test_a_challenge_belongs_to_its_number(citizen: AsyncClient, phones: Phones) -> None:
    challenge = await challenge_of(citizen)
    code = phones.gateway.code()
    problem_of(await enter(citizen, challenge, code, "081234567891"), 404, "code-unknown")
    when, nonce, mac = challenge.split(".")
    for forged in (
        f"{int(when) + 60}.{nonce}.{mac}",
        f"{when}.{nonce[::-1]}.{mac}",
        f"{when}.{nonce}.{mac[::-1]}",
        "x",
    ):
        problem_of(await enter(citizen, forged, code), 404, "code-unknown")
    of(await enter(citizen, challenge, code), 201)


@pytest.mark.parametrize(
    "body",
    [
        {"phone": "nobody"},
        {"phone": ""},
        {},
        {"phone": PHONE, "extra": 1},
    ],
    ids=str,
)
async def test_what_is_no_number_is_sent_no_code(citizen: AsyncClient, phones: Phones, body: dict[str, object]) -> None:
    problem_of(await citizen.post(f"{API}/phones/codes", json=body), 422, "invalid")
    assert phones.gateway.messages == []


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "12345a", None], ids=str)
async def test_what_is_no_code_costs_no_try(citizen: AsyncClient, phones: Phones, code: Any) -> None:
    challenge = await challenge_of(citizen)
    for _ in range(TRIES_MOST):
        problem_of(await enter(citizen, challenge, code), 422, "invalid")
    of(await enter(citizen, challenge, f" {phones.gateway.code()} "), 201)


async def test_the_message_is_in_the_reader_s_language_and_names_the_pages_for_the_telephone(
    citizen: AsyncClient, phones: Phones
) -> None:
    await challenge_of(citizen)
    (message,) = phones.gateway.messages
    assert message["text"].startswith(f"Kentongan: kode Anda {phones.gateway.code()}.")
    assert "@" not in message["text"], "nobody has said where people reach the pages"
    phones.site.app.state.queue = _at(phones.site, "https://antrean.example.go.id:8443")
    phones.clock.pass_time(minutes=1)
    await challenge_of(citizen)
    assert phones.gateway.messages[1]["text"].endswith(f"\n\n@antrean.example.go.id #{phones.gateway.code()}")
    assert len(phones.gateway.messages[1]["text"]) <= 160


def _at(site: Site, address: str) -> Any:
    return replace(site.queue, public_url=address)


# How often ------------------------------------------------------------------------------------------------


async def test_who_asks_again_waits_longer_each_time(citizen: AsyncClient, phones: Phones) -> None:
    for minutes in (1, 2, 4, 8):
        of(await ask_code(citizen), 201)
        answer = await ask_code(citizen)
        problem_of(answer, 429, "too-many-requests")
        assert int(answer.headers["retry-after"]) == minutes * 60
        phones.clock.now += timedelta(minutes=minutes) - SECOND
        problem_of(await ask_code(citizen), 429, "too-many-requests")
        phones.clock.now += SECOND
    assert len(phones.gateway.messages) == 4
    of(await enter(citizen, await challenge_of(citizen), phones.gateway.code()), 201)
    of(await ask_code(citizen), 201)


async def test_whoever_asks_for_another_s_number_its_owner_waits_a_quarter_of_an_hour_at_most(
    site: Site, citizen: AsyncClient, phones: Phones
) -> None:
    for n in range(PER_PHONE.free + 6):
        async with site.client(address=f"203.0.113.{n}") as stranger:
            of(await ask_code(stranger), 201)
            if n + 1 >= PER_PHONE.free:
                phones.clock.now += PER_PHONE.wait(n + 1)
    phones.clock.now -= PER_PHONE.longest_wait
    assert int((await ask_code(citizen)).headers["retry-after"]) == 15 * 60
    phones.clock.now += PER_PHONE.longest_wait
    of(await enter(citizen, await challenge_of(citizen), phones.gateway.code()), 201)
    of(await ask_code(citizen), 201)


async def test_from_one_address_not_everybody_is_sent_messages(
    site: Site, citizen: AsyncClient, phones: Phones
) -> None:
    phones.limit(per_address=3)
    for n in range(3):
        of(await ask_code(citizen, f"08123456000{n}"), 201)
    problem_of(await ask_code(citizen, "081234560009"), 429, "too-many-requests")
    async with site.client(address="203.0.113.7") as neighbour:
        of(await ask_code(neighbour, "081234560009"), 201)


async def test_an_address_whose_codes_are_entered_does_not_wait(citizen: AsyncClient, phones: Phones) -> None:
    phones.limit(per_address=2)
    for n in range(6):
        await phones.proof(citizen, f"08123456000{n}")
    assert len(phones.gateway.messages) == 6


async def test_in_an_hour_no_more_is_sent_than_is_paid_for(site: Site, citizen: AsyncClient, phones: Phones) -> None:
    phones.limit(per_hour=3)
    phones.clock.now = phones.clock.now.replace(minute=10, second=0)
    for n in range(3):
        of(await ask_code(citizen, f"08123456000{n}"), 201)
    async with site.client(address="203.0.113.7") as somebody:
        answer = await ask_code(somebody, "081234560009")
        problem_of(answer, 429, "too-many-requests")
        assert int(answer.headers["retry-after"]) == 3600
        phones.clock.pass_time(minutes=50)
        of(await ask_code(somebody, "081234560009"), 201)


async def test_many_who_guess_from_one_address_must_wait(citizen: AsyncClient, phones: Phones) -> None:
    phones.limit(per_address=3)
    challenge = await challenge_of(citizen)
    for _ in range(3):
        problem_of(await enter(citizen, challenge, phones.gateway.another_code()), 403, "code-wrong")
    answer = await enter(citizen, challenge, phones.gateway.code())
    problem_of(answer, 429, "too-many-requests")
    phones.clock.pass_time(seconds=int(answer.headers["retry-after"]))
    of(await enter(citizen, challenge, phones.gateway.code()), 201)


async def test_numbers_that_are_far_away_are_sent_nothing(citizen: AsyncClient, phones: Phones) -> None:
    told = problem_of(await ask_code(citizen, "+37251234567"), 409, "phone-out-of-reach")
    assert told["details"] == {"countries": "+62, +65"}
    assert phones.gateway.messages == []
    of(await ask_code(citizen, "+6591234567"), 201)


# A gateway that fails -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [302, 400, 401, 429, 500, 503])
async def test_a_gateway_that_says_no_is_told_and_costs_no_wait(
    citizen: AsyncClient, phones: Phones, status: int
) -> None:
    phones.gateway.answers = status
    for _ in range(2):
        answer = await ask_code(citizen)
        problem_of(answer, 503, "code-not-sent")
        assert int(answer.headers["retry-after"]) > 0
    assert len(phones.gateway.messages) == 2, "a redirect is not followed"
    phones.gateway.answers = 200
    of(await enter(citizen, await challenge_of(citizen), phones.gateway.code()), 201)


async def test_a_gateway_that_does_not_answer_is_not_waited_for(citizen: AsyncClient, phones: Phones) -> None:
    phones.limit(seconds=0.2)
    phones.gateway.silent.set()
    problem_of(await ask_code(citizen), 503, "code-not-sent")
    phones.gateway.silent.clear()
    phones.limit()
    of(await ask_code(citizen), 201)


async def test_a_gateway_that_is_not_there_is_told(citizen: AsyncClient, phones: Phones) -> None:
    phones.gateway.address = "http://127.0.0.1:9/"
    phones.limit()
    problem_of(await ask_code(citizen), 503, "code-not-sent")


async def test_a_gateway_that_wants_no_token_gets_none(citizen: AsyncClient, phones: Phones) -> None:
    phones.limit(token="")
    of(await ask_code(citizen), 201)
    assert [message["token"] for message in phones.gateway.messages] == [""]
