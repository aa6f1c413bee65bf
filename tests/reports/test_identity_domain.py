"""Who reported something: kept apart, shown to nobody unwritten, gone when it is to go."""

import pytest
from pydantic import ValidationError

from services.reports.domain.records import Reporter
from shared.contracts.reports import incidents
from tests.reports.scene import CONTACT, DESK, HERE, OFFICE, SEALED, Scene


def reveal(incident: str) -> incidents.RevealIdentity:
    return incidents.RevealIdentity(office=OFFICE, incident=incident, reason="menghubungi saksi")


def erase(incident: str) -> incidents.EraseReporter:
    return incidents.EraseReporter(office=OFFICE, incident=incident, via="reporter")


@pytest.mark.parametrize("known", [{"reporter": SEALED}, {"contact": CONTACT}])
def test_nothing_of_an_anonymous_reporter_can_be_put_on_the_bus(known: dict[str, object]) -> None:
    told = {"office": OFFICE, "category": "theft", "words": "Dicuri", "place": HERE, "privacy": "anonymous"}
    with pytest.raises(ValidationError):
        incidents.FileReport(**told, **known)


async def test_who_looks_and_why_is_written_down_where_only_the_desk_reads() -> None:
    scene = await Scene.opened()
    id = await scene.file(reporter=SEALED)
    await scene.done(reveal(id), actor="staff/maria")
    entry = scene.timeline(id)[-1]
    assert (entry.what, entry.by, entry.words, entry.shown) == (
        "IdentityRevealed", "staff/maria", "menghubungi saksi", "desk",
    )  # fmt: skip


@pytest.mark.parametrize("told", [{"privacy": "anonymous"}, {}, {"contact": CONTACT}])
async def test_of_whom_nobody_is_known_nothing_is_shown(told: dict[str, str]) -> None:
    scene = await Scene.opened()
    id = await scene.file(**told)
    assert await scene.refused(reveal(id)) == ("nobody-known", {})
    assert len(scene.timeline(id)) == 1


async def test_a_forgotten_reporter_cannot_be_found_and_the_report_goes_on() -> None:
    scene = await Scene.opened()
    id = await scene.file(reporter=SEALED, contact=CONTACT)
    await scene.done(erase(id), actor="citizen")
    (reporter,) = scene.all(Reporter)
    assert (reporter.sealed, reporter.contact) == (None, None)
    assert await scene.refused(reveal(id)) == ("nobody-known", {})
    assert await scene.refused(erase(id), actor="citizen") == ("nobody-known", {})
    await scene.triage(id)
    await scene.done(incidents.SendMessage(office=OFFICE, incident=id, words="Halo", via="reporter"), actor="citizen")


async def test_no_event_tells_who_it_was() -> None:
    scene = await Scene.opened()
    id = await scene.file(reporter=SEALED, contact=CONTACT, words="Saya Rahasia")
    await scene.done(reveal(id), actor=DESK)
    await scene.done(erase(id), actor="citizen")
    told = " ".join(event.model_dump_json() for event, _ in scene.events())
    assert not [secret for secret in (SEALED.box, CONTACT, "Rahasia", "dewi", "saksi") if secret in told]
