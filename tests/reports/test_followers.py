"""Who finds the own report already there follows it instead of repeating it."""

from dataclasses import replace

import pytest

from services.reports.domain.records import Follower
from shared.contracts.reports import incidents
from shared.contracts.reports.office import ConfigureOffice
from tests.reports.scene import OFFICE, PLAN, SEALED, Scene

WHO = "1" * 32


def follow(incident: str, contact: str | None = WHO) -> incidents.FollowIncident:
    return incidents.FollowIncident(office=OFFICE, incident=incident, reporter=SEALED, contact=contact)


async def test_one_contact_follows_an_incident_once_and_can_come_back() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    event = await scene.done(follow(id), id="first", actor="citizen")
    assert isinstance(event, incidents.IncidentFollowed)
    assert event.followers == 1
    assert await scene.refused(follow(id), actor="citizen") == ("already-followed", {})
    gone = incidents.UnfollowIncident(office=OFFICE, incident=id, follower="first")
    await scene.done(gone, actor="citizen")
    assert await scene.refused(gone, actor="citizen") == ("follower-unknown", {})
    await scene.done(follow(id), actor="citizen")
    assert scene.incident(id).followers == 1


async def test_two_wishes_of_one_contact_in_one_batch_are_one_follower() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    for nth in range(3):
        scene.put(follow(id), id=f"follow-{nth}", actor="citizen")
    scene.put(incidents.UnfollowIncident(office=OFFICE, incident=id, follower="follow-0"), id="gone", actor="citizen")
    scene.put(follow(id), id="again", actor="citizen")
    await scene.run()
    assert scene.letters() == []
    assert scene.incident(id).followers == 1
    assert [follower.id for follower in scene.all(Follower) if not follower.gone] == ["again"]


async def test_who_gives_no_contact_is_not_known_again() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    for _ in range(2):
        await scene.done(follow(id, None), actor="citizen")
    assert scene.incident(id).followers == 2


async def test_nothing_is_left_of_who_goes() -> None:
    scene = await Scene.opened()
    id = await scene.file()
    await scene.done(follow(id), id="first", actor="citizen")
    await scene.done(incidents.UnfollowIncident(office=OFFICE, incident=id, follower="first"), actor="citizen")
    (follower,) = scene.all(Follower)
    assert (follower.claim, follower.sealed, follower.gone) == (None, None, True)


async def test_what_concerns_its_reporter_alone_is_not_followed() -> None:
    scene = await Scene.opened()
    id = await scene.file("domestic")
    assert await scene.refused(follow(id), actor="citizen") == ("not-to-be-followed", {})


@pytest.mark.parametrize("category", ["theft", "domestic"])
async def test_nor_is_what_is_of_a_kind_that_the_office_has_given_up(category: str) -> None:
    """It may have been one that concerns its reporter alone."""
    scene = await Scene.opened()
    id = await scene.file(category)
    fewer = replace(PLAN, categories=tuple(kind for kind in PLAN.categories if kind.id != category))
    await scene.done(ConfigureOffice(office=OFFICE, plan=fewer))
    assert await scene.refused(follow(id), actor="citizen") == ("not-to-be-followed", {})


async def test_what_is_over_or_set_aside_is_not_followed() -> None:
    scene = await Scene.opened()
    over, aside = await scene.file(), await scene.file()
    await scene.resolve(over)
    await scene.done(incidents.QuarantineIncident(office=OFFICE, incident=aside, reason="iseng"))
    for id in (over, aside):
        assert await scene.refused(follow(id), actor="citizen") == ("not-to-be-followed", {})
