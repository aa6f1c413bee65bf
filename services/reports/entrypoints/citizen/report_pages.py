"""Reporting: one form for a kind of incident, a word of caution or of others' reports in between, and it is filed."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.emergency import is_emergency, nearest_post
from services.reports.domain.office import Office
from services.reports.entrypoints.citizen.counted import counted
from services.reports.entrypoints.citizen.form import PRIVACIES, ReportForm, answer_field, empty_form, read_form
from services.reports.entrypoints.citizen.pages import HOME
from services.reports.entrypoints.filing import file
from services.reports.entrypoints.representations import ReportBody
from services.reports.views.nearby import NearbyView
from shared.contracts.reports.office import Category
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.ask import Key, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem
from shared.web.security import WITH_POSITION

router = APIRouter(prefix="/reports/offices/{office}/report/{category}", include_in_schema=False)


@router.get("")
async def report(request: Request, office: str, category: str) -> Response:
    """The form."""
    at = await reports_of(request).offices.office(office)
    return _form_page(request, at, at.category(category), empty_form(), new_key())


@router.post("")
async def file_report(request: Request, office: str, category: str, key: Key) -> Response:
    """Take the form: show it again, show what is to be known first, or file the report and go to it."""
    at = await reports_of(request).offices.office(office)
    kind = at.category(category)
    sent = await request.form()
    form = read_form(sent, at, kind)
    if form.body is None:
        return _form_page(request, at, kind, form, key, 422)
    if sent.get("seen") != "yes":
        urgent = is_emergency(at.plan, kind, form.body.words)
        nearby = await _nearby(request, at, form.body)
        if urgent or nearby:
            return _before_page(request, at, kind, form, key, urgent, nearby)
    return await _file(request, at, kind, form, form.body, key)


async def _file(
    request: Request, office: Office, category: Category, form: ReportForm, body: ReportBody, key: str
) -> Response:
    try:
        await counted(request, "file")
        reported = await file(request, body, key)
    except Declined as declined:
        problem = web(request).problems.refusal(declined.slug, declined.details)
        return _form_page(request, office, category, form, key, problem.status, problem)
    except Problem as problem:
        return _form_page(request, office, category, form, key, problem.status, problem)
    except Pending as pending:
        return wait(request, pending, back=f"{HOME}offices/{office.id}")
    return see(f"{reports_of(request).links.path(reported.incident)}?filed=yes")


async def _nearby(request: Request, office: Office, body: ReportBody) -> list[NearbyView]:
    """What others have reported there. Who asks too often is shown nothing, and can still report."""
    reports = reports_of(request)
    found = await reports.nearby.like(office, body.category, body.place)
    if found:
        try:
            await counted(request, "nearby")
        except Problem:
            return []
    return found


def _form_page(
    request: Request,
    office: Office,
    category: Category,
    form: ReportForm,
    key: str,
    status: int = 200,
    problem: Problem | None = None,
) -> Response:
    reports = reports_of(request)
    return web(request).templates.page(
        request,
        "report_form.html",
        status,
        headers={**WITH_POSITION, **(problem.headers or {} if problem else {})},
        office=office.plan,
        category=category,
        form=form,
        answer_field=answer_field,
        privacies=PRIVACIES,
        key=key,
        problem=problem,
        tiles=reports.tiles,
        now_there=office.local(reports.clock()),
    )


def _before_page(
    request: Request,
    office: Office,
    category: Category,
    form: ReportForm,
    key: str,
    urgent: bool,
    nearby: list[NearbyView],
) -> Response:
    reports = reports_of(request)
    assert form.body
    offers = [{"view": view, "offer": reports.offers.offer(view.incident, reports.clock())} for view in nearby]
    return web(request).templates.page(
        request,
        "report_before.html",
        office=office.plan,
        category=category,
        form=form,
        key=key,
        urgent=urgent,
        post=nearest_post(office.plan, form.body.place) if urgent else None,
        offers=offers,
        new_key=new_key,
    )
