"""The public JSON API below `/reports/api/v1`: offices, reports, and what became of a command."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.context import Reports, reports_of
from services.reports.entrypoints.representations import (
    OfficeOut,
    OutcomeOut,
    ReportBody,
    ReportFiledOut,
    ReportOut,
)
from shared.contracts.reports.incidents import FileReport, IncidentReported
from shared.messaging.errors import Pending
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM, CommandId, accepted_later, later, outcome_of

PREFIX = "/reports/api/v1"
ACCEPTED_LATER = accepted_later(OutcomeOut)

router = APIRouter(prefix=PREFIX, tags=["citizens"], responses=PROBLEM)

Token = Annotated[str, Path(max_length=128, description="`<report id>.<proof>`, the last part of a report's link")]


@router.get("/offices")
async def offices(request: Request) -> list[OfficeOut]:
    """Every office, and what can be reported there."""
    return [OfficeOut.of(office.plan) for office in await reports_of(request).offices.all()]


@router.get("/offices/{office}")
async def office(request: Request, office: str) -> OfficeOut:
    """One office."""
    return OfficeOut.of((await reports_of(request).offices.office(office)).plan)


@router.post("/reports", status_code=201, response_model=ReportFiledOut, responses=ACCEPTED_LATER)
async def file_report(request: Request, response: Response, body: ReportBody) -> ReportFiledOut | Response:
    """Report something. The `Idempotency-Key` is the report's id: sent again it gives the same report."""
    reports = reports_of(request)
    try:
        reported = await ask(request, command_of(reports, body))
    except Pending as pending:
        return later(request, pending)
    assert isinstance(reported, IncidentReported)
    filed = filed_out(reports, reported)
    response.headers["Location"] = f"{PREFIX}/reports/{filed.link.rpartition('/')[2]}"
    return filed


@router.get("/reports/{token}")
async def report(request: Request, token: Token) -> ReportOut:
    """A report as it stands now, for its reporter."""
    reports = reports_of(request)
    return ReportOut.of(await reports.incidents.reported(reports.links.read(token)))


@router.get("/commands/{id}", response_model=OutcomeOut, responses=ACCEPTED_LATER)
async def command(request: Request, id: CommandId) -> OutcomeOut | Response:
    """What became of a command: 202 while nothing has."""
    reports = reports_of(request)
    known = await outcome_of(reports.store, id)
    if known.status == "pending":
        return later(request, Pending(id))
    outcome = OutcomeOut(id=id, status=known.status, reason=known.reason, details=dict(known.details))
    if known.status == "accepted" and known.type == FileReport.type():
        outcome.report = filed_out(reports, IncidentReported.model_validate_json(known.event))
    return outcome


def command_of(reports: Reports, body: ReportBody) -> FileReport:
    """The command of a report. Nothing is kept of who an anonymous reporter is, whatever was sent."""
    identity = None if body.privacy == "anonymous" else body.contact.identity()
    return FileReport(
        office=body.office,
        category=body.category,
        words=body.words,
        place=body.place,
        privacy=body.privacy,
        answers=body.answers,
        happened_at=body.happened_at,
        reporter=identity and reports.identities.seal(identity),
        contact=identity and reports.identities.contact(identity),
    )


def filed_out(reports: Reports, reported: IncidentReported) -> ReportFiledOut:
    """A report that has just been taken in, with its link and code."""
    return ReportFiledOut(
        id=reported.incident,
        number=reported.number,
        code=reports.codes.code(reported.number, reported.incident),
        link=reports.links.path(reported.incident),
    )
