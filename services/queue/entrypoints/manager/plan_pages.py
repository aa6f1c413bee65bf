"""The administrator's pages to the office's configuration: one section at a time, looked at before it takes effect.

Nothing of a change is kept on the way: a form is sent with what stands in it, shown as what it would change, and sent
again to take effect. Whoever was overtaken by another's change is told, and sees their own against the new plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.queue.context import queue_of
from services.queue.domain import errors
from services.queue.domain import plan as rules
from services.queue.entrypoints.manager.planning.changes import changes
from services.queue.entrypoints.manager.planning.fields import Written, Wrong
from services.queue.entrypoints.manager.planning.section import MORE_ROWS, Section
from services.queue.entrypoints.manager.planning.sections import section_of
from services.queue.entrypoints.staff import MayConfigureOffice
from services.queue.views.plans import PlanView
from shared.contracts.queue import ConfigureOffice, OfficeConfigured, OfficePlan
from shared.errors import Refused
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import wait
from shared.web.problems import Problem, problem

PLAN = "/queue/manage/plan"
FIELDS_MOST = 1_000
LONGEST_VALUE = 20_000
ROWS_MOST = 200

router = APIRouter(prefix=PLAN, include_in_schema=False)

Step = Annotated[str, Form(max_length=10)]
Base = Annotated[int, Form(alias="revision", ge=0)]
Revision = Annotated[int, Path(ge=1, le=1_000_000_000)]
Name = Annotated[str, Path(max_length=40)]


@dataclass(frozen=True, slots=True)
class Sent:
    """A section's form as it came."""

    written: Written
    more: int


@router.get("")
async def overview(request: Request, officer: MayConfigureOffice) -> Response:
    """What the office works by, and where each part of it is changed."""
    current = await queue_of(request).plans.current(officer.office)
    return web(request).templates.page(request, "plan.html", officer=officer, current=current)


@router.get("/history")
async def history(request: Request, officer: MayConfigureOffice) -> Response:
    """Every plan that took effect, and what it changed."""
    plans = await queue_of(request).plans.history(officer.office)
    former: Sequence[PlanView | None] = [*plans[1:], None]
    entries = [
        (view, changes(before.plan, view.plan) if before else None) for view, before in zip(plans, former, strict=False)
    ]
    return web(request).templates.page(request, "plan_history.html", officer=officer, entries=entries)


@router.get("/history/{revision}")
async def version(request: Request, officer: MayConfigureOffice, revision: Revision) -> Response:
    """One of them."""
    return await _version_page(request, officer, revision)


@router.post("/history/{revision}")
async def restore(request: Request, officer: MayConfigureOffice, revision: Revision, key: Key, base: Base) -> Response:
    """Work by an earlier plan again."""
    former = await queue_of(request).plans.former(officer.office, revision)
    if former is None:
        raise problem(404)
    try:
        return await _publish(request, officer, former.plan, base, key)
    except (Declined, Refused) as refusal:
        told = web(request).problems.of(refusal)
        return await _version_page(request, officer, revision, told)


@router.get("/{kind}")
async def form(request: Request, officer: MayConfigureOffice, kind: Name) -> Response:
    """A section of the office as a whole."""
    return await _form_page(request, officer, kind, None)


@router.get("/{kind}/{of}")
async def form_of(request: Request, officer: MayConfigureOffice, kind: Name, of: Name) -> Response:
    """A section of a service or a counter."""
    return await _form_page(request, officer, kind, of)


@router.post("/{kind}")
async def change(
    request: Request, officer: MayConfigureOffice, kind: Name, key: Key, base: Base, step: Step = "preview"
) -> Response:
    """Look at a change, or have it take effect."""
    return await _change(request, officer, (kind, None), key, base, step)


@router.post("/{kind}/{of}")
async def change_of(
    request: Request, officer: MayConfigureOffice, kind: Name, of: Name, key: Key, base: Base, step: Step = "preview"
) -> Response:
    """The same of a service or a counter."""
    return await _change(request, officer, (kind, of), key, base, step)


