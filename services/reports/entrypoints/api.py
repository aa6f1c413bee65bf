"""The public JSON API below `/reports/api/v1`: offices, reports, and what became of a command."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.context import Reports, reports_of
from services.reports.entrypoints.citizen.counted import LIMITED, counted
from services.reports.entrypoints.filing import file, filed_out, id_of
from services.reports.entrypoints.representations import (
    OfficeOut,
    OutcomeOut,
    ReportBody,
    ReportFiledOut,
    ReportOut,
)
from shared.contracts.reports.incidents import FileReport, FollowIncident, IncidentReported
from shared.messaging.errors import Pending
from shared.web.outcomes import PROBLEM, CommandId, accepted_later, outcome_of

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


@router.post("/reports", status_code=201, responses={**ACCEPTED_LATER, **LIMITED})
async def file_report(request: Request, response: Response, body: ReportBody) -> ReportFiledOut:
    """Report something. Sent again with the same `Idempotency-Key` it is the same report."""
    await counted(request, "file")
    reports = reports_of(request)
    reported = await file(request, body)
    filed = filed_out(reports, reported)
    response.headers["Location"] = f"{PREFIX}/reports/{filed.link.rpartition('/')[2]}"
    return filed


@router.get("/reports/{token}")
async def report(request: Request, token: Token) -> ReportOut:
    """A report as it stands now, for its reporter."""
    reports = reports_of(request)
    return ReportOut.of(await reports.incidents.reported(reports.links.read(token)))


@router.get("/commands/{id}", responses=ACCEPTED_LATER)
async def command(request: Request, id: CommandId) -> OutcomeOut:
    """What became of a command: 202 while nothing has. What was made is told to whoever knows the key."""
    outcome = await outcome_out(reports_of(request), id)
    if outcome.status == "pending":
        raise Pending(id)
    return outcome


async def outcome_out(reports: Reports, id: str) -> OutcomeOut:
    """What became of a command, by its key or id."""
    made = await outcome_of(reports.store, id_of(id))
    known = await outcome_of(reports.store, id) if made.status == "pending" else made
    outcome = OutcomeOut(id=id, status=known.status, reason=known.reason, details=dict(known.details))
    if made.status == "accepted" and made.type == FileReport.type():
        outcome.report = filed_out(reports, IncidentReported.model_validate_json(made.event))
    if made.status == "accepted" and made.type == FollowIncident.type():
        outcome.follow = reports.follower_links.path(id_of(id))
    return outcome
