"""Where citizens begin: the offices, what can be reported at one, and commands that take longer."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.words import terms_of
from services.reports.entrypoints.api import outcome_out
from shared.contracts.reports.office import Category
from shared.web.app import web
from shared.web.outcomes import CommandId, see

HOME = "/reports/"

router = APIRouter(prefix="/reports", include_in_schema=False)

Wish = Annotated[str, Query(alias="q", max_length=200)]


@router.get("/")
async def offices(request: Request) -> Response:
    """Where a citizen begins."""
    found = await reports_of(request).offices.all()
    return web(request).templates.page(request, "report_offices.html", offices=[office.plan for office in found])


@router.get("/offices/{office}")
async def office(request: Request, office: str, wish: Wish = "") -> Response:
    """What can be reported at an office, or what of it fits the words that were looked for."""
    plan = (await reports_of(request).offices.office(office)).plan
    return web(request).templates.page(
        request,
        "report_kinds.html",
        office=plan,
        wish=wish,
        categories=[category for category in plan.categories if fits(category, wish)],
    )


@router.get("/commands/{id}")
async def command(request: Request, id: CommandId, back: str = HOME) -> Response:
    """Waits, by reloading itself, for a command whose outcome takes longer; then shows it."""
    outcome = await outcome_out(reports_of(request), id)
    back = back if back.startswith(HOME) else HOME
    if outcome.status == "pending":
        return web(request).templates.page(request, "accepted.html", 202, back=back)
    if outcome.status == "refused":
        raise web(request).problems.refusal(outcome.reason or "", outcome.details)
    return see(outcome.report.link if outcome.report else outcome.follow or back)


def fits(category: Category, wish: str) -> bool:
    """Whether every word that is looked for begins like one of the category's, or has its stem."""
    told = " ".join([category.name.id, category.name.en, category.hint.id, category.hint.en]).lower()
    stems = set(terms_of(told))
    return all(word in told or set(terms_of(word)) & stems for word in wish.lower().split())
