"""Incident: what was reported and what becomes of it.

    received → triaged → dispatched → on-scene → resolved → closed
       ↑↓                    ↑__________|  ↑_________|________|   reopened
    quarantined     duplicate ⇄ any that no unit is sent to

Invariants: an incident is dispatched or on scene exactly while units are; whatever is not over has its clocks,
and whatever is over has none but the one by which it closes; a duplicate has no duplicates of its own; nothing is
ever deleted.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from services.reports.domain import clocks, errors
from services.reports.domain.agency_errors import NoExercise
from services.reports.domain.clocks import Clocks
from services.reports.domain.office import Office
from services.reports.domain.place import cell_of
from services.reports.domain.priority import priority_of
from shared.contracts.reports import incidents as said
from shared.contracts.reports import units as sent
from shared.contracts.reports.agencies import ExerciseRemoved
from shared.contracts.reports.base import IncidentEvent, Via
from shared.contracts.reports.incidents import Disposition, FileReport, Privacy, State, TriageIncident, Way
from shared.contracts.reports.office import Certainty, Priority, Severity

E = TypeVar("E", bound=IncidentEvent)

AT_WORK: tuple[State, ...] = ("received", "triaged", "dispatched", "on-scene")
"""What the desk has to deal with."""
OVER: tuple[State, ...] = ("resolved", "closed")
ESCALATED_FROM = 2
"""So many broken promises are the manager's affair, whoever is in charge."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit that is sent to the incident."""

    unit: str
    sent_at: datetime
    accepted_at: datetime | None = None
    arrived_at: datetime | None = None


