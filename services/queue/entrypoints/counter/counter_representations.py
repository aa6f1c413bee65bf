"""The resources of the JSON API about counters: what a client of version 1 can rely on."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from services.queue.domain.order import Reason
from services.queue.entrypoints.representations import TextOut
from services.queue.views.desk_shown import DeskView
from shared.contracts.queue import Group, Need, Slug, Text, TicketId
from shared.web.representations import Body, Resource

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class PersonOut(Resource):
    """A person at a counter, or one who was there."""

    ticket: str
    number: str
    service: str
    service_name: TextOut
    state: str
    need: Need | None
    """Why the person goes first."""
    called_at: datetime | None
    since: datetime | None
    """When the latest step was."""
    can_put_back: bool
    by_appointment: bool
    proven: bool
    """Whether the telephone number of the appointment was proven."""


class NextOut(Resource):
    """Who would be called now, and why."""

    number: str
    service_name: TextOut
    reason: Reason
    group: Group
    need: Need | None
    here_since: datetime
    counts_from: datetime
    """From when their waiting counts, head start included."""
    head_start_minutes: int
    slot: datetime | None
    """When the appointment is, where the person came in time for it."""
    by_appointment: bool
    proven: bool
    """Whether the telephone number of the appointment was proven."""


class UndoOut(Resource):
    """The latest step, while it can be taken back."""

    number: str
    until: datetime


class ServedOut(Resource):
    """A service, and how many wait for it."""

    id: str
    name: TextOut
    waiting: int


class CounterOut(Resource):
    """A counter at work."""

    id: str
    name: TextOut
    office: str
    on_duty: bool
    """Whether somebody has signed on today."""
    paused: bool
    services: list[ServedOut]
    """What is served here now."""
    person: PersonOut | None
    calls: int
    waiting: int
    next: NextOut | None
    undo: UndoOut | None
    parked: list[PersonOut]
    """Who was sent to fetch something, at any counter of the office."""
    recent: list[PersonOut]


class DeskOut(Resource):
    """A counter among the others."""

    id: str
    name: TextOut
    services: list[str]
    """What it is planned for."""
    on_duty: bool
    paused: bool
    number: str | None
    """Who is there now."""

    @classmethod
    def of(cls, desk: DeskView) -> "DeskOut":
        """As a client sees it."""
        return cls(
            id=desk.plan.id,
            name=TextOut.model_validate(desk.plan.name),
            services=list(desk.plan.services),
            on_duty=desk.on_duty,
            paused=desk.paused,
            number=desk.number,
        )


class TicketBody(Body):
    """Whom it is about."""

    ticket: TicketId


class SignOnBody(Body):
    """What is served from now on."""

    services: Annotated[tuple[Slug, ...], Field(max_length=50)] = ()
    """Empty for all that the counter is planned for."""


class TransferBody(Body):
    """Where the person goes on to."""

    service: Slug


class WalkInBody(Body):
    """Who stands at the counter."""

    service: Slug
    need: Need | None = None
    """Why the person goes first."""


class MessageBody(Body):
    """A message to those who wait, in both languages."""

    id: Words
    en: Words


class CloseBody(Body):
    """What those who wait are told."""

    message: MessageBody | None = None

    @property
    def text(self) -> Text | None:
        """The message, for the bus."""
        return None if self.message is None else Text(self.message.id, self.message.en)
