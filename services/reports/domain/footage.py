"""FootageRequest: a recording that is asked of a camera's owner before it is overwritten.

    asked → promised → received
      │        ├→ refused
      │        ├→ overwritten      by itself at the deadline, or because the owner says so
      └────────┴→ withdrawn

Invariants: the deadline is when the camera records over the beginning of what is asked for; while a request is open
somebody is reminded, more often towards the end; whatever is over is never looked at again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from services.reports.domain import evidence_errors as errors
from services.reports.domain.camera import Camera
from shared.contracts.reports import cameras as said
from shared.contracts.reports.cameras import Answer, RequestEvent, RequestFootage, RequestState

E = TypeVar("E", bound=RequestEvent)

OPEN: tuple[RequestState, ...] = ("asked", "promised")
LONGEST_HOURS = 24
REMINDERS = (0.5, 0.25, 0.1)
"""What is left of the time to the deadline when somebody is reminded."""
_EVENTS: dict[Answer, type[RequestEvent]] = {
    "promised": said.FootagePromised,
    "received": said.FootageReceived,
    "refused": said.FootageRefused,
    "overwritten": said.FootageOverwritten,
}


@dataclass(slots=True)
class FootageRequest:
    """One request to one owner."""

    id: str
    office: str
    incident: str
    number: str
    """The incident's."""
    camera: str
    starts_at: datetime
    """True time."""
    ends_at: datetime
    camera_starts_at: datetime
    """What the camera's clock showed then, as far as was known."""
    camera_ends_at: datetime
    note: str
    asked_by: str
    asked_at: datetime
    deadline: datetime
    state: RequestState = "asked"
    answer_note: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""
    reminders: int = 0
    due: datetime | None = None
    """When somebody must look at it."""
    version: int = 0

    @classmethod
    def ask(
        cls, id: str, number: str, wanted: RequestFootage, camera: Camera, at: datetime, actor: str
    ) -> "FootageRequest":
        """Ask. Raises `CameraRetired`, `RecordingInFuture`, `RecordingTooLong`, `RecordingOverwritten`."""
        camera.must_be_there()
        if wanted.starts_at > at:
            raise errors.RecordingInFuture
        if wanted.ends_at - wanted.starts_at > timedelta(hours=LONGEST_HOURS):
            raise errors.RecordingTooLong(hours=LONGEST_HOURS)
        deadline = camera.overwritten_at(wanted.starts_at)
        if camera.overwritten_at(wanted.ends_at) <= at:
            raise errors.RecordingOverwritten(hours=camera.plan.retention_hours)
        if deadline <= at:  # its beginning is gone, its end is not
            deadline = camera.overwritten_at(wanted.ends_at)
        request = cls(
            id=id,
            office=wanted.office,
            incident=wanted.incident,
            number=number,
            camera=camera.id,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            camera_starts_at=camera.by_its_clock(wanted.starts_at),
            camera_ends_at=camera.by_its_clock(wanted.ends_at),
            note=wanted.note,
            asked_by=actor,
            asked_at=at,
            deadline=deadline,
        )
        request.due = request._next_look()
        return request

    @property
    def is_open(self) -> bool:
        """Whether anything is still to come."""
        return self.state in OPEN

    def answer(self, answer: Answer, note: str, at: datetime, actor: str) -> RequestEvent:
        """What the owner says, or what came of it. Raises `RequestOver`."""
        self._must_be_open()
        self.answer_note = note
        self._become(answer, at, actor)
        return self._event(_EVENTS[answer])

    def withdraw(self, reason: str, at: datetime, actor: str) -> said.RequestWithdrawn:
        """It is not needed any more. Raises `RequestOver`."""
        self._must_be_open()
        self.answer_note = reason
        self._become("withdrawn", at, actor)
        return self._event(said.RequestWithdrawn)

    def check(self, at: datetime) -> list[RequestEvent]:
        """What time alone has made of it."""
        if not self.is_open or self.due is None or self.due > at:
            return []
        if self.deadline <= at:
            self._become("overwritten", at, "system")
            return [self._event(said.FootageOverwritten)]
        while self.reminders < len(REMINDERS) and self._reminder_at(self.reminders) <= at:
            self.reminders += 1
        self.due = self._next_look()
        return [self._event(said.FootageReminderDue, reminder=self.reminders, deadline=self.deadline)]

    def _reminder_at(self, number: int) -> datetime:
        return self.deadline - (self.deadline - self.asked_at) * REMINDERS[number]

    def _next_look(self) -> datetime:
        return self._reminder_at(self.reminders) if self.reminders < len(REMINDERS) else self.deadline

    def _become(self, state: RequestState, at: datetime, actor: str) -> None:
        self.state, self.changed_at, self.changed_by = state, at, actor
        if not self.is_open:
            self.due = None

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise errors.RequestOver(state=self.state)

    def _event(self, event: type[E], **facts: object) -> E:
        return event(office=self.office, incident=self.incident, request=self.id, camera=self.camera, **facts)
