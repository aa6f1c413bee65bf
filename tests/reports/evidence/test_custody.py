"""Whatever is done with evidence, in whatever order and however often it is delivered, the custody log tells."""

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.reports.domain.custody import CustodyEntry
from services.reports.domain.evidence import Evidence
from services.reports.domain.incident import Incident
from shared.contracts.message import Command, Refusal, commands_topic
from shared.contracts.reports.evidence import (
    AddEvidence,
    ConfirmErasure,
    DescribeEvidence,
    DestroyEvidence,
    EvidenceAdded,
    EvidenceEvent,
    PlaceHold,
    RecordAccess,
    Recording,
    ReleaseHold,
    SetRetention,
)
from shared.contracts.reports.incidents import CloseIncident
from shared.messaging.store import Published
from tests.reports.evidence.scene import Room, photo
from tests.reports.scene import OFFICE


async def room_with_evidence() -> tuple[Room, str, str]:
    room = await Room.opened()
    assert isinstance(room, Room)
    incident = await room.file()
    return room, incident, await room.add(incident)


async def test_each_step_is_one_entry_that_holds_the_one_before() -> None:
    room, incident, evidence = await room_with_evidence()
    access = await room.done(RecordAccess(office=OFFICE, evidence=evidence, access="viewed"))
    hold = (await room.done(PlaceHold(office=OFFICE, evidence=evidence, reason="Perkara 12"))).hold  # type: ignore[attr-defined]
    await room.done(ReleaseHold(office=OFFICE, evidence=evidence, hold=hold, reason="Selesai"))
    until = room.now + timedelta(days=30)
    await room.done(SetRetention(office=OFFICE, evidence=evidence, until=until, reason="Singkat"))
    await room.done(DescribeEvidence(office=OFFICE, evidence=evidence, recording=Recording(how="Flash disk")))
    await room.done(RecordAccess(office=OFFICE, evidence=evidence, access="exported", reason="Jaksa"))
    await room.done(DestroyEvidence(office=OFFICE, evidence=evidence, reason="Lama"))
    await room.done(ConfirmErasure(office=OFFICE, evidence=evidence), actor="system")
    assert [entry.action for entry in room.log(evidence)] == [
        "collected", "viewed", "hold-placed", "hold-released", "retention-set", "described", "exported", "destroyed",
        "erased",
    ]  # fmt: skip
    room.check_logs()
    assert isinstance(access, EvidenceEvent)
    assert access.head == room.log(evidence)[1].hash
    assert access.incident == incident


async def test_events_carry_the_head_so_that_a_cut_is_seen() -> None:
    room, _, evidence = await room_with_evidence()
    for _ in range(3):
        await room.done(RecordAccess(office=OFFICE, evidence=evidence, access="viewed"))
    told = [event for event, _ in room.events() if isinstance(event, EvidenceEvent | EvidenceAdded)]
    heads = {(event.entries, event.head) for event in told}
    assert heads == {(entry.number, entry.hash) for entry in room.log(evidence)}


async def test_a_redelivered_command_is_one_entry() -> None:
    room, incident, evidence = await room_with_evidence()
    commands: list[tuple[Command, str]] = [
        (AddEvidence(office=OFFICE, incident=incident, via="desk", **photo(2)), "add-once"),
        (RecordAccess(office=OFFICE, evidence=evidence, access="viewed"), "look-once"),
        (PlaceHold(office=OFFICE, evidence=evidence, reason="Perkara"), "hold-once"),
    ]
    for command, id in commands:
        first = await room.send(command, id=id, actor="staff/dewi")
        for _ in range(2):
            room.put(command, id=id, actor="staff/dewi")
        await room.run()
        assert first
    assert len(room.all(Evidence)) == 2
    assert [entry.action for entry in room.log(evidence)] == ["collected", "viewed", "hold-placed"]
    assert len(room.evidence(evidence).holds) == 1
    room.check_logs()


