"""What a desk promises whatever happens, checked on what it keeps and on what it told."""

from collections import Counter as Counts
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.reports.domain.incident import AT_WORK, OVER, Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Entry, Follower, Reporter, Story
from services.reports.domain.register import Register
from services.reports.domain.trust import Trust
from services.reports.domain.unit import Unit
from shared.contracts.message import Event
from shared.contracts.reports import incidents as said
from shared.contracts.reports import units as sent
from shared.contracts.reports.base import IncidentEvent

BUSY = ("assigned", "en-route", "on-scene")
WAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "IncidentReported": (("",), "as it says"),
    "IncidentTriaged": (AT_WORK, "as it says"),
    "IncidentQuarantined": (("received", "triaged"), "quarantined"),
    "IncidentReleased": (("quarantined",), "as it says"),
    "DuplicateLinked": (("received", "triaged"), "duplicate"),
    "DuplicateUnlinked": (("duplicate",), "as it says"),
    "UnitDispatched": (AT_WORK, "as it says"),
    "DispatchAccepted": (("dispatched", "on-scene"), "as it says"),
    "UnitArrived": (("dispatched", "on-scene"), "on-scene"),
    "UnitCheckedIn": (("on-scene",), "on-scene"),
    "UnitCleared": (("dispatched", "on-scene"), "as it says"),
    "IncidentResolved": (("received", "triaged", "quarantined"), "resolved"),
    "IncidentClosed": (("resolved",), "closed"),
    "IncidentReopened": (OVER, "as it says"),
    "ExerciseRemoved": ((*AT_WORK, "quarantined", *OVER), "closed"),
    "IncidentFollowed": (AT_WORK, "as before"),
    "DeadlineMissed": ((*AT_WORK, "quarantined"), "as before"),
}
"""From which states each event leads, and to which. Any other is possible anywhere and leads nowhere."""


class Kept(NamedTuple):
    """All that is kept of some offices."""

    offices: Sequence[Office]
    incidents: Sequence[Incident]
    units: Sequence[Unit]
    registers: Sequence[Register]
    stories: Sequence[Story]
    reporters: Sequence[Reporter]
    followers: Sequence[Follower]
    timeline: Sequence[Entry]
    trust: Sequence[Trust]


def check_kept(kept: Kept) -> None:
    """Whatever is kept agrees."""
    _check_numbers(kept)
    _check_units(kept)
    _check_duplicates(kept.incidents)
    _check_followers(kept)
    offices = {office.id: office for office in kept.offices}
    for incident in kept.incidents:
        _check_state(incident)
        _check_clocks(incident)
        if incident.at_work:
            _check_promises(incident, offices[incident.office])
    assert {story.id for story in kept.stories} == {incident.id for incident in kept.incidents}
    anonymous = {incident.id for incident in kept.incidents if incident.privacy == "anonymous"}
    assert not anonymous & {reporter.id for reporter in kept.reporters}, "something is kept of who wants to be nobody"


def _check_numbers(kept: Kept) -> None:
    given = defaultdict(list)
    for incident in kept.incidents:
        year, _, nth = incident.number.partition("-")
        given[f"{incident.office}:{year}"].append(int(nth))
    for register in kept.registers:
        assert sorted(given.pop(register.id)) == list(range(1, register.last + 1)), "numbers have a gap or a twin"
    assert not given, "a number was given by no register"


def _check_units(kept: Kept) -> None:
    sides = {(i.office, a.unit): (i.id, a) for i in kept.incidents for a in i.units}
    assert len(sides) == sum(len(i.units) for i in kept.incidents), "one unit is sent to two places"
    for unit in kept.units:
        office, _, name = unit.id.partition(":")
        assert (unit.incident is not None) == (unit.status in BUSY)
        at = sides.pop((office, name), None)
        assert (at and at[0]) == unit.incident, "a unit and its incident disagree"
        if at:
            _, assignment = at
            arrived, accepted = assignment.arrived_at is not None, assignment.accepted_at is not None
            assert (unit.status == "on-scene") == arrived
            assert (unit.status == "en-route") == (accepted and not arrived)
    assert not sides, "an incident waits for a unit that nobody knows"


def _check_duplicates(incidents: Sequence[Incident]) -> None:
    by_id = {incident.id: incident for incident in incidents}
    linked = Counts(incident.original for incident in incidents if incident.original)
    for incident in incidents:
        assert (incident.original is not None) == (incident.state == "duplicate")
        assert incident.duplicates == linked[incident.id]
        if incident.original:
            assert incident.duplicates == 0, "a duplicate has duplicates"
            original = by_id[incident.original]
            assert original.state not in ("duplicate", "quarantined"), "whoever looks at a duplicate is led astray"
            assert original.office == incident.office


