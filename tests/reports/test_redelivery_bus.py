"""On a real broker and database: what comes twice has one effect, what nobody means stops nobody."""

import json
from typing import Any
from uuid import uuid4

import pytest

from services.reports.domain.incident import Incident
from services.reports.domain.records import Entry, Story
from shared.contracts.message import commands_topic
from shared.contracts.reports import SERVICE, incidents, units
from shared.contracts.reports.base import Place
from shared.contracts.reports.incidents import FileReport, IncidentReported
from shared.messaging.envelope import encode_command
from shared.messaging.errors import Declined
from shared.messaging.kafka import Publisher, new_broker
from shared.messaging.store import Published
from tests.reports.running import Office, Site

DESK = "staff/dewi"
STRANGE = "Motor saya\x00 dicuri 🚨 \u202e<script>alert(1)</script> {{7*7}} '; -- کا"


def report(office: Office, **more: Any) -> FileReport:
    told: dict[str, Any] = {"category": "theft", "words": "Motor dicuri", "place": Place(words="pasar"), **more}
    return FileReport(office=office.id, **told)


def raw(site: Site, command: Any, id: str, value: bytes | None = None) -> Published:
    """A command as it lies on the bus, or with other data."""
    key, own, headers = encode_command(
        command, id=id, source="/test", time=site.reports.clock(), actor=DESK, correlation_id=id, traceparent=None
    )
    return Published(site.settings.topic(commands_topic(SERVICE)), key, own if value is None else value, headers)


async def put(site: Site, *messages: Published) -> None:
    broker = new_broker(site.settings)
    await broker.start()
    try:
        await Publisher(broker).publish(list(messages))
    finally:
        await broker.stop()


async def incidents_of(site: Site, office: Office) -> list[Incident]:
    return await site.reports.store.select(Incident, {"office": office.id}, order=("number",), limit=100)


async def test_what_lies_in_the_topic_many_times_has_one_effect(site: Site, office: Office) -> None:
    """Also when others about the same incident stand between, which have loaded it."""
    id = str(uuid4())
    note = incidents.AddNote(office=office.id, incident=id, words="Saksi menunggu")
    once = raw(site, report(office), id)
    await put(site, once, once, raw(site, note, f"{id}-note"), once, raw(site, note, f"{id}-note"), once)
    reported = await site.do(report(office))
    assert isinstance(reported, IncidentReported)
    assert reported.number.endswith("-000002")
    assert [incident.number[5:] for incident in await incidents_of(site, office)] == ["000001", "000002"]
    lines = await site.reports.store.select(Entry, {"incident": id}, order=("place",), limit=100)
    assert [line.what for line in lines] == ["IncidentReported", "NoteAdded"]


async def test_poison_between_reports_costs_no_number(site: Site, office: Office) -> None:
    good = [raw(site, report(office), str(uuid4())) for _ in range(3)]
    data = json.loads(good[0].value or b"")
    bad = [
        raw(site, report(office), str(uuid4()), value)
        for value in (
            b"{",
            b"\xff",
            b"[" * 10_000,
            json.dumps({**data, "place": {"latitude": 1e999}}).encode(),
            json.dumps({**data, "happened_at": "0001-01-01T00:00:00+14:00"}).encode(),
            json.dumps({**data, "words": "x" * 20_000}).encode(),
        )
    ]
    await put(site, bad[0], good[0], *bad[1:3], good[1], *bad[3:], good[2])
    await site.do(report(office))
    assert [incident.number[5:] for incident in await incidents_of(site, office)] == [f"{n:06d}" for n in range(1, 5)]


async def test_strange_words_are_kept_as_they_are(site: Site, office: Office) -> None:
    reported = await site.do(report(office, words=STRANGE, place=Place(-90.0, 180.0, 0.0, "🗺")))
    assert isinstance(reported, IncidentReported)
    (story,) = await site.reports.store.load(Story, "id", [reported.incident])
    assert (story.words, story.place) == (STRANGE, "🗺")
    (incident,) = await site.reports.store.load(Incident, "id", [reported.incident])
    assert (incident.latitude, incident.longitude, incident.cell) == (-90.0, 180.0, "-90.00,-180.00")


async def test_a_unit_is_sent_once_by_two_desks_at_once(site: Site, office: Office) -> None:
    first, second = [await site.do(report(office)) for _ in range(2)]
    assert isinstance(first, IncidentReported)
    assert isinstance(second, IncidentReported)
    sent = [units.DispatchUnit(office=office.id, incident=i.incident, unit="patrol-1") for i in (first, second)]
    ids = [str(uuid4()) for _ in sent]
    await put(site, *[raw(site, command, id) for command, id in zip(sent, ids, strict=True)])
    with pytest.raises(Declined):
        await site.do(units.DispatchUnit(office=office.id, incident=second.incident, unit="patrol-1"), actor=DESK)
    busy = [incident.id for incident in await incidents_of(site, office) if incident.units]
    assert busy == [first.incident]
    assert [(await site.journal(id)).outcome for id in ids] == ["accepted", "unit-busy"]
