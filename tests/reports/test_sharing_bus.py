"""Sharing on a real broker: what agencies find on their topics, and what becomes of what they say."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient

from services.reports.domain.records import Entry
from services.reports.sharing.answers import heard_agencies
from services.reports.sharing.routes import SHARING
from shared.contracts.reports.agencies import EndRule
from shared.contracts.reports.incidents import TriageIncident
from shared.contracts.share import Acknowledge, AnswerRefused, IncidentChanged, ReportUnit, Say
from shared.process import working
from tests.reports.agencies import Agency, with_topics
from tests.reports.running import Office, Site
from tests.support.site import in_own_task
from tests.support.waiting import until


@pytest.fixture(scope="module")
async def agencies(site: Site) -> AsyncIterator[list[Agency]]:
    """Two agencies with topics, and the process that tells them."""
    async with (
        with_topics(site.settings, "damkar", "pmi") as agencies,
        in_own_task(working(SHARING, site.settings, heard_agencies)),
    ):
        yield agencies


async def _timeline(site: Site, incident: str, what: str) -> list[Entry]:
    entries = await site.reports.store.select(Entry, {"incident": incident}, order=("place",), limit=100)
    return [entry for entry in entries if entry.what == what]


async def test_an_agency_reads_in_order_and_its_answers_reach_the_desk(
    site: Site, office: Office, citizen: AsyncClient, agencies: list[Agency]
) -> None:
    damkar, _ = agencies
    rule = await damkar.joins(office, categories=("fight",))
    incident = (await office.filed(citizen, category="fight"))["id"]
    await office.filed(citizen, category="noise")
    await site.do(
        TriageIncident(
            office=office.id, incident=incident, category="fight", severity="severe", certainty="likely", reason="x"
        ),
        actor="staff/dewi",
    )
    await damkar.hears(2)  # else the process may find the rule ended before it has told of the step
    await site.do(EndRule(office=office.id, rule=rule, reason="selesai"))
    heard = [m for m in await damkar.hears(3) if isinstance(m, IncidentChanged)]
    assert [(m.change, m.incident, m.sequence) for m in heard] == [
        ("shared", incident, 1),
        ("updated", incident, 2),
        ("ended", incident, 3),
    ]
    unit = ReportUnit(incident=incident, unit="Pemadam 1", status="en-route")
    await damkar.says(Acknowledge(incident=incident, reference="D-7"), unit, unit, ids=["a" * 16, "b" * 16, "b" * 16])

    async def told() -> bool:
        return len(await _timeline(site, incident, "AgencyUnitReported")) > 0

    await until(told, within=60, what="the desk sees the agency's unit")
    (acknowledged,) = await _timeline(site, incident, "IncidentAcknowledged")
    assert (acknowledged.by, acknowledged.words) == ("agency/damkar", "D-7")
    assert len(await _timeline(site, incident, "AgencyUnitReported")) == 1


async def test_what_an_agency_may_not_say_comes_back_and_holds_nobody_up(
    site: Site, office: Office, citizen: AsyncClient, agencies: list[Agency]
) -> None:
    _, pmi = agencies
    await pmi.joins(office, categories=("fight",))
    incident = (await office.filed(citizen, category="fight"))["id"]
    hidden = (await office.filed(citizen, category="noise"))["id"]
    await pmi.hears(1)
    await pmi.sends(b"not json", [("ce_type", b"kentongan.share.Say.v1"), ("ce_id", b"c" * 16)])
    await pmi.says(Say(incident=hidden, words="halo"), Say(incident=incident, words="kami siap"))

    async def told() -> bool:
        return len(await _timeline(site, incident, "AgencyMessageSent")) > 0

    await until(told, within=60, what="the desk sees the agency's message")
    refused = [m for m in await pmi.hears(3) if isinstance(m, AnswerRefused)]
    assert {m.reason.partition(":")[0] for m in refused} == {"not-cloudevents", "not-shared"}
    assert await _timeline(site, hidden, "AgencyMessageSent") == []
