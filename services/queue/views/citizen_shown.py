"""What a citizen sees of appointments and of a visit, as plain records made by `appointments.py` and `holders.py`.

Names are a contract with the templates and with the API's resources. Moments are in the office's own time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.queue.views.shown import Shown
from shared.contracts.queue import Text

Timeliness = Literal["booked", "open", "late", "kept", "missed", "cancelled"]
"""An appointment's state as its holder meets it: `open` and `late` are when checking in is possible."""


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot, and how many more people it takes."""

    begins: datetime
    ends: datetime
    left: int


@dataclass(frozen=True, slots=True)
class DayView:
    """A day on which there are slots that are still to come."""

    day: date
    slots: tuple[SlotView, ...]

    @property
    def left(self) -> int:
        """How many more people the day takes, at most."""
        return sum(slot.left for slot in self.slots)


@dataclass(frozen=True, slots=True)
class CalendarView:
    """When a service can be had by appointment."""

    office: str
    office_name: Text
    service: str
    service_name: Text
    days: tuple[DayView, ...]

    def chosen(self, day: str) -> DayView | None:
        """The day of that date, else the first that has room."""
        for view in self.days:
            if view.day.isoformat() == day:
                return view
        return next((view for view in self.days if view.left), None)

    def slot(self, begins: datetime | None) -> SlotView | None:
        """The slot that begins then, where there is one that is still to come."""
        return next((slot for view in self.days for slot in view.slots if slot.begins == begins), None)


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """An appointment as its holder sees it."""

    id: str
    office: str
    office_name: Text
    address: Text
    service: str
    service_name: Text
    requirements: tuple[Text, ...]
    begins: datetime
    ends: datetime
    check_in_opens: datetime
    on_time_until: datetime
    """Who checks in later joins the line like everybody."""
    state: Timeliness
    can_move: bool
    moves_left: int
    ticket: str | None
    """The ticket that checking in gave."""
    changed_at: datetime
    sequence: int
    """Grows with each change, for calendars."""
    proven: bool = False
    """Whether the telephone number was proven."""
    stands: bool = True
    """Whether the office is open for the service at that time, by the plan that it has now."""

    @property
    def can_check_in(self) -> bool:
        """Whether the person can join the line now."""
        return self.stands and self.state in ("open", "late")

    @property
    def can_cancel(self) -> bool:
        """Whether the slot can be given back."""
        return self.state in ("booked", "open", "late")


@dataclass(frozen=True, slots=True)
class MemberView:
    """A ticket of a family."""

    ticket: str
    number: str
    service_name: Text
    state: Shown
    counter: str | None
    counter_names: Mapping[str, Text]

    @property
    def counter_name(self) -> Text | None:
        """What the office calls the counter of the latest call."""
        return self.counter_names.get(self.counter) if self.counter else None


@dataclass(frozen=True, slots=True)
class VisitView:
    """What the holder of a ticket must know and can do, beside their place in the line."""

    address: Text
    requirements: tuple[Text, ...]
    is_priority: bool
    """Whether the person goes first by a need of theirs."""
    slot: datetime | None
    """The appointment that the person came in time for."""
    delays_left: int
    """How often the person can still let others go first, while they wait."""
    feedback: Literal["open", "given", "none"]
    """Whether the person can say how it was, or has."""
    family: tuple[MemberView, ...]
    """The other tickets of the same family, by when they were taken."""
    family_left: int
    """How many more tickets the family can have today."""
    services: tuple[tuple[str, Text], ...]
    """For which services a member of the family can have a ticket now."""
