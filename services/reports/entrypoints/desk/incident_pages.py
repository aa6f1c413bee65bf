"""One incident at the desk: what was told, what runs, what has happened, and what can be done now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.priority import priority_of
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.desk.board_pages import DESK
from services.reports.entrypoints.desk.people import People, people_of
from services.reports.entrypoints.desk.steps import STEPS, UNIT_STEPS, StepBody, TriageBody
from services.reports.entrypoints.evidence.desk import desk_evidence
from services.reports.entrypoints.staff import MayWorkAtDesk
from services.reports.views.dossier_shown import DossierView, FreeView
from shared.contracts.fields import Id, Slug
from shared.contracts.message import Command
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.formats import Bilingual, formats
from shared.web.i18n import gettext
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem

router = APIRouter(prefix=f"{DESK}/incidents", include_in_schema=False)
short = APIRouter(prefix="/reports/incidents", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """A step that was sent and is shown again at its place."""

    step: str = ""
    written: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None
    priority: int | None = None
    """Which one would follow, where that was asked."""


@router.get("/{incident}")
async def incident(request: Request, incident: Id, officer: MayWorkAtDesk) -> Response:
    """An incident."""
    return await incident_page(request, officer, incident, Tried())


@short.get("/{incident}")
async def by_short_address(incident: Id, _: MayWorkAtDesk) -> Response:
    """Lead to it, as other pages name it."""
    return see(f"{DESK}/incidents/{incident}")


@router.post("/{incident}/units/{unit}/{step}")
async def unit_step(
    request: Request, incident: Id, unit: Slug, step: str, officer: MayWorkAtDesk, key: Key
) -> Response:
    """What a crew says by radio."""
    if step not in UNIT_STEPS:
        raise problem(404)
    command = UNIT_STEPS[step](office=officer.office, unit=unit)
    return await _do(request, officer, incident, command, key, Tried("units"), place=unit)


@router.post("/{incident}/{step}")
async def act(request: Request, incident: Id, step: str, officer: MayWorkAtDesk, key: Key) -> Response:
    """Do something with it, or look what priority would follow."""
    if step not in STEPS:
        raise problem(404)
    sent = await request.form()
    body, tried = read_step(sent, step, STEPS[step])
    if body is None:
        return await incident_page(request, officer, incident, tried)
    if isinstance(body, TriageBody) and "preview" in sent:
        return await _preview(request, officer, incident, body, tried)
    return await _do(request, officer, incident, body.command(officer.office, incident), key, tried)


def read_step(sent: FormData, step: str, of: type[StepBody]) -> tuple[StepBody | None, Tried]:
    """What a form says; None where something in it is missing or wrong, which is told then."""
    written = {name: value for name in of.model_fields if isinstance(value := sent.get(name), str)}
    try:
        body = of.model_validate({name: value for name, value in written.items() if value.strip()})
    except ValidationError:
        title = gettext("Something is missing or wrong")
        told = Problem(422, "step-incomplete", title, gettext("Please fill in what is marked as needed."))
        return None, Tried(step, written, told)
    return body, Tried(step, written)


async def _preview(request: Request, officer: Officer, incident: str, body: TriageBody, tried: Tried) -> Response:
    office = await reports_of(request).offices.office(officer.office)
    urgency = office.category(body.category).urgency
    follows = body.priority or priority_of(urgency, body.severity, body.certainty)
    return await incident_page(request, officer, incident, Tried(tried.step, tried.written, priority=follows))


async def _do(
    request: Request,
    officer: Officer,
    incident: str,
    command: Command,
    key: str,
    tried: Tried,
    *,
    place: str | None = None,
) -> Response:
    here = f"{DESK}/incidents/{incident}"
    try:
        await ask(request, command, actor=officer.actor(place), key=key)
    except Declined as declined:
        told = web(request).problems.refusal(declined.slug, declined.details)
        return await incident_page(request, officer, incident, Tried(tried.step, tried.written, told))
    except Pending as pending:
        return wait(request, pending, back=here)
    return see(here)


async def incident_page(request: Request, officer: Officer, incident: str, tried: Tried) -> Response:
    """The page as it stands now."""
    reports = reports_of(request)
    view = await reports.desk.dossiers.of(officer.office, incident)
    known = await reports.desk.dossiers.incident(officer.office, incident)
    office = await reports.offices.office(officer.office)
    people = await people_of(request, officer)
    return web(request).templates.page(
        request,
        "incident.html",
        tried.problem.status if tried.problem else 200,
        officer=officer,
        incident=view,
        office=office.plan,
        tried=tried,
        names=names,
        people=people,
        units={plan.id: plan.name for plan in office.plan.units},
        **_choices(view, people, officer),
        priorities=_priorities(),
        urgencies={category.id: category.urgency for category in office.plan.categories},
        evidence=await desk_evidence(request, officer, known),
        reporter=await reports.looks.of(office, known),
        tiles=reports.tiles,
        new_key=new_key,
    )


def _choices(view: DossierView, people: People, officer: Officer) -> dict[str, Any]:
    """What the page's lists offer, by value and words."""
    say = formats().local
    return {
        "kinds": [(category.id, say(category.name)) for category in view.categories],
        "severities": [(value, gettext(words)) for value, words in names.SEVERITIES.items()],
        "certainties": [(value, gettext(words)) for value, words in names.CERTAINTIES.items()],
        "dispositions": [(value, gettext(words)) for value, words in names.DISPOSITIONS.items()],
        "colleagues": [(person.username, person.display_name) for person in people.at_desk(view.in_charge or "")],
        "free_units": [(unit.id, _unit_words(unit, say)) for unit in view.free],
    }


def _unit_words(unit: FreeView, say: Callable[[Bilingual], str]) -> str:
    return f"{say(unit.name)} ({gettext(names.KINDS[unit.kind])})"


def _priorities() -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """Urgency → severity → certainty → the priority that follows, for the page to show while one chooses."""
    return {
        urgency: {
            severity: {certainty: priority_of(urgency, severity, certainty) for certainty in names.CERTAINTIES}
            for severity in names.SEVERITIES
        }
        for urgency in ("immediate", "expected", "future")
    }
