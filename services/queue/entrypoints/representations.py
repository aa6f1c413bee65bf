"""The resources of the JSON API: what a client of version 1 can rely on."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from services.queue.views.shown import Shown
from shared.contracts.queue import Need, Slug
from shared.web import phone
from shared.web.representations import Body, Resource


class TextOut(Resource):
    """A text in both languages."""

    id: str
    en: str


class FeeOut(Resource):
    """A fee in whole rupiah."""

    name: TextOut
    rupiah: int


class ProcedureOut(Resource):
    """What to know before coming."""

    summary: TextOut
    requirements: list[TextOut]
    steps: list[TextOut]
    fees: list[FeeOut]
    validity: TextOut | None
    source: str


class OpeningOut(Resource):
    """Hours on one weekday, in the office's own time."""

    weekday: int
    """0 is Monday."""
    opens: time
    closes: time


class WaitRecordOut(Resource):
    """How good the ranges of an office have been lately."""

    people: int
    """Who have been called."""
    within: int
    """Those of them who were called within the P90 that they were told at first."""


class WaitOut(Resource):
    """How long somebody will wait, as a range from the likely time to what is seldom exceeded."""

    p50_seconds: int
    """As often less as more."""
    p90_seconds: int
    """Nine times of ten not more."""
    record: WaitRecordOut | None
    """Null as long as too few people have been called."""


class ServiceOut(Resource):
    """A service and how its line is today."""

    id: str
    name: TextOut
    prefix: str
    procedure: ProcedureOut
    hours: list[OpeningOut]
    quota: int
    open_now: bool
    next_opening: datetime | None
    waiting: int
    left_today: int
    wait: WaitOut | None = None
    """For who would come now. Null where nothing can be known, as while no counter is open, and in lists of offices."""


class OfficeOut(Resource):
    """An office and its services."""

    id: str
    name: TextOut
    address: TextOut
    time_zone: str
    now_open: bool
    services: list[ServiceOut]


class TicketTakenOut(Resource):
    """A new ticket. Its link is the only proof of who holds it: keep it."""

    id: str
    number: str
    office: str
    service: str
    place: int
    """1 for who is next, at the moment of taking."""
    link: str
    """Path of the holder's page; the same proof opens the API's ticket resource."""


class TicketOut(Resource):
    """A ticket as its holder sees it."""

    id: str
    number: str
    office: str
    service: str
    day: date
    state: Shown
    ahead: int
    """People who will be called before; 0 unless waiting."""
    place: int
    """1 for who is next; 0 unless waiting."""
    counter: str | None
    taken_at: datetime
    called_at: datetime | None
    wait: WaitOut | None = None
    """Null where nothing can be known, as while no counter is open, and for who does not wait."""


class CallOut(Resource):
    """A call on the lobby board."""

    number: str
    counter: str
    counter_name: TextOut
    called_at: datetime
    calls: int
    is_here: bool
    """Whether the person is still awaited or served there."""


class BoardLineOut(Resource):
    """How many wait for a service."""

    id: str
    name: TextOut
    waiting: int
    wait: WaitOut | None = None
    """For who would come now. Null where nothing can be known, as while no counter is open."""


class BoardOut(Resource):
    """The lobby board."""

    office: str
    calls: list[CallOut]
    services: list[BoardLineOut]


class AppointmentBookedOut(Resource):
    """A new appointment. Its link is the only proof of whose it is: keep it."""

    id: str
    office: str
    service: str
    slot: datetime
    link: str
    """Path of the holder's page; the same proof opens the API's appointment resource."""


class OutcomeOut(Resource):
    """What became of a command."""

    id: str
    status: Literal["pending", "accepted", "refused"]
    ticket: TicketTakenOut | None = None
    """The new ticket, where the command took one."""
    appointment: AppointmentBookedOut | None = None
    """The new appointment, where the command booked one."""
    reason: str | None = None
    """The refusal's slug."""
    details: dict[str, str | int] = Field({})


def _phone(written: str | None) -> str | None:
    return phone.normal(written) if written else None


class TakeTicketBody(Body):
    """Join today's line of a service."""

    office: Slug
    service: Slug
    phone: Annotated[str | None, Field(max_length=32), AfterValidator(_phone)] = None
    """Given, a person has one active ticket per line. Kept as a keyed hash only."""
    need: Need | None = None
    """Why the person goes first; the officer checks it."""
    family: Annotated[str | None, Field(max_length=128)] = None
    """The last part of the link of a family member's ticket of today: both are then shown together."""
