"""Incidents that are shared and become public, with evidence that says canaries; and all who may read of them."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from httpx import AsyncClient
from pymongo import MongoClient

from services.reports.bridges.collections import bridges_of
from shared.clock import system_clock
from shared.contracts.reports.incidents import ResolveIncident
from shared.messaging.tail import Gateway
from shared.mongo import connected
from shared.settings import Settings
from tests.reports.evidence.media import SECRET, jpeg
from tests.reports.evidence_steps import added
from tests.reports.privacy_day import OFFICE, PASSWORD, USERNAME, Day, report
from tests.reports.running import API
from tests.support.site import of
from tests.support.waiting import until

AGENCY = f"{API}/agency"
PEOPLE = range(11, 14)
"""As many as make a crowd."""
AGO = timedelta(days=3)
TIMES = ("filed_at", "happened_at", "resolved_at")


async def witnessed(client: AsyncClient, day: Day) -> list[str]:
    """People report the same, each with a photo that says who and where they are; returns the incidents."""
    incidents = []
    day.words["a photo's metadata"] = (SECRET,)
    for nth in PEOPLE:
        filed = of(await client.post(f"{API}/reports", json=report(day, nth, "confidential")), 201)
        token = filed["link"].rpartition("/")[2]
        day.secrets[f"link {nth}"] = (token.rpartition(".")[2],)
        name = day.says(f"file {nth}").split()[0]
        await added(client, jpeg(6), report=token, filename=f"{name}.jpg", note=day.says(f"caption {nth}"))
        incidents.append(filed["id"])
    return incidents


async def settled(gateway: Gateway, day: Day, incidents: list[str]) -> None:
    """There is an outcome, and it was three days ago: long enough to be shown to everybody."""
    for incident in incidents:
        command = ResolveIncident(
            office=OFFICE, incident=incident, disposition="settled", words=day.says(f"outcome of {incident}")
        )
        await gateway.ask(command, id=f"settled-{incident}"[:64], actor=f"staff/{USERNAME}")
    with MongoClient[dict[str, Any]](day.settings.mongo, tz_aware=True) as database:
        known = database[day.settings.database("reports")]["incidents"]
        for found in list(known.find({"_id": {"$in": incidents}})):
            older = {name: found[name] - AGO for name in TIMES if found.get(name)}
            known.update_one({"_id": found["_id"]}, {"$set": older, "$inc": {"version": 1}})


async def read_by_the_public(client: AsyncClient) -> int:
    """How many incidents everybody sees."""
    shown = await client.get(f"{API}/offices/{OFFICE}/incidents.geojson")
    count: int = shown.json()["total"]
    return count


async def read_by_the_agency(client: AsyncClient, settings: Settings, incidents: list[str]) -> bytes:
    """All that the bridges tell an agency that does not read the bus, while these incidents are under way."""
    async with connected(settings) as mongo:
        bridges = bridges_of(settings, mongo[settings.database("reports")], system_clock)
        _, text = await bridges.tokens.make(OFFICE, "damkar", "test", "staff/test")
    signed_in = {"authorization": f"Bearer {text}"}

    async def heard() -> bool:
        answer = await client.get(f"{AGENCY}/incidents?limit=200", headers=signed_in)
        assert answer.status_code == 200, answer.text
        return all(incident in answer.text for incident in incidents)

    await until(heard, within=60, what="the bridges have heard of the incidents")
    addresses = ["incidents?limit=200", "eido?limit=200", "cap", "rules"]
    for incident in incidents:
        addresses += [f"incidents/{incident}{what}" for what in ("", "/eido", "/cap", "/messages")]
    told = []
    for address in addresses:
        answer = await client.get(f"{AGENCY}/{address}", headers=signed_in)
        assert answer.status_code == 200, (address, answer.text)
        told.append(answer.content)
    told.append(await _streamed(client, signed_in))
    return b"\n".join(told)


async def _streamed(client: AsyncClient, signed_in: dict[str, str]) -> bytes:
    """What its event stream brings of the day so far."""
    heard = b""
    address = f"{AGENCY}/stream"
    since = {"since": (system_clock() - timedelta(hours=1)).isoformat()}
    with suppress(TimeoutError):
        async with client.stream("GET", address, params=since, headers=signed_in) as stream:
            assert stream.status_code == 200
            async for piece in stream.aiter_bytes():
                heard += piece
                if heard.count(b"event: incident") >= len(PEOPLE):
                    break
    return heard


async def working_copies(client: AsyncClient, incidents: list[str]) -> bytes:
    """What the desk sees of the photos."""
    session = of(
        await client.post(f"{API}/sessions", json={"office": OFFICE, "username": USERNAME, "password": PASSWORD}), 201
    )
    signed_in = {"authorization": f"Bearer {session['token']}"}
    copies = []
    for incident in incidents:
        (line,) = of(await client.get(f"{API}/incidents/{incident}/evidence", headers=signed_in), 200)
        access = await client.post(f"{API}/evidence/{line['id']}/accesses", json={}, headers=signed_in)
        copies.append((await client.get(of(access, 201)["address"], headers=signed_in)).content)
    return b"\n".join(copies)
