"""Webhooks to real receivers side by side: order, tries, ends, signatures, replay; and nobody waits for another."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import AsyncClient
from standardwebhooks import Webhook, WebhookVerificationError

from services.reports.bridges.deliveries import TRIES
from shared.contracts.reports.agencies import EndRule
from tests.agencies.bridges import AGENCY, Bridged, Receiver, mirrored, receiving, register, triage
from tests.reports.running import Office
from tests.support.site import of, problem_of
from tests.support.waiting import until

REDIRECT = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"
GONE = b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n"


async def state_of(client: AsyncClient, webhook: Any) -> Any:
    """How a webhook stands. Who asks too often for a program waits as it is told."""
    while True:
        answer = await client.get(f"{AGENCY}/webhooks/{webhook['id']}")
        if answer.status_code != 429:
            return of(answer, 200)
        await asyncio.sleep(float(answer.headers["retry-after"]))


def events(receiver: Receiver) -> list[Any]:
    return [json.loads(got.body) for got in receiver.got]


async def test_a_receiver_that_fails_hangs_redirects_or_is_gone_never_delays_another(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar = bridged.agencies[0]
    rule = await damkar.joins(office, categories=("fight",))
    good, broken, gone = Receiver(), Receiver(BROKEN), Receiver(GONE)
    hanging, redirecting, metadata = Receiver(hangs=True), Receiver(REDIRECT), Receiver()
    bad = [broken, gone, hanging, redirecting]
    async with receiving(good, *bad, metadata), bridged.program(office, damkar) as program:
        hooks = [await register(program, receiver) for receiver in (*bad, good)]
        incident = (await office.filed(citizen, category="fight"))["id"]
        await until(lambda: all(receiver.got for receiver in bad), within=60, what="each bad one was tried")
        await triage(office, incident, "extreme")
        await until(lambda: len(good.got) == 2, within=30, what="the good one has the change")
        await office.site.do(EndRule(office=office.id, rule=rule, reason="selesai"))
        await until(lambda: len(good.got) == 3, within=30, what="the good one has everything")
        told = [(event["data"]["change"], event["data"]["sequence"]) for event in events(good)]
        assert told == [("shared", 1), ("updated", 2), ("ended", 3)]
        assert {event["data"]["incident"] for event in events(good)} == {incident}
        assert len({*good.ids}) == 3

        async def disabled() -> bool:
            return bool((await state_of(program, hooks[1]))["state"] == "disabled")

        await until(disabled, within=30, what="the one that is gone is disabled")
        assert (await state_of(program, hooks[1]))["reason"] == "the receiver is gone: HTTP 410"
        assert len(gone.got) == 1
        await _tried_to_the_end(bridged, program, hooks, broken, redirecting, hanging)
        assert not metadata.got


async def _tried_to_the_end(
    bridged: Bridged, program: AsyncClient, hooks: list[Any], broken: Receiver, redirecting: Receiver, hanging: Receiver
) -> None:
    """By the clock each message is tried seven times, the first of an incident before the second, and then no more."""
    reasons = {0: "HTTP 500", 3: "HTTP 302: webhooks follow no redirect", 2: "no answer within 1.5 s"}

    async def failed() -> bool:
        return {which: (await state_of(program, hooks[which]))["failed_for"] for which in reasons} == reasons

    await until(failed, within=30, what="each has its reason")
    await until(lambda: _all_wait(bridged, program, hooks), within=30, what="each waits")
    for receiver in (broken, redirecting, hanging):
        assert len(receiver.ids) == 1, "what comes after the first message waits with it"
    for nth, pause in enumerate(TRIES[1:], 2):
        bridged.clock.forward(seconds=pause.total_seconds() + 1)

        async def tried(nth: int = nth) -> bool:
            told = [r.ids.count(r.ids[0]) for r in (broken, redirecting, hanging)]
            return told == [nth] * 3 and (nth == len(TRIES) or await _all_wait(bridged, program, hooks))

        await until(tried, within=30, what=f"each was tried for the {nth}th time")

    async def given_up() -> bool:
        return all([(await state_of(program, hooks[which]))["given_up"] >= 1 for which in (0, 2, 3)])

    await until(given_up, within=30, what="the first message is given up")
    await until(lambda: len({*broken.ids}) == 2, within=30, what="the incident goes on with its second message")


async def _all_wait(bridged: Bridged, program: AsyncClient, hooks: list[Any]) -> bool:
    """Whether what came of the last tries is written down."""
    due = [(await state_of(program, hooks[which]))["next_at"] for which in (0, 2, 3)]
    return all(datetime.fromisoformat(moment) > bridged.clock() for moment in due)


async def test_signatures_hold_by_the_official_library(bridged: Bridged, office: Office, citizen: AsyncClient) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    receiver = Receiver()
    async with receiving(receiver), bridged.program(office, damkar) as program:
        hook = await register(program, receiver)
        assert "secret" not in await state_of(program, hook)
        await office.filed(citizen, category="fight")
        await until(lambda: bool(receiver.got), within=60, what="it has arrived")
        (got,) = receiver.got
        stamp = int(got.headers["webhook-timestamp"])
        verifier = Webhook(hook["secret"])
        headers = {name: value for name, value in got.headers.items() if name.startswith("webhook-")}
        ahead = bridged.clock.ahead.total_seconds()
        assert abs(stamp - bridged.clock().timestamp()) < 60
        if not ahead:
            assert verifier.verify(got.body, headers)["data"]["change"] == "shared"
        assert (
            verifier.sign(got.headers["webhook-id"], datetime.fromtimestamp(stamp, UTC), got.body.decode())
            == (got.headers["webhook-signature"])
        )
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_" + "A" * 44).verify(got.body, headers)
        assert got.headers["content-type"] == "application/cloudevents+json"


async def test_everything_since_a_moment_comes_once_more_with_the_same_ids(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    async with bridged.program(office, damkar) as program:
        first = (await office.filed(citizen, category="fight"))["id"]
        before = (await mirrored(program, first))["changed_at"]
        second = (await office.filed(citizen, category="fight"))["id"]
        await triage(office, second, "extreme")
        await mirrored(program, second, sequence=2)
        receiver = Receiver()
        async with receiving(receiver):
            hook = await register(program, receiver)
            asked = await program.post(f"{AGENCY}/webhooks/{hook['id']}/replay", json={"since": before})
            assert of(asked, 200)["replay_from"] is not None
            await until(lambda: len(receiver.got) >= 3, within=60, what="what lies on the topic has come")
            ids = receiver.ids
            of(await program.post(f"{AGENCY}/webhooks/{hook['id']}/replay", json={"since": before}), 200)
            await until(lambda: len(receiver.got) >= 6, within=60, what="it has come again")
            assert sorted(receiver.ids[3:]) == sorted(ids)
            of_second = [e["data"]["sequence"] for e in events(receiver) if e["data"]["incident"] == second]
            assert of_second == [1, 2, 1, 2]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://10.0.0.1/hook",
        "https://[::1]/hook",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://224.0.0.1/",
        "https://user:secret@example.com/",
        "https://100.64.0.1/",
        "https://[fd00:ec2::254]/",
        "https://[64:ff9b::a00:1]/",
        "https://0.0.0.0/",
        "ftp://example.com/",
        "https://name.invalid/",
    ],
)
async def test_no_webhook_is_registered_that_leads_inside(bridged: Bridged, office: Office, url: str) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    async with bridged.program(office, damkar) as program:
        answer = await program.post(f"{AGENCY}/webhooks", json={"name": "hook", "url": url})
        problem_of(answer, 422, "webhook-address")
        assert of(await program.get(f"{AGENCY}/webhooks"), 200) == []


async def test_another_agency_and_another_office_see_no_webhook(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar, pmi = bridged.agencies
    elsewhere = await office.site.open_office()
    for place, agency in ((office, damkar), (office, pmi), (elsewhere, damkar)):
        await agency.joins(place, categories=("fight",))
    receiver, other = Receiver(), Receiver()
    async with receiving(receiver, other), bridged.program(office, damkar) as program:
        hook = await register(program, receiver)
        for place, agency in ((office, pmi), (elsewhere, damkar)):
            async with bridged.program(place, agency) as stranger:
                await register(stranger, other)
                for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/enable")):
                    answer = await stranger.request(method, f"{AGENCY}/webhooks/{hook['id']}{path}")
                    problem_of(answer, 404, "webhook-unknown")
        incident = (await elsewhere.filed(citizen, category="fight"))["id"]
        own = (await office.filed(citizen, category="fight"))["id"]
        await until(lambda: bool(receiver.got) and len(other.got) == 2, within=60, what="all have theirs")
        assert {event["data"]["incident"] for event in events(receiver)} == {own}
        assert sorted(event["data"]["incident"] for event in events(other)) == sorted([own, incident])