async def _change(
    request: Request, officer: Officer, address: tuple[str, str | None], key: str, base: int, step: str
) -> Response:
    current = await queue_of(request).plans.current(officer.office)
    sent = await _sent(request)
    section = section_of(current.plan, *address)
    if step in ("edit", "more"):
        more = min(sent.more + MORE_ROWS * (step == "more"), ROWS_MOST)
        return _form(request, officer, address, section, current, sent.written, more=more)
    try:
        plan = section.apply(current.plan, sent.written)
        rules.check(plan)
        if base != current.revision:
            raise errors.PlanChangedMeanwhile(revision=current.revision)
        if step == "publish":
            return await _publish(request, officer, plan, base, key)
    except Wrong as wrong:
        return _form(request, officer, address, section, current, sent.written, more=sent.more, errors=wrong.errors)
    except (Declined, Refused) as refusal:
        told = web(request).problems.of(refusal)
        # The plan may be another by now: what was written is shown against that one.
        current = await queue_of(request).plans.current(officer.office)
        return _form(request, officer, address, section, current, sent.written, more=sent.more, problem=told)
    return _preview(request, officer, address, section, current, sent, plan)


async def _publish(request: Request, officer: Officer, plan: OfficePlan, base: int, key: str) -> Response:
    command = ConfigureOffice(office=officer.office, plan=plan, replaces_revision=base)
    try:
        configured = await ask(request, command, actor=officer.actor(), key=key)
    except Pending as pending:
        return wait(request, pending, back=f"{PLAN}/history")
    assert isinstance(configured, OfficeConfigured)
    return RedirectResponse(f"{PLAN}/history/{configured.revision}", 303)


async def _sent(request: Request) -> Sent:
    form = await request.form(max_fields=FIELDS_MOST)
    written: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) or len(value) > LONGEST_VALUE:
            raise problem(422)
        if name not in ("csrf", "idempotency_key", "revision", "step", "more"):
            written.setdefault(name, []).append(value)
    more = str(form.get("more", ""))
    return Sent(written, min(int(more), ROWS_MOST) if more.isdecimal() and len(more) < 5 else MORE_ROWS)


async def _form_page(request: Request, officer: Officer, kind: str, of: str | None) -> Response:
    current = await queue_of(request).plans.current(officer.office)
    section = section_of(current.plan, kind, of)
    return _form(request, officer, (kind, of), section, current, section.written(current.plan))


def _form(
    request: Request,
    officer: Officer,
    address: tuple[str, str | None],
    section: Section,
    current: PlanView,
    written: Written,
    *,
    more: int = MORE_ROWS,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    return web(request).templates.page(
        request,
        "plan_form.html",
        problem.status if problem else 422 if errors else 200,
        officer=officer,
        section=section,
        address=path_of(address),
        groups=section.groups(written, more),
        has_rows=address[0] in ("holidays", "fees"),
        more=more,
        written=written,
        current=current,
        errors=errors or {},
        problem=problem,
        idempotency_key=new_key(),
    )


def _preview(
    request: Request,
    officer: Officer,
    address: tuple[str, str | None],
    section: Section,
    current: PlanView,
    sent: Sent,
    plan: OfficePlan,
) -> Response:
    service = next((s for s in plan.services if s.id == section.service), None)
    return web(request).templates.page(
        request,
        "plan_preview.html",
        officer=officer,
        section=section,
        address=path_of(address),
        written=sent.written,
        more=sent.more,
        current=current,
        changes=changes(current.plan, plan),
        plan=plan,
        shown=service,
        idempotency_key=new_key(),
    )


async def _version_page(request: Request, officer: Officer, revision: int, told: Problem | None = None) -> Response:
    plans = queue_of(request).plans
    view, before = await plans.former(officer.office, revision), await plans.former(officer.office, revision - 1)
    current = await plans.current(officer.office)
    if view is None:
        raise problem(404)
    return web(request).templates.page(
        request,
        "plan_version.html",
        told.status if told else 200,
        officer=officer,
        view=view,
        current=current,
        changes=changes(before.plan, view.plan) if before else None,
        back=changes(current.plan, view.plan),
        problem=told,
        idempotency_key=new_key(),
    )


def path_of(address: tuple[str, str | None]) -> str:
    """Where a section is."""
    return "/".join((PLAN, *(part for part in address if part)))
