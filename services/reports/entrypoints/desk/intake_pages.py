"""A report for a caller: the questions that a citizen is asked, what may be the same first, and judged at once."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.office import Office
from services.reports.entrypoints.citizen.form import PRIVACIES, ReportForm, answer_field, empty_form, read_form
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.desk.board_pages import DESK
from services.reports.entrypoints.desk.intake import JudgedBody, similar_to, take_in_report
from services.reports.entrypoints.staff import MayWorkAtDesk
from services.reports.views.similar import SimilarView
from shared.contracts.reports.office import Category
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait
from shared.web.problems import Problem
from shared.web.security import WITH_POSITION

NEW = f"{DESK}/new"

router = APIRouter(prefix=NEW, include_in_schema=False)


@router.get("")
async def kinds(request: Request, officer: MayWorkAtDesk) -> Response:
    """What does the caller report?"""
    office = await reports_of(request).offices.office(officer.office)
    return web(request).templates.page(request, "intake_kinds.html", officer=officer, office=office.plan)


@router.get("/{category}")
async def form(request: Request, category: str, officer: MayWorkAtDesk) -> Response:
    """The form."""
    office = await reports_of(request).offices.office(officer.office)
    return _page(request, officer, office, office.category(category), empty_form(), {}, new_key())


@router.post("/{category}")
async def take_in(request: Request, category: str, officer: MayWorkAtDesk, key: Key) -> Response:
    """Show the form again, show what may be the same, or take the report in and go to it."""
    reports = reports_of(request)
    office = await reports.offices.office(officer.office)
    kind = office.category(category)
    sent = await request.form()
    written, judged, wrong = _judged(sent)
    told = read_form(sent, office, kind)
    if told.body is None or wrong:
        return _page(request, officer, office, kind, told, written, key, problem=wrong)
    if "seen" not in sent and (similar := await similar_to(reports, told.body, key)):
        return _page(request, officer, office, kind, told, written, key, similar=similar)
    try:
        incident = await take_in_report(
            request,
            officer,
            told.body,
            judged,
            key,
            exercise="exercise" in sent,
            take_charge="take_charge" in sent,
        )
    except Declined as declined:
        refused = web(request).problems.refusal(declined.slug, declined.details)
        return _page(request, officer, office, kind, told, written, key, problem=refused)
    except Pending as pending:
        return wait(request, pending, back=DESK)
    return see(f"{DESK}/incidents/{incident}")


def _judged(sent: FormData) -> tuple[Mapping[str, str], JudgedBody | None, Problem | None]:
    """How it is judged; None where that is left for later. What is half filled in is wrong."""
    names_ = (*JudgedBody.model_fields, "take_charge", "exercise", "sent")
    written = {name: value for name in names_ if isinstance(value := sent.get(name), str)}
    told = {name: written.get(name, "").strip() for name in JudgedBody.model_fields}
    if not any(told.values()):
        return written, None, None
    try:
        return written, JudgedBody.model_validate(told), None
    except ValidationError:
        title = gettext("The judgement is not complete")
        detail = gettext("Choose how severe and how certain it is and write why, or leave all three empty.")
        return written, None, Problem(422, "step-incomplete", title, detail)


def _page(
    request: Request,
    officer: Officer,
    office: Office,
    category: Category,
    told: ReportForm,
    written: Mapping[str, str],
    key: str,
    *,
    problem: Problem | None = None,
    similar: Sequence[SimilarView] = (),
) -> Response:
    reports = reports_of(request)
    return web(request).templates.page(
        request,
        "intake.html",
        problem.status if problem else 422 if told.errors else 200,
        headers=WITH_POSITION,
        officer=officer,
        office=office.plan,
        category=category,
        form=told,
        written=written,
        answer_field=answer_field,
        privacies=PRIVACIES,
        similar=similar,
        key=key,
        names=names,
        problem=problem,
        tiles=reports.tiles,
        now_there=office.local(reports.clock()),
    )
