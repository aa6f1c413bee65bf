"""No order of commands, alone or in batches, redelivered or late, breaks what a desk promises."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.reports.domain.incident import Incident
from services.reports.domain.records import Follower
from services.reports.domain.trust import Trust, trust_id
from shared.contracts.message import Command, Event, Refusal, events_topic
from shared.contracts.reports import agencies, incidents, office, staff, units
from shared.contracts.reports.base import IncidentCommand, Place
from shared.messaging.envelope import Record
from tests.reports.promises import Kept, check_kept, check_timeline, check_told
from tests.reports.scene import CREW, DESK, HERE, OFFICE, PLAN, SEALED, Scene, everything

ELSEWHERE = "polres-donggala"
"""An office that has no business with the first one's incidents."""
FEWER = replace(PLAN, units=PLAN.units[1:], categories=PLAN.categories[1:], accept_minutes=5)
OTHERS = replace(PLAN, id=ELSEWHERE)
CONTACTS = st.sampled_from([None, *(f"{n:032x}" for n in range(3))])
CATEGORIES = st.sampled_from([category.id for category in PLAN.categories])
UNITS = st.sampled_from([unit.id for unit in PLAN.units])
NTH = st.integers(0, 12)
OF_UNITS: tuple[type[units.UnitCommand], ...] = (
    units.AcceptDispatch, units.ArriveOnScene, units.ArriveOnScene, units.CheckIn, units.ClearScene,
    units.GoInService, units.GoOutOfService,
)  # fmt: skip
REASONED: tuple[type[IncidentCommand], ...] = (
    incidents.QuarantineIncident, incidents.ReleaseIncident, incidents.UnlinkDuplicate, incidents.CloseIncident,
    incidents.RevealIdentity, agencies.RemoveExercise,
)  # fmt: skip
OUTINGS: tuple[tuple[type[units.UnitCommand], ...], ...] = (
    (), (units.AcceptDispatch,), (units.ArriveOnScene,), (units.AcceptDispatch, units.ArriveOnScene),
    (units.ArriveOnScene, units.CheckIn), (units.ArriveOnScene, units.ClearScene), (units.ClearScene,),
)  # fmt: skip
"""What may follow when a unit is sent."""
LIKELY: dict[type[Command], tuple[str, ...]] = {
    incidents.TriageIncident: ("received", "triaged", "dispatched", "on-scene"),
    incidents.QuarantineIncident: ("received", "triaged"),
    incidents.ReleaseIncident: ("quarantined",),
    incidents.LinkDuplicate: ("received", "triaged"),
    incidents.UnlinkDuplicate: ("duplicate",),
    incidents.CloseIncident: ("resolved",),
    incidents.ConfirmOutcome: ("resolved",),
    incidents.ReopenIncident: ("resolved", "closed"),
    incidents.ResolveIncident: ("triaged", "dispatched", "on-scene", "received"),
    incidents.FollowIncident: ("received", "triaged"),
    units.DispatchUnit: ("received", "triaged"),
    units.StandDownUnit: ("dispatched", "on-scene"),
}
"""Where an incident mostly is when it is wished."""
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FtcGxlc2FsdA$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"
UNJUDGED = ("exercise", "unfounded")


class Wish(NamedTuple):
    """A command as it was sent."""

    id: str
    command: Command
    at: datetime
    actor: str