async def test_what_comes_before_its_evidence_is_refused_and_harms_nothing() -> None:
    room = await Room.opened()
    assert isinstance(room, Room)
    incident = await room.file()
    early = RecordAccess(office=OFFICE, evidence="add-late", access="viewed")
    assert (await room.refused(early))[0] == "evidence-unknown"
    add = AddEvidence(office=OFFICE, incident=incident, via="desk", **photo())
    await room.done(add, id="add-late")
    await room.done(early)
    room.check_logs()


async def test_poison_among_them_is_a_dead_letter_and_the_rest_goes_on() -> None:
    room, incident, evidence = await room_with_evidence()
    good = [RecordAccess(office=OFFICE, evidence=evidence, access="viewed") for _ in range(2)]
    room.put(good[0], id="before", actor="staff/dewi")
    _, value, headers = _encoded(AddEvidence(office=OFFICE, incident=incident, via="desk", **photo(3)), "poison")
    broken = value.replace(b'"size":1003', b'"size":"much"')
    assert broken != value
    message = Published(commands_topic("reports"), OFFICE.encode(), broken, headers)
    room.bus.publish(message, timestamp_ms=int(room.now.timestamp() * 1000))
    room.put(good[1], id="after", actor="staff/dewi")
    await room.run()
    assert len(room.letters()) == 1
    assert [entry.action for entry in room.log(evidence)] == ["collected", "viewed", "viewed"]
    assert len(room.all(Evidence)) == 1


def _encoded(command: Command, id: str) -> tuple[bytes, bytes, Any]:
    from datetime import UTC, datetime

    from shared.messaging.envelope import encode_command

    at = datetime(2026, 3, 2, tzinfo=UTC)
    return encode_command(
        command, id=id, source="/test", time=at, actor="staff/dewi", correlation_id=id, traceparent=None
    )


async def test_a_hold_outlasts_every_day() -> None:
    room, _, evidence = await room_with_evidence()
    await room.done(PlaceHold(office=OFFICE, evidence=evidence, reason="Perkara 12"))
    until = room.now + timedelta(days=1)
    await room.done(SetRetention(office=OFFICE, evidence=evidence, until=until, reason="Singkat"))
    room.pass_time(days=400)
    reason, details = await room.refused(DestroyEvidence(office=OFFICE, evidence=evidence, reason="Lama"))
    assert (reason, details) == ("evidence-held", {"holds": 1})
    assert room.evidence(evidence).due is None


async def test_a_reporter_adds_only_so_much_and_nothing_to_a_closed_report() -> None:
    from services.reports.handlers.evidence.add_evidence import REPORTER_MOST

    room = await Room.opened()
    assert isinstance(room, Room)
    incident = await room.file()
    for number in range(REPORTER_MOST):
        await room.add(incident, number, via="reporter")
    more = AddEvidence(office=OFFICE, incident=incident, via="reporter", **photo(99))
    assert await room.refused(more, actor="citizen") == ("evidence-full", {"most": REPORTER_MOST})
    await room.add(incident, 100)  # the desk may go on
    other = await room.file()
    await room.resolve(other)
    await room.done(CloseIncident(office=OFFICE, incident=other, reason="Selesai"))
    late = AddEvidence(office=OFFICE, incident=other, via="reporter", **photo(101))
    assert (await room.refused(late, actor="citizen"))[0] == "incident-over"


async def test_it_stands_in_the_incidents_timeline() -> None:
    room, incident, _ = await room_with_evidence()
    from services.reports.domain.records import Entry

    assert "EvidenceAdded" in [entry.what for entry in room.all(Entry) if entry.incident == incident]


IDS = st.integers(0, 5)