def _check_followers(kept: Kept) -> None:
    following = Counts(follower.incident for follower in kept.followers if not follower.gone)
    for incident in kept.incidents:
        assert incident.followers == following[incident.id]
    claims = [follower.claim for follower in kept.followers if follower.claim]
    assert len(claims) == len(set(claims)), "one contact follows an incident twice"
    for follower in kept.followers:
        assert not (follower.gone and (follower.claim or follower.sealed)), "something is left of who has gone"


def _check_state(incident: Incident) -> None:
    assert (incident.state in ("dispatched", "on-scene")) == bool(incident.units)
    assert (incident.state == "on-scene") == any(a.arrived_at for a in incident.units)
    assert (incident.state == "received") <= (incident.certainty is None)
    assert (incident.state == "triaged") <= (incident.certainty is not None)
    assert incident.at_work == (incident.office if incident.state in (*AT_WORK, "quarantined") else None)
    over = incident.state in OVER
    assert (incident.disposition is not None) == over
    assert (incident.resolved_at is not None) == over or incident.removed
    assert (incident.closed_at is not None) == (incident.state == "closed")


def _check_clocks(incident: Incident) -> None:
    names = [(running.clock, running.unit) for running in incident.clocks]
    assert len(names) == len(set(names)), "a clock runs twice"
    if not incident.at_work:
        assert incident.clocks == ()
        assert (incident.due is not None) == (incident.state == "resolved")
        return
    assert incident.due == min((r.due_at for r in incident.clocks if not r.missed), default=None)
    assert all(running.since <= running.due_at for running in incident.clocks)
    waited_for = {("accept", a.unit) for a in incident.units if not (a.accepted_at or a.arrived_at)}
    there = {("check-in", a.unit) for a in incident.units if a.arrived_at}
    assert {name for name in names if name[1]} == waited_for | there, "a unit's clocks are not those of where it is"


def _check_promises(incident: Incident, office: Office) -> None:
    """What the office promises for this priority is what runs, however the priority has come about."""
    level = office.level(incident.priority)
    running = {clock.clock: clock.missed for clock in incident.clocks if clock.unit is None}
    looked, reached = incident.certainty is not None, any(a.arrived_at for a in incident.units)
    promised = {
        "triage": not looked and level.triage_minutes is not None,
        "dispatch": looked and not incident.units and not incident.reached_at and level.dispatch_minutes is not None,
        "arrive": bool(incident.units) and not incident.reached_at and level.arrive_minutes is not None,
        "resolve": level.resolve_minutes is not None,
    }
    missing = [clock for clock, due in promised.items() if due and clock not in running]
    assert not missing, f"nobody watches {missing} of {incident.number}"
    assert not (looked and "triage" in running)
    assert not (incident.units and "dispatch" in running)
    assert not (reached and "arrive" in running)
    assert not (not incident.units and "arrive" in running)


def check_timeline(timeline: Iterable[Entry], events: Iterable[Event]) -> None:
    """Each event about an incident has its line, in order, and there is no other line."""
    told: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for event in events:
        if isinstance(event, IncidentEvent):
            told[event.incident].append((event.revision, type(event).__name__))
    lines: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for entry in sorted(timeline, key=lambda entry: entry.place):
        lines[entry.incident].append((entry.place, entry.what))
    assert lines == {incident: sorted(events) for incident, events in told.items()}


def check_told(events: Iterable[Event]) -> dict[str, str]:
    """The events of one office alone tell one story. Returns the state in which it leaves each incident."""
    states: dict[str, str] = defaultdict(str)
    revisions: dict[str, int] = defaultdict(int)
    numbers: dict[str, int] = defaultdict(int)
    missed = set()
    busy: dict[str, str] = {}
    for event in events:
        if isinstance(event, sent.UnitStatusChanged):
            if event.incident:
                assert busy.setdefault(event.unit, event.incident) == event.incident, "a unit is at two places"
            else:
                busy.pop(event.unit, None)
        if not isinstance(event, IncidentEvent):
            continue
        revisions[event.incident] += 1
        assert event.revision == revisions[event.incident], "a revision is missing, told twice or late"
        before, after = WAYS.get(type(event).__name__, ((), "as before"))
        name, state = type(event).__name__, states[event.incident]
        assert not before or state in before, f"{name} of an incident that is {state!r}"
        if after != "as before":
            states[event.incident] = event.state if after == "as it says" else after  # type: ignore[attr-defined]
        if isinstance(event, said.IncidentReported):
            year, _, nth = event.number.partition("-")
            numbers[year] += 1
            assert int(nth) == numbers[year], "numbers are not in order"
        if isinstance(event, said.DeadlineMissed):
            late = (event.incident, event.clock, event.unit, event.due_at)
            assert late not in missed, "a clock was missed twice"
            missed.add(late)
    return dict(states)
