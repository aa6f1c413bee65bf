"""Taking a report in for a caller: filed, judged and looked after in one go, each by a key that follows from one.

Sent again with the same key it goes on where it was and repeats nothing.
"""

import hashlib
import uuid
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from services.reports.context import Reports, reports_of
from services.reports.domain.errors import InChargeAlready
from services.reports.domain.words import terms_of
from services.reports.entrypoints.filing import command_of, id_of
from services.reports.entrypoints.representations import ContactBody, ReportBody
from services.reports.views.similar import SimilarView, Told
from shared.contracts.fields import Slug
from shared.contracts.reports.base import Place, Reason, Words
from shared.contracts.reports.incidents import Answer, FileReport, Privacy, TakeCharge, TriageIncident
from shared.contracts.reports.office import Certainty, Severity
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask
from shared.web.representations import Body


class JudgedBody(Body):
    """How the desk judges it at once."""

    severity: Severity
    certainty: Certainty
    reason: Reason


class IntakeBody(Body):
    """A report for a caller."""

    category: Slug
    words: Words
    """What happened."""
    place: Place
    privacy: Privacy = "confidential"
    answers: Annotated[tuple[Answer, ...], Field(max_length=40)] = ()
    contact: ContactBody = ContactBody()
    """Left out of an anonymous report, whatever is sent."""
    exercise: bool = False
    """A drill: marked as such wherever it is shown."""
    judged: JudgedBody | None = None
    """Left out: it waits to be looked at."""
    take_charge: bool = True
    """Whether who takes it in looks after it."""

    def report(self, office: str) -> ReportBody:
        """The same as a citizen would send it."""
        return ReportBody(
            office=office,
            category=self.category,
            words=self.words,
            place=self.place,
            privacy=self.privacy,
            answers=self.answers,
            contact=self.contact,
        )


async def take_in(request: Request, officer: Officer, body: IntakeBody, key: str) -> str:
    """File, judge and look after it; returns the incident's id. Raises what `ask` does; a `Pending` names the key."""
    report = body.report(officer.office)
    return await take_in_report(
        request, officer, report, body.judged, key, exercise=body.exercise, take_charge=body.take_charge
    )


async def take_in_report(
    request: Request,
    officer: Officer,
    report: ReportBody,
    judged: JudgedBody | None,
    key: str,
    *,
    exercise: bool = False,
    take_charge: bool = True,
) -> str:
    """The same of a report."""
    reports, id, actor = reports_of(request), id_of(key), officer.actor()
    try:
        await ask(request, _command(reports, report, id, exercise=exercise), actor=actor, key=id)
        if judged is not None:
            command = TriageIncident(office=report.office, incident=id, category=report.category, **judged.model_dump())
            await ask(request, command, actor=actor, key=part_of(key, "triage"))
        if take_charge:
            await _look_after(request, officer, id, key)
    except Pending:
        raise Pending(key) from None
    return id


async def similar_to(reports: Reports, report: ReportBody, key: str) -> list[SimilarView]:
    """What may be the same as what a caller tells, but what was taken in under this key itself."""
    office = await reports.offices.office(report.office)
    category = office.category(report.category)
    terms = frozenset(terms_of(category.name.id, report.words, report.place.words))
    place = report.place.latitude, report.place.longitude
    told = Told(id_of(key), "", category.id, reports.clock(), *place, terms)
    return await reports.desk.dossiers.similar.to(office, told)


def part_of(key: str, part: str) -> str:
    """The id of one command of several that are sent under one key."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"{key}/{part}".encode()).digest()[:16]))


def _command(reports: Reports, report: ReportBody, id: str, *, exercise: bool) -> FileReport:
    command = command_of(reports, report, id)
    return command.model_copy(update={"way": "desk", "exercise": exercise})


async def _look_after(request: Request, officer: Officer, incident: str, key: str) -> None:
    command = TakeCharge(office=officer.office, incident=incident)
    try:
        await ask(request, command, actor=officer.actor(), key=part_of(key, "charge"))
    except Declined as declined:
        if declined.slug != InChargeAlready.slug:
            raise
