"""The pages about who reported an incident: why one needs to know, and, once, who it is."""

from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.incident import Incident
from services.reports.entrypoints.identity.reveal import erased, incident_of, revealed
from services.reports.entrypoints.staff import MaySeeIdentities, MayWorkAtDesk
from services.reports.identity.identity import Identity
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait
from shared.web.problems import Problem

REASON_MOST = 500

router = APIRouter(prefix="/reports/desk/incidents/{incident}/reporter", include_in_schema=False)

Id = Annotated[str, Path(max_length=64)]


@router.get("")
async def reporter(request: Request, incident: Id, officer: MayWorkAtDesk) -> Response:
    """Whether anybody can know, who has looked, and the form to look."""
    return await _page(request, officer, await incident_of(request, officer, incident))


@router.post("/look")
async def look(
    request: Request,
    incident: Id,
    officer: MayWorkAtDesk,
    key: Key,
    reason: Annotated[str, Form(max_length=5000)] = "",
) -> Response:
    """See who it is, in this one answer."""
    known = await incident_of(request, officer, incident)
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_MOST:
        wrong = gettext("Please say why you need to know.") if not reason else gettext("This is too long.")
        return await _page(request, officer, known, 422, reason=reason, reason_error=wrong)
    try:
        identity = await revealed(request, officer, known, reason, key)
    except Pending:
        return await _page(request, officer, known, 202, reason=reason, key=key, pending=True)
    except Declined as declined:
        refusal = web(request).problems.refusal(declined.slug, declined.details)
        return await _page(request, officer, known, refusal.status, problem=refusal)
    except Problem as wrong_one:
        if wrong_one.status != 409:
            raise
        return await _page(request, officer, known, 409, reason=reason, problem=wrong_one)
    return await _page(request, officer, known, identity=identity)


@router.post("/erase")
async def erase(request: Request, incident: Id, officer: MaySeeIdentities, key: Key) -> Response:
    """Forget who it was."""
    known = await incident_of(request, officer, incident)
    back = f"/reports/desk/incidents/{known.id}/reporter"
    try:
        await erased(request, officer, known, key)
    except Pending as pending:
        return wait(request, pending, back=back)
    except Declined as declined:
        refusal = web(request).problems.refusal(declined.slug, declined.details)
        return await _page(request, officer, known, refusal.status, problem=refusal)
    return see(back)


async def _page(
    request: Request,
    officer: Officer,
    incident: Incident,
    status: int = 200,
    *,
    identity: Identity | None = None,
    reason: str = "",
    reason_error: str = "",
    key: str = "",
    pending: bool = False,
    problem: Problem | None = None,
) -> Response:
    reports = reports_of(request)
    view = await reports.looks.of(await reports.offices.office(incident.office), incident)
    return web(request).templates.page(
        request,
        "reporter.html",
        status,
        officer=officer,
        number=incident.number,
        reporter=view,
        may_look=view.known and view.right is not None and officer.may(view.right),
        may_erase=officer.may("see-identities"),
        identity=identity,
        reason=reason,
        reason_error=reason_error,
        reason_most=REASON_MOST,
        pending=pending,
        problem=problem,
        idempotency_key=key or new_key(),
        erase_key=new_key(),
    )
