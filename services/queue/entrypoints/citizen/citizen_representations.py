"""The JSON of visits, appointments and kiosks. Fields may be added; none changes or goes within a version."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from services.queue.entrypoints.representations import TextOut
from services.queue.links import AppointmentLinks, Links
from services.queue.views.citizen_shown import AppointmentView, MemberView, Timeliness, VisitView
from services.queue.views.shown import Shown
from shared.contracts.queue import Need, SlotTime, Slug
from shared.web import phone
from shared.web.representations import Body, Resource


class MemberOut(Resource):
    """A ticket of the same family."""

    number: str
    service_name: TextOut
    state: Shown
    counter: str | None
    link: str

    @classmethod
    def of(cls, member: MemberView, links: Links) -> "MemberOut":
        """With its link, which whoever holds one of a family's tickets may have."""
        name = TextOut.model_validate(member.service_name)
        link = links.path(member.ticket)
        return cls(number=member.number, service_name=name, state=member.state, counter=member.counter, link=link)


class VisitOut(Resource):
    """What belongs to a ticket beside its place in the line."""

    address: TextOut
    requirements: list[TextOut]
    is_priority: bool
    slot: datetime | None
    """The appointment that the person came in time for."""
    delays_left: int
    """How often the person can still let others go first, while they wait."""
    feedback: Literal["open", "given", "none"]
    family: list[MemberOut]
    """The other tickets of the same family."""
    family_left: int
    """How many more the family can have today."""

    @classmethod
    def of(cls, visit: VisitView, links: Links) -> "VisitOut":
        """With the links of the family's tickets."""
        return cls(
            address=TextOut.model_validate(visit.address),
            requirements=[TextOut.model_validate(text) for text in visit.requirements],
            is_priority=visit.is_priority,
            slot=visit.slot,
            delays_left=visit.delays_left,
            feedback=visit.feedback,
            family=[MemberOut.of(member, links) for member in visit.family],
            family_left=visit.family_left,
        )


class DelayBody(Body):
    """Let others go first."""

    minutes: Annotated[int, Field(ge=5, le=30)]
    """From now on, or from the place that the ticket has, whichever is later."""


class FeedbackBody(Body):
    """How a visit was."""

    score: Annotated[int, Field(ge=1, le=5)]
    """1 is bad, 5 is good."""
    words: Annotated[str, Field(max_length=1000)] = ""
    """Read by the office only."""


class SlotOut(Resource):
    """A slot, and how many more people it takes."""

    begins: datetime
    ends: datetime
    left: int


class DayOut(Resource):
    """A day with slots that have not begun."""

    day: date
    slots: list[SlotOut]


class AppointmentOut(Resource):
    """An appointment as its holder sees it."""

    id: str
    office: str
    service: str
    begins: datetime
    ends: datetime
    check_in_opens: datetime
    on_time_until: datetime
    """Who checks in later joins the line like everybody."""
    state: Timeliness
    stands: bool
    """False where the office has changed its services or hours since, and is closed then after all."""
    can_move: bool
    moves_left: int
    proven: bool
    """Whether the telephone number was proven when it was booked."""
    ticket: str | None
    """Path of the ticket that checking in gave."""
    link: str

    @classmethod
    def of(cls, view: AppointmentView, links: AppointmentLinks, tickets: Links) -> "AppointmentOut":
        """With its own link and that of its ticket."""
        return cls(
            id=view.id,
            office=view.office,
            service=view.service,
            begins=view.begins,
            ends=view.ends,
            check_in_opens=view.check_in_opens,
            on_time_until=view.on_time_until,
            state=view.state,
            stands=view.stands,
            can_move=view.can_move,
            moves_left=view.moves_left,
            proven=view.proven,
            ticket=tickets.path(view.ticket) if view.ticket else None,
            link=links.path(view.id),
        )


def written_phone(written: str) -> str:
    """A telephone number in E.164 form. Raises `ValueError`."""
    normal = phone.normal(written)
    if normal is None:
        raise ValueError("not a telephone number")
    return normal


class BookBody(Body):
    """Reserve a slot."""

    office: Slug
    service: Slug
    slot: SlotTime
    """When it begins, with its offset."""
    phone: Annotated[str, Field(max_length=32), AfterValidator(written_phone)]
    """A person has one open appointment per service. Kept as a keyed hash only."""
    proof: Annotated[str | None, Field(max_length=100)] = None
    """That the number is the caller's, as `POST /phones/proofs` gives it. Needed where numbers are proven."""


class MoveBody(Body):
    """Take another slot."""

    slot: SlotTime
    """When it begins, with its offset."""


class CheckInBody(Body):
    """Join the line."""

    need: Need | None = None
    """Why the person goes first; the officer checks it."""


class KioskTicketBody(Body):
    """A ticket for who stands at a kiosk."""

    service: Slug
    need: Need | None = None
    """Why the person goes first; the officer checks it."""


class KioskOut(Resource):
    """A device that takes tickets in the lobby."""

    id: str
    device: str
    """What its browser or program says it is."""
    started_at: datetime
    seen_at: datetime


class KioskOpenedOut(Resource):
    """A new kiosk's token: it takes tickets of this office and opens nothing else."""

    token: str