@dataclass(slots=True)
class Incident:
    """One incident of an office."""

    id: str
    office: str
    number: str
    category: str
    privacy: Privacy
    way: Way
    filed_at: datetime
    happened_at: datetime | None
    latitude: float | None
    longitude: float | None
    cell: str | None
    state: State
    severity: Severity
    priority: Priority
    certainty: Certainty | None = None
    """None until the desk has looked."""
    exercise: bool = False
    in_charge: str | None = None
    """User name of who looks after it."""
    units: tuple[Assignment, ...] = ()
    clocks: Clocks = ()
    due: datetime | None = None
    """When something may be late, or the incident closes by itself: whoever watches the clocks looks then."""
    late: int = 0
    """How often something was."""
    original: str | None = None
    """Of which it is a duplicate."""
    duplicates: int = 0
    followers: int = 0
    disposition: Disposition | None = None
    begun_at: datetime | None = None
    """Since when the desk has to deal with it: since the report, or since it was opened again."""
    reached_at: datetime | None = None
    """When the first unit was there, since then."""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    removed: bool = False
    """An exercise that was taken away: no page shows it any more."""
    reopened: int = 0
    """How often its reporter had it opened again."""
    at_work: str | None = None
    """The office, while the desk has to deal with the incident: what is over costs the board nothing."""
    asked: str | None = None
    """The office, while the reporter waits for an answer to a message."""
    changed_at: datetime | None = None
    idle_since: datetime | None = None
    """Since when nothing has happened to it that is closed or a duplicate: from then on it may be forgotten."""
    revision: int = 0
    """Counts its events."""
    version: int = 0

    @classmethod
    def file(
        cls, id: str, number: str, report: FileReport, office: Office, at: datetime, *, suspect: bool
    ) -> tuple["Incident", said.IncidentReported]:
        """A new incident. Where its contact is `suspect` it is set aside, to be looked at all the same."""
        category, place = office.category(report.category), report.place
        located = place.latitude is not None and place.longitude is not None
        priority = priority_of(category.urgency, category.severity, None)
        incident = cls(
            id=id,
            office=office.id,
            number=number,
            category=category.id,
            privacy=report.privacy,
            way=report.way,
            filed_at=at,
            happened_at=report.happened_at,
            latitude=place.latitude if located else None,
            longitude=place.longitude if located else None,
            cell=cell_of(place.latitude, place.longitude) if located else None,  # type: ignore[arg-type]
            state="quarantined" if suspect else "received",
            severity=category.severity,
            priority=priority,
            exercise=report.exercise,
            begun_at=at,
            at_work=office.id,
        )
        level = office.level(priority)
        running = clocks.start((), "triage", level.triage_minutes, at)
        incident._run(clocks.start(running, "resolve", level.resolve_minutes, at))
        event = incident._event(
            said.IncidentReported,
            at,
            number=number,
            category=category.id,
            state=incident.state,
            priority=priority,
            severity=category.severity,
            privacy=report.privacy,
            way=report.way,
            cell=incident.cell,
            happened_at=report.happened_at,
            exercise=report.exercise,
        )
        return incident, event

    @property
    def is_late(self) -> bool:
        """Whether a promise is broken that still waits to be made good."""
        return any(running.missed for running in self.clocks)

    @property
    def is_escalated(self) -> bool:
        """Whether it is the manager's affair: late, and nobody looks after it or it was not the first time."""
        return self.is_late and (self.in_charge is None or self.late >= ESCALATED_FROM)

    # The desk ------------------------------------------------------------------------------------------

    def triage(self, judged: TriageIncident, office: Office, at: datetime) -> said.IncidentTriaged:
        """Judge it, perhaps anew. Raises `CategoryUnknown`, `IncidentElsewhere`."""
        self._must_be(*AT_WORK)
        category = office.category(judged.category)
        self.category, self.severity, self.certainty = category.id, judged.severity, judged.certainty
        self.priority = judged.priority or priority_of(category.urgency, judged.severity, judged.certainty)
        level = office.level(self.priority)
        sent_at = self.units[0].sent_at if self.units else None
        running = clocks.stop(self.clocks, "triage")
        running = clocks.adjust(running, "resolve", level.resolve_minutes, self.begun_at)
        running = clocks.adjust(running, "arrive", level.arrive_minutes, None if self.reached_at else sent_at)
        waits = not (self.units or self.reached_at)
        self._run(clocks.adjust(running, "dispatch", level.dispatch_minutes, at if waits else None))
        self._stand()
        return self._event(
            said.IncidentTriaged,
            at,
            category=self.category,
            severity=self.severity,
            certainty=judged.certainty,
            priority=self.priority,
            state=self.state,
        )

    def take_charge(self, username: str, at: datetime) -> said.ChargeTaken:
        """Be looked after by somebody. Raises `InChargeAlready`."""
        self._must_not_be("closed")
        if self.in_charge == username:
            raise errors.InChargeAlready
        self.in_charge = username
        return self._event(said.ChargeTaken, at)

    def hand_over(self, to: str, at: datetime) -> said.IncidentHandedOver:
        """Be looked after by somebody else. Raises `InChargeAlready`."""
        self._must_not_be("closed")
        if self.in_charge == to:
            raise errors.InChargeAlready
        self.in_charge = to
        return self._event(said.IncidentHandedOver, at)

    def quarantine(self, at: datetime) -> said.IncidentQuarantined:
        """Be set aside. Raises `HasDuplicates`, `UnitsSent`, `IncidentElsewhere`."""
        self._must_be(*AT_WORK)
        self._must_have_no_units()
        self._must_have_no_duplicates()
        self.state = "quarantined"
        return self._event(said.IncidentQuarantined, at)

    def release(self, at: datetime) -> said.IncidentReleased:
        """Be taken back among the others. Raises `IncidentElsewhere`."""
        self._must_be("quarantined")
        self._stand()
        return self._event(said.IncidentReleased, at, state=self.state)

    def link(self, original: "Incident", at: datetime) -> said.DuplicateLinked:
        """Be a duplicate of another one. Raises `OriginalUnfit`, `HasDuplicates`, `UnitsSent`, `IncidentElsewhere`."""
        self._must_be(*AT_WORK)
        self._must_have_no_units()
        if original.id == self.id or original.state in ("duplicate", "quarantined"):
            raise errors.OriginalUnfit
        self._must_have_no_duplicates()
        self.state, self.original, self.at_work = "duplicate", original.id, None
        self._run(())
        original.duplicates += 1
        return self._event(said.DuplicateLinked, at, original=original.id)

    def unlink(self, original: "Incident", office: Office, at: datetime) -> said.DuplicateUnlinked:
        """Be one of its own after all. Raises `IncidentElsewhere`."""
        self._must_be("duplicate")
        original.duplicates -= 1
        self.original = None
        self._begin_again(office, at)
        return self._event(said.DuplicateUnlinked, at, original=original.id, state=self.state)

    def note(self, at: datetime) -> said.NoteAdded:
        """Something was written down."""
        return self._event(said.NoteAdded, at)

    def gains(self, event: type[E], at: datetime, **facts: object) -> E:
        """Something belongs to it from now on that has rules of its own: evidence, a request to a camera's owner."""
        return self._event(event, at, **facts)

    def message(self, via: Via, at: datetime) -> said.MessageSent:
        """Desk or reporter wrote to the other."""
        self.asked = self.office if via == "reporter" else None
        return self._event(said.MessageSent, at, via=via)

    def noted(self, event: type[E], at: datetime, **data: object) -> E:
        """Something happened about it that changes nothing of where it is."""
        return self._event(event, at, **data)

    # Units ---------------------------------------------------------------------------------------------

    def send(self, unit: str, office: Office, at: datetime) -> sent.UnitDispatched:
        """Have a unit sent. Raises `IncidentElsewhere`."""
        self._must_be(*AT_WORK)
        level = office.level(self.priority)
        running = clocks.stop(self.clocks, "dispatch")
        running = clocks.start(running, "accept", office.plan.accept_minutes, at, unit)
        if not self.units:
            running = clocks.start(running, "arrive", level.arrive_minutes, at)
        self.units = (*self.units, Assignment(unit, at))
        self._run(running)
        self._stand()
        return self._event(sent.UnitDispatched, at, unit=unit, state=self.state)

    def accepted(self, unit: str, at: datetime) -> sent.DispatchAccepted:
        """A unit is on its way. Raises `UnitNotSent`."""
        coming = self._assignment(unit)
        self._put(coming, replace(coming, accepted_at=at))
        self._run(clocks.stop(self.clocks, "accept", unit))
        return self._event(sent.DispatchAccepted, at, unit=unit, state=self.state)

    def arrived(self, unit: str, office: Office, at: datetime) -> sent.UnitArrived:
        """A unit is there. Raises `UnitNotSent`."""
        coming = self._assignment(unit)
        self._put(coming, replace(coming, arrived_at=at))
        self.reached_at = self.reached_at or at
        running = clocks.stop(clocks.stop(self.clocks, "accept", unit), "arrive")
        self._run(clocks.start(running, "check-in", office.plan.check_in_minutes, at, unit))
        self._stand()
        return self._event(sent.UnitArrived, at, unit=unit, state=self.state)

    def checked_in(self, unit: str, office: Office, at: datetime) -> sent.UnitCheckedIn:
        """A unit is well; the next check is counted from now. Raises `UnitNotSent`."""
        self._assignment(unit)
        self._run(clocks.start(self.clocks, "check-in", office.plan.check_in_minutes, at, unit))
        return self._event(sent.UnitCheckedIn, at, unit=unit, state=self.state)

    def cleared(self, unit: str, office: Office, at: datetime) -> sent.UnitCleared:
        """A unit is done there, or was called back: the incident waits for another one. Raises `UnitNotSent`."""
        leaving = self._assignment(unit)
        self.units = tuple(assignment for assignment in self.units if assignment is not leaving)
        running = clocks.stop_of_unit(self.clocks, unit)
        if not self.units:
            running = clocks.stop(running, "arrive")
            if self.reached_at is None:
                running = clocks.start(running, "dispatch", office.level(self.priority).dispatch_minutes, at)
        self._run(running)
        self._stand()
        return self._event(sent.UnitCleared, at, unit=unit, state=self.state)

    # The outcome ---------------------------------------------------------------------------------------

    def resolve(self, disposition: Disposition, office: Office, at: datetime) -> said.IncidentResolved:
        """Have an outcome. Its units must be clear. Raises `IncidentElsewhere`."""
        self._must_be("received", "triaged", "quarantined")
        self.state, self.disposition, self.resolved_at, self.at_work = "resolved", disposition, at, None
        self._run(())
        self.due, self.asked = at + timedelta(days=office.plan.confirm_days), None
        return self._event(said.IncidentResolved, at, disposition=disposition)

    def close(self, via: Via, at: datetime) -> said.IncidentClosed:
        """Nothing more will happen. Raises `IncidentElsewhere`."""
        self._must_be("resolved")
        self.state, self.closed_at, self.due = "closed", at, None
        if via != "system":
            self.asked = None
        return self._event(said.IncidentClosed, at, via=via)

    def reopen(self, via: Via, office: Office, at: datetime) -> said.IncidentReopened:
        """Go on. Raises `TooLateToReopen`, `ReopenExhausted` for a reporter, and `IncidentElsewhere`."""
        self._must_be(*OVER)
        if self.removed:
            raise errors.IncidentElsewhere(number=self.number, state=self.state)
        if via == "reporter":
            self._check_reporter_may_reopen(office, at)
            self.reopened += 1
        self.disposition = self.resolved_at = self.closed_at = None
        self._begin_again(office, at)
        return self._event(said.IncidentReopened, at, via=via, state=self.state)

    def can_be_reopened_by_reporter(self, office: Office, at: datetime) -> bool:
        """Whether its reporter could have it opened again now."""
        if self.state not in OVER:
            return False
        try:
            self._check_reporter_may_reopen(office, at)
        except (errors.TooLateToReopen, errors.ReopenExhausted):
            return False
        return True

    # Followers and the reporter ------------------------------------------------------------------------

    def follow(self, office: Office, at: datetime) -> said.IncidentFollowed:
        """One more person wants to be told. Raises `NotToBeFollowed`."""
        if self.state not in AT_WORK or office.is_sensitive(self.category):
            raise errors.NotToBeFollowed
        self.followers += 1
        return self._event(said.IncidentFollowed, at, followers=self.followers)

    def unfollow(self, at: datetime) -> said.IncidentUnfollowed:
        """One person less."""
        self.followers -= 1
        return self._event(said.IncidentUnfollowed, at, followers=self.followers)

    def reveal(self, at: datetime) -> said.IdentityRevealed:
        """Somebody is about to see who reported it. Raises `NobodyKnown` for an anonymous report."""
        if self.privacy == "anonymous":
            raise errors.NobodyKnown
        return self._event(said.IdentityRevealed, at)

    def erase_reporter(self, at: datetime) -> said.ReporterErased:
        """Nobody can find out any more who reported it."""
        return self._event(said.ReporterErased, at)

    def remove_exercise(self, at: datetime) -> ExerciseRemoved:
        """Be gone from everywhere. Raises `NoExercise`, and `HasDuplicates`, `IncidentElsewhere` while it is linked."""
        if not self.exercise:
            raise NoExercise
        if self.removed:
            raise errors.IncidentElsewhere(number=self.number, state=self.state)
        self._must_not_be("duplicate")
        self._must_have_no_duplicates()
        self.state, self.disposition, self.closed_at, self.at_work = "closed", "exercise", at, None
        self.units, self.removed = (), True
        self._run(())
        return self._event(ExerciseRemoved, at)

    # Time ----------------------------------------------------------------------------------------------

    def check(self, office: Office, at: datetime) -> list[IncidentEvent]:
        """What is late by now and was not known to be; the close of an outcome to which nobody has objected."""
        if self.state == "resolved":
            over = self.due is not None and self.due <= at
            return [self.close("system", at)] if over else []
        late = clocks.late(self.clocks, at)
        if not late:
            return []
        self._run(clocks.miss(self.clocks, late))
        self.late += len(late)
        return [
            self._event(
                said.DeadlineMissed,
                at,
                clock=running.clock,
                due_at=running.due_at,
                unit=running.unit,
                priority=self.priority,
                escalated=self.is_escalated,
            )
            for running in late
        ]

    # Inside --------------------------------------------------------------------------------------------

    def _event(self, event: type[E], at: datetime, **data: object) -> E:
        self.revision += 1
        self.changed_at = at
        self.idle_since = at if self.state in ("closed", "duplicate") else None
        return event(office=self.office, incident=self.id, revision=self.revision, **data)

    def _stand(self) -> None:
        """Where it is follows from its units and from whether the desk has looked."""
        if any(assignment.arrived_at for assignment in self.units):
            self.state = "on-scene"
        elif self.units:
            self.state = "dispatched"
        else:
            self.state = "received" if self.certainty is None else "triaged"

    def _begin_again(self, office: Office, at: datetime) -> None:
        """Be dealt with like a report of now."""
        level = office.level(self.priority)
        awaited = ("triage", level.triage_minutes) if self.certainty is None else ("dispatch", level.dispatch_minutes)
        running = clocks.start((), awaited[0], awaited[1], at)  # type: ignore[arg-type]
        self._run(clocks.start(running, "resolve", level.resolve_minutes, at))
        self.at_work, self.begun_at, self.reached_at = self.office, at, None
        self._stand()

    def _run(self, running: Clocks) -> None:
        self.clocks = running
        self.due = clocks.next_due(running)

    def _assignment(self, unit: str) -> Assignment:
        for assignment in self.units:
            if assignment.unit == unit:
                return assignment
        raise errors.UnitNotSent

    def _put(self, former: Assignment, now: Assignment) -> None:
        self.units = tuple(now if assignment is former else assignment for assignment in self.units)

    def _check_reporter_may_reopen(self, office: Office, at: datetime) -> None:
        if self.resolved_at is None or at > self.resolved_at + timedelta(days=office.plan.reopen_days):
            raise errors.TooLateToReopen(days=office.plan.reopen_days)
        if self.reopened >= office.plan.reopen_times:
            raise errors.ReopenExhausted(times=office.plan.reopen_times)

    def _must_be(self, *states: State) -> None:
        if self.state not in states:
            raise errors.IncidentElsewhere(number=self.number, state=self.state)

    def _must_not_be(self, *states: State) -> None:
        if self.state in states:
            raise errors.IncidentElsewhere(number=self.number, state=self.state)

    def _must_have_no_duplicates(self) -> None:
        if self.duplicates:
            raise errors.HasDuplicates(number=self.number)

    def _must_have_no_units(self) -> None:
        if self.units:
            raise errors.UnitsSent(number=self.number)
