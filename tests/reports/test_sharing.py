"""What other agencies are told: what a rule of both sides allows, at the moment it is published, and nothing else."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.reports.sharing.routes import SHARING
from shared.contracts import reports
from shared.contracts.fields import Text
from shared.contracts.message import Event
from shared.contracts.reports import agencies, incidents
from shared.contracts.reports.agencies import Position, Terms
from shared.contracts.reports.base import Place
from shared.contracts.share import EVENTS, DeskReplied, IncidentChanged, incidents_topic, states_topic
from shared.messaging.envelope import Codec
from shared.messaging.loop import Loop
from shared.messaging.memory import MemoryWorker
from tests.reports.scene import HERE, OFFICE, Scene
from tests.support.twin import KEY

FIRE = "agency/damkar"
PALU = (
    Position(-1.0, 119.8),
    Position(-1.0, 119.95),
    Position(-0.8, 119.95),
    Position(-0.8, 119.8),
)


class Neighbours(Scene):
    """A desk, an agency, and the process that tells the one of the other."""

    def __init__(self, *more: Any) -> None:
        super().__init__(*more)
        loop = Loop(SHARING, self.store, key=KEY, clock=lambda: self.now, new_owner=lambda: "sharing")
        self.sharing = MemoryWorker(loop, self.bus)
        self._begun = False

    async def told(self, agency: str = "damkar", topic: Any = incidents_topic) -> list[Any]:
        """Everything that the agency finds on its topic by now."""
        if not self._begun:
            await self.sharing.start()
            self._begun = True
        await self.sharing.run()
        codec = Codec(EVENTS)
        return [codec.decode(record).message for record in self.bus.all(topic(agency))]

    async def agree(self, agency: str = "damkar", **terms: Any) -> str:
        """A rule of both sides; returns its id."""
        await self.done(agencies.AddAgency(office=OFFICE, agency=agency, name=Text(agency, agency), kind="fire"))
        told = Terms(**{"tier": "view", "purpose": "Penanganan bersama", **terms})
        proposed = await self.done(agencies.ProposeRule(office=OFFICE, agency=agency, terms=told))
        assert isinstance(proposed, agencies.RuleProposed)
        await self.done(agencies.AcceptRule(office=OFFICE, rule=proposed.rule), actor=f"agency/{agency}")
        return proposed.rule


async def opened() -> Neighbours:
    scene = await Neighbours.opened()
    assert isinstance(scene, Neighbours)
    return scene


def changes(messages: Sequence[IncidentChanged]) -> list[tuple[str, str | None]]:
    return [(message.change, message.state) for message in messages]


async def test_an_agency_hears_of_what_concerns_it_from_the_report_to_the_end() -> None:
    scene = await opened()
    rule = await scene.agree(categories=("theft",))
    id = await scene.file()
    await scene.file("noise")
    for step in (scene.triage, scene.dispatch, scene.resolve):
        await scene.told()
        await step(id)
    await scene.told()
    await scene.done(incidents.ConfirmOutcome(office=OFFICE, incident=id), actor="citizen")
    messages = await scene.told()
    assert {message.incident for message in messages} == {id}
    assert {message.rule for message in messages} == {rule}
    assert [message.sequence for message in messages] == list(range(1, len(messages) + 1))
    assert changes(messages) == [
        ("shared", "received"),
        ("updated", "triaged"),
        ("updated", "dispatched"),
        ("updated", "resolved"),
        ("updated", "closed"),
        ("ended", None),
    ]
    assert messages[-1].ended == "over"
    assert messages[-1].state is None
    states = await scene.told(topic=states_topic)
    assert [state.sequence for state in states] == [message.sequence for message in messages]


async def test_nothing_is_shared_that_one_side_alone_wants() -> None:
    scene = await opened()
    await scene.done(agencies.AddAgency(office=OFFICE, agency="damkar", name=Text("D", "D")))
    terms = Terms("view", "Penanganan bersama")
    proposed = await scene.done(agencies.ProposeRule(office=OFFICE, agency="damkar", terms=terms))
    assert isinstance(proposed, agencies.RuleProposed)
    accept = agencies.AcceptRule(office=OFFICE, rule=proposed.rule)
    assert (await scene.refused(accept))[0] == "own-proposal"
    assert (await scene.refused(accept, actor="agency/pmi"))[0] == "rule-unknown"
    await scene.file()
    assert await scene.told() == []
    await scene.done(accept, actor=FIRE)
    assert changes(await scene.told()) == [("shared", "received")]


async def test_each_tier_sees_its_own_and_never_who_or_what_was_said() -> None:
    scene = await opened()
    await scene.agree("pemkot", tier="view")
    await scene.agree("damkar", tier="assist")
    await scene.file(words="RAHASIA", place=Place(HERE.latitude, HERE.longitude, 5.0, "RAHASIA"))
    (seen,), (exact,) = await scene.told("pemkot"), await scene.told("damkar")
    assert seen.place.radius_metres > 500
    assert (seen.place.latitude, seen.place.longitude) != (HERE.latitude, HERE.longitude)
    assert (exact.place.latitude, exact.place.longitude) == (HERE.latitude, HERE.longitude)
    assert seen.number is None
    assert exact.number == "2026-000001"
    assert seen.reported_at.minute == 0
    assert not [record for record in scene.bus.all(incidents_topic("damkar")) if b"RAHASIA" in (record.value or b"")]


async def test_a_rule_that_ends_closes_what_it_alone_has_shared() -> None:
    scene = await opened()
    first = await scene.agree(categories=("theft",))
    second = await scene.agree(categories=("theft", "noise"))
    await scene.agree("pmi")
    id = await scene.file()
    await scene.told()
    await scene.done(agencies.EndRule(office=OFFICE, rule=first, reason="selesai"))
    *_, still = await scene.told()
    assert (still.change, still.rule) == ("updated", second)
    await scene.done(agencies.EndRule(office=OFFICE, rule=second, reason="selesai"), actor=FIRE)
    *_, ended = await scene.told()
    assert (ended.change, ended.ended, ended.incident) == ("ended", "rule-ended", id)
    assert changes(await scene.told("pmi")) == [("shared", "received")]


async def test_a_rule_shares_where_it_covers_and_how_bad_it_says() -> None:
    scene = await opened()
    await scene.agree(area=(PALU,), least_severity="severe")
    await scene.file("theft")
    await scene.file("fight", place=Place(-2.0, 119.87))
    await scene.file("fight", place=Place(words="entah di mana"))
    inside = await scene.file("fight")
    assert [message.incident for message in await scene.told()] == [inside]


async def test_sensitive_incidents_are_shared_only_by_a_rule_that_names_them() -> None:
    scene = await opened()
    await scene.agree("damkar")
    await scene.agree("p2tp2a", categories=("domestic",))
    id = await scene.file("domestic")
    assert await scene.told("damkar") == []
    assert [message.incident for message in await scene.told("p2tp2a")] == [id]


async def test_what_an_agency_does_not_see_changes_nothing_for_it() -> None:
    scene = await opened()
    await scene.agree()
    id = await scene.file()
    await scene.told()
    await scene.done(incidents.AddNote(office=OFFICE, incident=id, words="rahasia"))
    assert len(await scene.told()) == 1


async def test_an_incident_that_leaves_a_rule_is_closed_for_the_agency() -> None:
    scene = await opened()
    await scene.agree(categories=("theft",))
    id = await scene.file()
    await scene.told()
    await scene.triage(id, "noise", severity="minor")
    *_, ended = await scene.told()
    assert (ended.change, ended.ended) == ("ended", "left-rule")


async def test_one_incident_is_shared_by_hand() -> None:
    scene = await opened()
    await scene.done(agencies.AddAgency(office=OFFICE, agency="damkar", name=Text("D", "D")))
    id = await scene.file()
    other = await scene.file()
    share = agencies.ShareIncident(office=OFFICE, incident=id, agency="damkar", tier="assist", purpose="Bantuan")
    await scene.done(share)
    assert (await scene.refused(share))[0] == "already-shared"
    await scene.triage(other)
    assert [message.incident for message in await scene.told()] == [id]


async def test_an_agency_answers_only_what_was_shared_with_it() -> None:
    scene = await opened()
    await scene.agree(categories=("theft",))
    id, other = await scene.file(), await scene.file("noise")
    await scene.told()
    acknowledge = agencies.AcknowledgeIncident(office=OFFICE, incident=id, agency="damkar", reference="D-7")
    await scene.done(acknowledge, actor=FIRE)
    assert scene.timeline(id)[-1].words == "D-7"
    for incident in (other, "nothing"):
        refused = acknowledge.model_copy(update={"incident": incident})
        assert (await scene.refused(refused, actor=FIRE))[0] == "not-shared"
    assert (await scene.refused(acknowledge, actor="agency/pmi"))[0] == "not-your-side"


async def test_the_desks_reply_is_on_the_agencys_own_topic_and_says_nothing_else() -> None:
    scene = await opened()
    await scene.agree(categories=("theft",))
    await scene.agree("pmi", categories=("theft",))
    id = await scene.file(words="Rahasia pelapor")
    before = await scene.told()
    reply = _reply(id)
    await scene.done(_reply(id, side="agency", words="Butuh air"), actor=FIRE)
    assert await scene.told() == before, "an agency is not told its own words"
    await scene.done(reply, actor="staff/dewi")
    *known, told = await scene.told()
    assert known == before
    assert isinstance(told, DeskReplied)
    line = scene.timeline(id)[-1]
    assert told.model_dump() == {
        "agency": "damkar",
        "incident": id,
        "office": OFFICE,
        "reply": line.id,
        "words": "Air sudah dikirim",
        "written_at": line.at,
        "exercise": False,
        "rule": before[0].rule,
        "purpose": "Penanganan bersama",
    }
    assert not [one for one in await scene.told("pmi") if isinstance(one, DeskReplied)]


async def test_a_reply_goes_only_as_long_as_a_rule_shares_the_incident() -> None:
    scene = await opened()
    rule = await scene.agree(categories=("theft",))
    id = await scene.file()
    await scene.told()
    await scene.done(_reply(id), actor="staff/dewi")
    end = agencies.EndRule(office=OFFICE, rule=rule, reason="selesai")
    await scene.done(end)
    assert not [one for one in await scene.told() if isinstance(one, DeskReplied)], "the rule ended before it was said"
    assert (await scene.refused(_reply(id), actor="staff/dewi"))[0] == "not-shared"


async def test_of_what_is_over_desk_and_agency_may_still_write() -> None:
    scene = await opened()
    await scene.agree(categories=("theft",))
    id = await scene.file()
    await scene.told()
    await scene.triage(id)
    await scene.dispatch(id)
    await scene.resolve(id)
    await scene.done(incidents.ConfirmOutcome(office=OFFICE, incident=id), actor="citizen")
    await scene.done(_reply(id), actor="staff/dewi")
    last, told = (await scene.told())[-2:]
    assert (last.change, last.ended) == ("ended", "over")
    assert isinstance(told, DeskReplied)


def _reply(incident: str, **told: str) -> agencies.SendAgencyMessage:
    return agencies.SendAgencyMessage.model_validate(
        {
            "office": OFFICE,
            "incident": incident,
            "agency": "damkar",
            "words": "Air sudah dikirim",
            "side": "office",
            **told,
        }
    )


async def test_an_exercise_is_marked_and_can_be_taken_away() -> None:
    scene = await opened()
    await scene.agree()
    id = await scene.file(exercise=True)
    real = await scene.file()
    assert [message.exercise for message in await scene.told()] == [True, False]
    remove = agencies.RemoveExercise(office=OFFICE, incident=id, reason="latihan selesai")
    assert (await scene.refused(remove.model_copy(update={"incident": real})))[0] == "no-exercise"
    await scene.done(remove)
    (ended,) = [message for message in await scene.told() if message.change == "ended"]
    assert (ended.incident, ended.ended, ended.exercise) == (id, "exercise-removed", True)


async def test_an_expired_rule_shares_nothing_more() -> None:
    scene = await opened()
    rule = await scene.agree(expires_at=scene.now + timedelta(hours=1))
    await scene.file()
    await scene.told()
    scene.pass_time(hours=1)
    await scene.file()
    assert changes(await scene.told()) == [("shared", "received")]
    await scene.done(agencies.EndRule(office=OFFICE, rule=rule, reason="kedaluwarsa"), actor="system")
    assert [(message.change, message.ended) for message in await scene.told()] == [
        ("shared", None),
        ("ended", "rule-expired"),
    ]


async def test_a_repeated_event_tells_nothing_twice() -> None:
    scene = await opened()
    await scene.agree()
    await scene.file()
    before = await scene.told()
    scene.sharing.committed.clear()
    repeated = await scene.told()
    assert [message.sequence for message in repeated] == [1] * len(repeated)
    assert {message.model_dump_json() for message in repeated} == {message.model_dump_json() for message in before}


def test_every_event_about_an_incident_is_reacted_to() -> None:
    about_incidents = [
        event for event in reports.EVENTS if "incident" in event.model_fields and "revision" in event.model_fields
    ]
    assert set(about_incidents) <= set(SHARING.reactions)
    assert all(issubclass(event, Event) for event in SHARING.reactions)
