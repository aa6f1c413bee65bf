"""Resources of the JSON API as they go over the wire. Field names are part of the contract."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.reports.identity.identity import Identity
from services.reports.views.incidents import ReportView
from shared.contracts.fields import Slug, Text
from shared.contracts.reports.base import Place, TellableMoment, Via, Words
from shared.contracts.reports.incidents import Answer, Disposition, Privacy, State
from shared.contracts.reports.office import Category, EmergencyNumber, OfficePlan, Post
from shared.web import phone


class Out(BaseModel):
    """What the API answers."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class Body(BaseModel):
    """What the API is sent. An unknown field is a mistake, and said to be one."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class ContactBody(Body):
    """Who the reporter is. Sealed before it leaves the process that reads it."""

    name: Annotated[str, Field(max_length=120)] = ""
    phone: Annotated[str | None, Field(max_length=32)] = None
    """As people write it; kept in E.164 form."""
    email: Annotated[str, Field(max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$")] = ""

    @field_validator("phone")
    @classmethod
    def _normal(cls, written: str | None) -> str | None:
        return phone.normal(written) if written else None

    def identity(self) -> Identity:
        """The same, to be sealed."""
        return Identity(name=self.name, phone=self.phone, email=self.email)


class ReportBody(Body):
    """A report."""

    office: Slug
    category: Slug
    words: Words
    """What happened."""
    place: Place
    privacy: Privacy = "confidential"
    answers: Annotated[tuple[Answer, ...], Field(max_length=40)] = ()
    happened_at: TellableMoment | None = None
    contact: ContactBody = ContactBody()
    """Left out of an anonymous report, whatever is sent."""


class ReportFiledOut(Out):
    """A report that has been taken in."""

    id: str
    number: str
    code: str
    """To be written down: it opens the report like the link."""
    link: str
    """The reporter's page. Whoever has it is the reporter."""


class LineOut(Out):
    """One line of the timeline."""

    at: datetime
    what: str
    words: str
    via: Via | None


class ReportOut(Out):
    """A report as its reporter sees it."""

    id: str
    office: Slug
    number: str
    category: Slug
    category_name: Text
    privacy: Privacy
    state: State
    words: str
    place: str
    latitude: float | None
    longitude: float | None
    filed_at: datetime
    happened_at: datetime | None
    disposition: Disposition | None
    timeline: list[LineOut]
    can_confirm: bool
    can_reopen: bool
    exercise: bool

    @classmethod
    def of(cls, view: ReportView) -> "ReportOut":
        """What a view tells."""
        return cls.model_validate(view)


class OfficeOut(Out):
    """An office, and what can be reported there."""

    id: Slug
    name: Text
    address: Text
    time_zone: str
    latitude: float
    longitude: float
    emergency_number: EmergencyNumber
    categories: tuple[Category, ...]
    posts: tuple[Post, ...]

    @classmethod
    def of(cls, plan: OfficePlan) -> "OfficeOut":
        """What a plan tells the public."""
        return cls.model_validate(plan)


class OutcomeOut(Out):
    """What became of a command."""

    id: str
    status: Literal["pending", "accepted", "refused"]
    reason: str | None = None
    """The refusal's slug."""
    details: dict[str, str | int] = {}
    report: ReportFiledOut | None = None
    """What a report came to."""
    follow: str | None = None
    """The follower's page, where somebody's report is followed."""
