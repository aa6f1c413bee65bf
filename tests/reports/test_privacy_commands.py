"""No command of the contract, whatever is said in it, lets a word of anybody's out of the service."""

import pytest

from shared.contracts.message import Command, Refusal, commands_topic, dead_topic
from shared.contracts.reports import COMMANDS
from shared.contracts.reports.agencies import AddAgency, ProposeRule, ReportAgencyUnit, ShareIncident
from shared.contracts.reports.incidents import FileReport, FollowIncident
from shared.contracts.reports.office import ConfigureOffice
from shared.contracts.reports.staff import AddStaff
from tests.reports.canaries import planted, words_of
from tests.reports.scene import Scene
from tests.reports.wishes import wish

FOR_OTHERS: frozenset[type[Command]] = frozenset(
    {ConfigureOffice, AddAgency, ProposeRule, ShareIncident, ReportAgencyUnit}
)
"""Whose words are for everybody, or for the agencies with which an office shares: names of things, no person's."""
CHOSEN = frozenset({".answers.0.value"})
"""One of the answers that a question offers."""
NOBODY = frozenset({*CHOSEN, ".reporter", ".contact"})
WITH_WORDS = [kind for kind in COMMANDS if list(words_of(kind)) and kind not in FOR_OTHERS]
STAFF = ("dewi", "budi")


def told(scene: Scene) -> str:
    """Everything that has left the service: events, dead letters, and what is on other topics; headers too."""
    own = commands_topic("reports")
    left = [record for record in scene.bus.everything() if record.topic != own]
    return "\n".join(f"{record.key!r} {record.value!r} {record.headers!r}" for record in left)


@pytest.mark.parametrize("kind", WITH_WORDS, ids=lambda kind: kind.__name__)
async def test_nothing_that_is_said_in_a_command_is_in_an_event(kind: type[Command]) -> None:
    moment = await wish(kind)
    scene, canaries = moment.copy(), planted(moment.command, people=kind is AddStaff, keep=CHOSEN)
    assert canaries.canaries or set(words_of(kind)) <= {".username"}
    (event, *_) = await scene.send(canaries.command, id="wished", actor=moment.actor)
    assert not isinstance(event, Refusal), event
    out = told(scene)
    assert type(event).__name__ in out
    found = [where for where, canary in canaries.canaries.items() if canary in out]
    assert found == []
    assert not [name for name in STAFF if name in out], "events do not say who of the staff it was"


@pytest.mark.parametrize("kind", WITH_WORDS, ids=lambda kind: kind.__name__)
async def test_nor_where_it_is_refused(kind: type[Command]) -> None:
    moment = await wish(kind)
    scene = Scene(moment.scene.now)
    canaries = planted(moment.command)
    (event,) = await scene.send(canaries.command, id="wished", actor=moment.actor)
    assert isinstance(event, Refusal), event
    out = told(scene)
    assert [where for where, canary in canaries.canaries.items() if canary in out] == []


@pytest.mark.parametrize("privacy", ["confidential", "open", "anonymous"])
async def test_an_exact_place_is_told_to_a_kilometre_whatever_the_reporter_chose(privacy: str) -> None:
    moment = await wish(FileReport)
    kept = {"reporter": None, "contact": None} if privacy == "anonymous" else {}
    base = moment.command.model_copy(update={"privacy": privacy, **kept})
    canaries = planted(base, keep=NOBODY if privacy == "anonymous" else CHOSEN)
    assert {".place.latitude", ".place.longitude", ".words", ".answers.1.value"} <= set(canaries.canaries)
    scene = moment.copy()
    await scene.done(canaries.command, id="wished", actor="citizen")
    out = told(scene)
    assert "-0.90,119.87" in out
    assert [where for where, canary in canaries.canaries.items() if canary in out] == []


async def test_contacts_are_not_told_even_by_their_hashes() -> None:
    moment = await wish(FollowIncident)
    scene, canaries = moment.copy(), planted(moment.command)
    assert set(canaries.canaries) == {".reporter.box", ".contact"}
    await scene.done(canaries.command, id="wished", actor="citizen")
    out = told(scene)
    assert not [canary for canary in canaries.canaries.values() if canary in out]


async def test_what_cannot_be_handled_is_told_in_words_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead letter keeps the message as it came, for the operator; its reason goes into logs too."""
    moment = await wish(FileReport)
    scene, canaries = moment.copy(), planted(moment.command, keep=CHOSEN)

    async def broken(command: FileReport, work: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("services.reports.handlers.incidents.file_report.the_office", broken)
    await scene.send(canaries.command, id="wished", actor="citizen")
    (record,) = scene.bus.all(dead_topic("reports"))
    headers = b" ".join(value for name, value in record.headers if name.startswith("dead_")).decode()
    assert "a bug" in headers
    assert not [canary for canary in canaries.canaries.values() if canary in headers]


def test_every_field_of_words_is_known() -> None:
    """A new command is in one of the two groups; a new field gets a canary by itself."""
    assert {kind for kind in COMMANDS if list(words_of(kind))} == {*WITH_WORDS, *FOR_OTHERS}
    assert len(WITH_WORDS) >= 30