class Handled(RuleBasedStateMachine):
    """Any steps, alone or as a batch, some delivered twice."""

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        room = self.loop.run_until_complete(Room.opened())
        assert isinstance(room, Room)
        self.room = room
        self.incident = self.loop.run_until_complete(self.room.file())
        self.sent: list[tuple[Command, str]] = []
        self.nth = 0

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.close()

    def wish(self, command: Command) -> None:
        self.nth += 1
        id = f"wish-{self.nth}"
        self.sent.append((command, id))
        self.room.put(command, id=id, actor="staff/dewi")

    def some(self, nth: int) -> str:
        known = self.room.all(Evidence)
        return str(known[nth % len(known)].id) if known else "none"

    @rule(via=st.sampled_from(["desk", "reporter", "field"]))
    def add(self, via: str) -> None:
        self.wish(AddEvidence(office=OFFICE, incident=self.incident, via=via, **photo(self.nth)))

    @rule(nth=IDS, access=st.sampled_from(["viewed", "downloaded", "exported"]), reason=st.sampled_from(["", "Jaksa"]))
    def access(self, nth: int, access: Any, reason: str) -> None:
        self.wish(RecordAccess(office=OFFICE, evidence=self.some(nth), access=access, reason=reason))

    @rule(nth=IDS)
    def hold(self, nth: int) -> None:
        self.wish(PlaceHold(office=OFFICE, evidence=self.some(nth), reason="Perkara"))

    @rule(nth=IDS, which=IDS)
    def release(self, nth: int, which: int) -> None:
        evidence = self.some(nth)
        holds = self.room.evidence(evidence).holds if evidence != "none" else ()
        hold = holds[which % len(holds)].id if holds else "none"
        self.wish(ReleaseHold(office=OFFICE, evidence=evidence, hold=hold, reason="Selesai"))

    @rule(nth=IDS, days=st.integers(-1, 40))
    def retain(self, nth: int, days: int) -> None:
        until = self.room.now + timedelta(days=days)
        self.wish(SetRetention(office=OFFICE, evidence=self.some(nth), until=until, reason="Singkat"))

    @rule(nth=IDS)
    def destroy(self, nth: int) -> None:
        self.wish(DestroyEvidence(office=OFFICE, evidence=self.some(nth), reason="Lama"))

    @rule(nth=IDS)
    def erase(self, nth: int) -> None:
        self.wish(ConfirmErasure(office=OFFICE, evidence=self.some(nth)))

    @rule(nth=st.integers(0, 50))
    def redeliver(self, nth: int) -> None:
        if self.sent:
            command, id = self.sent[nth % len(self.sent)]
            self.room.put(command, id=id, actor="staff/dewi")

    @rule(minutes=st.integers(0, 10_000))
    def work(self, minutes: int) -> None:
        self.loop.run_until_complete(self.room.run())
        self.room.pass_time(minutes=minutes)

    @invariant()
    def the_logs_are_whole(self) -> None:
        if not hasattr(self, "room"):
            return
        self.room.check_logs()
        assert not self.room.letters()
        for evidence in self.room.all(Evidence):
            actions = [entry.action for entry in self.room.log(evidence.id)]
            assert actions[0] == "collected"
            assert actions.count("destroyed") == (evidence.state != "kept")
            assert actions.count("erased") == (evidence.state == "erased")
            if evidence.state != "kept":
                placed, released = actions.count("hold-placed"), actions.count("hold-released")
                assert placed == released
                assert not evidence.holds
            assert (evidence.due is None) == (evidence.state == "erased" or evidence.is_held)
        (incident,) = self.room.all(Incident)
        entries = {id for e in self.room.all(CustodyEntry) if (id := e.id)}
        assert len(entries) == len(self.room.all(CustodyEntry))
        assert incident.revision >= len(self.room.all(Evidence))

    @invariant()
    def every_accepted_command_was_told_once(self) -> None:
        if not hasattr(self, "room"):
            return
        told = [cause for event, cause in self.room.events() if isinstance(event, EvidenceEvent | EvidenceAdded)]
        refused = {cause for event, cause in self.room.events() if isinstance(event, Refusal)}
        assert not refused & set(told)


TestHandled = Handled.TestCase
TestHandled.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
