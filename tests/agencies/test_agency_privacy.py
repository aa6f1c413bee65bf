"""Whatever way an agency takes, it never sees what it may not see."""

import pytest
from httpx import AsyncClient

from shared.contracts.reports.agencies import EndRule
from shared.contracts.reports.incidents import AddNote
from tests.agencies.bridges import AGENCY, Bridged, Receiver, mirrored, receiving, register, triage
from tests.reports.running import Office
from tests.support.waiting import until

HERE = {"latitude": -0.8917, "longitude": 119.8707}
CANARY = {"words": "kenari-cerita", "place": "kenari-tempat", "name": "Kenari Nama", "phone": "+6281395170428"}


@pytest.mark.parametrize("tier", ["view", "assist"])
async def test_no_bridge_tells_what_an_agency_may_not_see(
    bridged: Bridged, office: Office, citizen: AsyncClient, tier: str
) -> None:
    damkar = bridged.agencies[0]
    rule = await damkar.joins(office, categories=("fight",), tier=tier)
    receiver = Receiver()
    async with receiving(receiver), bridged.program(office, damkar) as program:
        await register(program, receiver)
        place = {**HERE, "accuracy_metres": 15, "words": CANARY["place"]}
        contact = {"name": CANARY["name"], "phone": CANARY["phone"]}
        filed = await office.filed(
            citizen, category="fight", words=CANARY["words"], place=place, contact=contact, privacy="confidential"
        )
        incident = filed["id"]
        note = AddNote(office=office.id, incident=incident, words="kenari-catatan")
        await office.site.do(note, actor="staff/kenari-dewi")
        await triage(office, incident, "extreme")
        await mirrored(program, incident, severity="extreme")
        at = f"{AGENCY}/incidents/{incident}"
        paths = (at, f"{at}/cap", f"{at}/eido", f"{at}/messages", f"{AGENCY}/incidents", f"{AGENCY}/cap")
        seen = [(await program.get(path)).text for path in (*paths, f"{AGENCY}/eido", f"{AGENCY}/rules")]
        await office.site.do(EndRule(office=office.id, rule=rule, reason="kenari-alasan"))
        await mirrored(program, incident, change="ended")
        seen += [(await program.get(path)).text for path in paths]
        await until(lambda: len(receiver.got) == 3, within=60, what="the webhook has everything")
        seen += [got.body.decode() for got in receiver.got]
        everything = "\n".join(seen).lower()
        assert incident in everything
        assert "kenari" not in everything
        assert CANARY["phone"] not in everything
        assert "dewi" not in everything
        if tier == "view":
            assert filed["number"].lower() not in everything
            assert "119.8707" not in everything
