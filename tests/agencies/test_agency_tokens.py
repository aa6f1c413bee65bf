"""Tokens of agencies' programs: whom they let in, where, until when and how often."""

import json
from datetime import timedelta

import pytest
from httpx import AsyncClient, BasicAuth

from services.reports.allowance import AT_ONCE
from shared.clock import system_clock
from shared.contracts.reports.agencies import RemoveAgency
from tests.agencies.bridges import AGENCY, Bridged, mirrored
from tests.reports.running import Office
from tests.support.site import of, problem_of


async def test_a_token_opens_its_own_agency_and_office_alone_until_it_ends(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar, pmi = bridged.agencies
    elsewhere = await office.site.open_office()
    await damkar.joins(office, categories=("fight",))
    await damkar.joins(elsewhere, categories=("fight",))
    await pmi.joins(office, categories=("noise",))
    incident = (await office.filed(citizen, category="fight"))["id"]
    tokens = bridged.room.bridges.tokens
    made, text = await tokens.make(office.id, damkar.name, "feed", "staff/dewi")
    paths = (f"{AGENCY}/incidents/{incident}", f"{AGENCY}/incidents/{incident}/cap")
    async with (
        bridged.site.client() as own,
        bridged.program(office, pmi) as other,
        bridged.program(elsewhere, damkar) as away,
    ):
        own.headers["authorization"] = f"Bearer {text}"
        await mirrored(own, incident)
        for stranger in (other, away):
            for path in (*paths, f"{AGENCY}/incidents/{incident}/eido", f"{AGENCY}/incidents/{incident}/messages"):
                problem_of(await stranger.get(path), 404, "not-shared")
            listed = [(await stranger.get(f"{AGENCY}/{all}")).text for all in ("incidents", "cap", "eido", "rules")]
            assert incident not in "".join(listed)
        for id in [rule["id"] for rule in of(await own.get(f"{AGENCY}/rules"), 200)]:
            problem_of(await other.get(f"{AGENCY}/rules/{id}"), 404, "rule-unknown")
            problem_of(await other.post(f"{AGENCY}/rules/{id}/end", json={"reason": "x" * 5}), 404, "rule-unknown")
        basic = await bridged.site.client().get(f"{AGENCY}/cap", auth=BasicAuth("damkar", text))
        assert basic.status_code == 200
        await tokens.end(office.id, damkar.name, made.id, "staff/dewi")
        problem_of(await own.get(paths[0]), 401, "agency-token-needed")
        problem_of(await bridged.site.client().get(paths[0]), 401, "agency-token-needed")
        await office.site.do(RemoveAgency(office=office.id, agency=pmi.name, reason="selesai"))
        problem_of(await other.get(f"{AGENCY}/incidents"), 401, "agency-token-needed")


async def test_a_token_is_kept_as_a_hash_and_does_not_ask_too_often(
    bridged: Bridged, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    token = await bridged.token(office, damkar)
    documents = [document async for document in bridged.room.bridges.tokens._tokens.find({"office": office.id})]
    assert token not in json.dumps(documents, default=str)
    async with bridged.site.client() as program:
        program.headers["authorization"] = f"Bearer {token}"
        now = system_clock()
        monkeypatch.setattr(bridged.room.allowance, "_clock", lambda: now)  # no second goes by, however slow we are
        statuses = [(await program.get(f"{AGENCY}/rules")).status_code for _ in range(AT_ONCE + 1)]
        assert statuses == [200] * AT_ONCE + [429]
        now += timedelta(seconds=2)
        assert (await program.get(f"{AGENCY}/rules")).status_code == 200