class AnyOrder(RuleBasedStateMachine):
    """People wish at any time; the bus delivers their wishes one by one, or many in a batch when it is slow."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.scene = Scene()
        self.ids = count(1)
        self.wishes: list[Wish] = []
        self.log: list[Wish] = []
        self.batch = 1
        self.outcomes: dict[str, list[Event]] = {}
        self.records: dict[str, Record] = {}
        self.read: dict[str, int] = defaultdict(int)

    def teardown(self) -> None:
        try:
            self.deliver()
            self.the_log_tells_it_all_again()
        finally:
            self.runner.close()

    @initialize()
    def the_desk_opens(self) -> None:
        for plan in (PLAN, OTHERS):
            self.wish(office.ConfigureOffice(office=plan.id, plan=plan))
            for unit in plan.units:
                self.wish(units.GoInService(office=plan.id, unit=unit.id), CREW)
        for who in ("dewi", "budi"):
            self.wish(staff.AddStaff(office=OFFICE, username=who, display_name=who, password_hash=HASH))
        for n, category in enumerate(("theft", "fight", "theft", "domestic")):
            self.file(category, f"{n % 3:032x}", False, "reporter")

    # Citizens ----------------------------------------------------------------------------------------

    @rule(
        category=CATEGORIES,
        contact=CONTACTS,
        anonymous=st.booleans(),
        way=st.sampled_from(["reporter", "desk"]),
        drill=st.booleans(),
    )
    def file(self, category: str, contact: str | None, anonymous: bool, way: str, drill: bool = False) -> None:
        known = {} if anonymous or contact is None else {"contact": contact, "reporter": SEALED}
        told: Any = {"privacy": "anonymous" if anonymous else "confidential", **known}
        if way == "desk":
            told |= {"way": "desk", "place": Place(words="Jalan Hasanuddin"), "exercise": drill}
        report = incidents.FileReport(
            office=OFFICE, category=category, words="Motor saya dicuri", **{"place": HERE, **told}
        )
        self.wish(report, DESK if way == "desk" else "citizen")

    @rule(nth=NTH, contact=CONTACTS)
    def follow(self, nth: int, contact: str | None) -> None:
        self.about(incidents.FollowIncident, nth, actor="citizen", contact=contact)

    @rule(nth=NTH, other=st.booleans())
    def unfollow(self, nth: int, other: bool) -> None:
        known = self.scene.all(Follower)
        follower = (
            known[nth % len(known)] if known else Follower("none", "no-such-incident", None, None, self.scene.now)
        )
        incident = self.some_incident(nth, ()) if other else follower.incident
        self.wish(incidents.UnfollowIncident(office=OFFICE, incident=incident, follower=follower.id), "citizen")

    @rule(nth=NTH, via=st.sampled_from(["reporter", "desk"]), lie=st.integers(0, 5))
    def write(self, nth: int, via: str, lie: int) -> None:
        actor = "citizen" if (via == "reporter") != (lie == 5) else DESK
        self.about(incidents.SendMessage, nth, actor=actor, words="Sudah sampai mana?", via=via)

    @rule(nth=NTH, via=st.sampled_from(["reporter", "reporter", "desk"]))
    def reopen(self, nth: int, via: str) -> None:
        actor = "citizen" if via == "reporter" else DESK
        self.about(incidents.ReopenIncident, nth, actor=actor, words="Belum beres", via=via)

    @rule(nth=NTH)
    def confirm(self, nth: int) -> None:
        self.about(incidents.ConfirmOutcome, nth, actor="citizen")

    @rule(nth=NTH, seldom=st.integers(1, 4))
    def be_forgotten(self, nth: int, seldom: int) -> None:
        if seldom == 1:
            self.about(incidents.EraseReporter, nth, actor="citizen", via="reporter")

    # The desk ----------------------------------------------------------------------------------------

    @rule(
        nth=NTH,
        category=CATEGORIES,
        severity=st.sampled_from(["extreme", "severe", "moderate", "minor"]),
        certainty=st.sampled_from(["observed", "likely", "possible", "unlikely"]),
        priority=st.sampled_from([None, None, 1, 2, 3, 4]),
    )
    def triage(self, nth: int, **judged: Any) -> None:
        self.about(incidents.TriageIncident, nth, reason="dari telepon", **judged)

    @rule(nth=NTH, command=st.sampled_from(REASONED))
    def decide(self, nth: int, command: type[IncidentCommand]) -> None:
        self.about(command, nth, reason="ternyata begitu")

    @rule(nth=NTH, other=NTH)
    def link(self, nth: int, other: int) -> None:
        self.about(incidents.LinkDuplicate, nth, original=self.some_incident(other, ("triaged", "dispatched")))

    @rule(nth=NTH, who=st.sampled_from(["dewi", "budi"]), note=st.booleans())
    def look_after(self, nth: int, who: str, note: bool) -> None:
        if note:
            self.about(incidents.AddNote, nth, words="Saksi menunggu di pos")
        self.about(incidents.TakeCharge, nth, actor=f"staff/{who}")
        self.about(incidents.HandOver, nth, to="budi" if who == "dewi" else "dewi", note="")

    @rule(nth=NTH, unit=UNITS, then=st.sampled_from(OUTINGS))
    def dispatch(self, nth: int, unit: str, then: tuple[type[units.UnitCommand], ...]) -> None:
        self.about(units.DispatchUnit, nth, unit=unit)
        for command in then:
            self.wish(command(office=OFFICE, unit=unit), CREW)

    @rule(nth=NTH, unit=UNITS)
    def call_back(self, nth: int, unit: str) -> None:
        self.about(units.StandDownUnit, nth, unit=unit, reason="dibutuhkan di tempat lain")

    @rule(nth=NTH, disposition=st.sampled_from(["settled", "settled", "prank", "prank", "unfounded", "arrest"]))
    def resolve(self, nth: int, disposition: str) -> None:
        self.about(incidents.ResolveIncident, nth, disposition=disposition, words="Sudah ditangani")

    @rule(nth=NTH, disposition=st.sampled_from(["settled", "prank"]), via=st.sampled_from(["reporter", "desk"]))
    def say_it_is_not_right(self, nth: int, disposition: str, via: str) -> None:
        self.resolve(nth, disposition)
        self.reopen(nth, via)

    @rule(unit=UNITS, command=st.sampled_from(OF_UNITS))
    def of_unit(self, unit: str, command: type[units.UnitCommand]) -> None:
        self.wish(command(office=OFFICE, unit=unit), CREW)

    @rule(nth=NTH, command=st.sampled_from([incidents.TakeCharge, incidents.CheckClocks, incidents.ConfirmOutcome]))
    def meddle(self, nth: int, command: type[IncidentCommand]) -> None:
        self.wish(command(office=ELSEWHERE, incident=self.some_incident(nth, ())), DESK)

    @rule(plan=st.sampled_from([PLAN, PLAN, FEWER]), based_on=st.sampled_from([None, None, 1]))
    def reconfigure(self, plan: office.OfficePlan, based_on: int | None) -> None:
        self.wish(office.ConfigureOffice(office=OFFICE, plan=plan, replaces_revision=based_on))

    # The world ---------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 3, 30, 300, 60 * 24, 60 * 24 * 8]), watch=st.booleans())
    def time_passes(self, minutes: int, watch: bool) -> None:
        self.scene.pass_time(minutes=minutes)
        if watch:
            self.look_at_the_clocks()

    @rule()
    def look_at_the_clocks(self) -> None:
        for incident in self.scene.all(Incident):
            if incident.due is not None and incident.due <= self.scene.now:
                self.wish(incidents.CheckClocks(office=OFFICE, incident=incident.id), "system")

    @rule(nth=NTH)
    def look_for_no_reason(self, nth: int) -> None:
        self.about(incidents.CheckClocks, nth, actor="system")

    @rule(batch=st.integers(2, 12), trouble=st.sampled_from(["slow", "slow", "twice", "redelivery", "rebalance"]))
    def the_bus_has_trouble(self, batch: int, trouble: str) -> None:
        if trouble == "slow":
            self.batch = batch
        elif trouble == "twice" and self.log:
            self.wishes.append(self.log[-batch % len(self.log)])
        elif trouble == "rebalance":
            self.runner.run(self.scene.worker.start())
        else:
            before = self.kept()
            self.scene.worker.committed.clear()
            self.runner.run(self.scene.run())
            assert self.kept() == before, "a repeat had an effect"

    # What is promised --------------------------------------------------------------------------------

    @invariant()
    def what_is_kept_agrees(self) -> None:
        check_kept(self.kept())

    @invariant()
    def what_is_told_agrees(self) -> None:
        kept, told = self.kept(), self.story_of_the_office()
        assert check_told(told) == {incident.id: incident.state for incident in kept.incidents}
        check_timeline(kept.timeline, told)
        late = [event.incident for event in told if isinstance(event, incidents.DeadlineMissed)]
        assert {i.id: i.late for i in kept.incidents if i.late} == {id: late.count(id) for id in late}

    @invariant()
    def trust_is_what_came_of_ones_reports(self) -> None:
        filed = {wish.id: wish.command for wish in self.log if isinstance(wish.command, incidents.FileReport)}
        known = {id: report.contact for id, report in filed.items() if report.contact and not report.exercise}
        counted: dict[str, dict[str, int]] = defaultdict(lambda: {"real": 0, "pranks": 0})
        outcome: dict[str, incidents.Disposition] = {}
        for event in self.story_of_the_office():
            if isinstance(event, incidents.ReporterErased):
                known.pop(event.incident, None)
            elif isinstance(event, incidents.IncidentResolved):
                outcome[event.incident] = event.disposition
                _count(counted, known.get(event.incident), event.disposition, 1)
            elif isinstance(event, incidents.IncidentReopened):
                _count(counted, known.get(event.incident), outcome.pop(event.incident), -1)
        for trust in self.scene.all(Trust):
            assert {"real": trust.real, "pranks": trust.pranks} == counted[trust.id]

    @invariant()
    def every_wish_has_an_outcome_and_none_is_undeliverable(self) -> None:
        assert self.scene.letters() == []
        silent = {wish.id for wish in self.log if isinstance(wish.command, incidents.CheckClocks)}
        assert self.told().keys() <= self.scene.store.journal.keys()
        assert self.scene.store.journal.keys() - self.told().keys() <= silent

    # Inside ------------------------------------------------------------------------------------------

    def about(self, command: Callable[..., Command], nth: int, *, actor: str = DESK, **more: Any) -> None:
        incident = self.some_incident(nth, LIKELY.get(command, ()))  # type: ignore[call-overload]
        self.wish(command(office=OFFICE, incident=incident, **more), actor)

    def wish(self, command: Command, actor: str = DESK) -> None:
        wish = Wish(f"wish-{next(self.ids):03d}", command, self.scene.now, actor)
        self.wishes.append(wish)
        if len(self.wishes) < self.batch:
            return
        if self.batch == 1 and len(self.wishes) == 1:
            before = self.kept()
            self.deliver()
            if isinstance(self.told().get(wish.id, [None])[-1], Refusal):
                assert self.kept() == before, "a refused command changed something"
        else:
            self.deliver()

    def deliver(self) -> None:
        _put(self.scene, self.wishes)
        self.log += [wish for wish in self.wishes if wish not in self.log]
        self.wishes, self.batch = [], 1
        self.runner.run(self.scene.run())

    def some_incident(self, nth: int, states: tuple[str, ...]) -> str:
        """One in these states if there is one; else any; else one that never was."""
        known = self.scene.all(Incident)
        likely = [incident.id for incident in known if incident.state in states] or [incident.id for incident in known]
        return likely[nth % len(likely)] if likely else "no-such-incident"

    def kept(self) -> Kept:
        return everything(self.scene)

    def told(self) -> dict[str, list[Event]]:
        """The events of each command, in order; repeats are dropped as every consumer does."""
        for partition in self.scene.bus.partitions(events_topic(self.scene.service)):
            for record in self.scene.bus.read(partition, self.read[partition], 100_000):
                self.read[partition] += 1
                known = self.records.setdefault(_id(record), record)
                assert (known.key, known.value, known.headers) == (record.key, record.value, record.headers)
                if known is record:
                    ((event, cause),) = self.scene._decoded([record])
                    self.outcomes.setdefault(cause, []).append(event)
        return self.outcomes

    def story_of_the_office(self) -> list[Event]:
        return [event for events in self.told().values() for event in events if event.key() == OFFICE]

    def the_log_tells_it_all_again(self) -> None:
        """Whoever has the commands has the whole story: one by one or all in one batch."""
        told = self.story(self.scene)
        for at_once in (False, True):
            scene = Scene()
            for wishes in [self.log] if at_once else [[wish] for wish in self.log]:
                _put(scene, wishes)
                self.runner.run(scene.run())
            assert self.story(scene) == told

    def story(self, scene: Scene) -> list[tuple[Any, ...]]:
        """An office's events byte for byte, each once."""
        records = {_id(record): record for record in reversed(scene.bus.all(events_topic(scene.service)))}
        return sorted((_id(r), r.key, r.value, _untraced(r)) for r in records.values())


def _count(counted: dict[str, dict[str, int]], contact: str | None, disposition: str, by: int) -> None:
    if contact and disposition not in UNJUDGED:
        counted[trust_id(OFFICE, contact)]["pranks" if disposition == "prank" else "real"] += by


def _put(scene: Scene, wishes: list[Wish]) -> None:
    """Put wishes on the bus, each at its moment."""
    latest = scene.now
    for wish in wishes:
        scene.now = wish.at
        scene.put(wish.command, id=wish.id, actor=wish.actor)
        latest = max(latest, wish.at)
    scene.now = latest


def _untraced(record: Record) -> tuple[tuple[str, bytes | None], ...]:
    """A record's headers without the one that each run chooses anew."""
    return tuple(header for header in record.headers if header[0] != "traceparent")


def _id(record: Record) -> str:
    headers: dict[str, Any] = dict(record.headers)
    return str(headers["ce_id"].decode())


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
