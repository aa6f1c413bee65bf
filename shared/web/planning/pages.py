"""The administrator's pages to an office's configuration: one section at a time, looked at before it takes effect.

Nothing of a change is kept on the way: a form is sent with what stands in it, shown as what it would change, and sent
again to take effect. Whoever was overtaken by another's change is told, and sees their own against the new plan.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.contracts.message import Command
from shared.errors import Refused
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer, allowed
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import wait
from shared.web.planning.fields import Written, Wrong
from shared.web.planning.history import Plans, PlanView
from shared.web.planning.section import MORE_ROWS, PlanSection
from shared.web.problems import Problem, problem

RIGHT = "configure-office"
FIELDS_MOST = 1_000
LONGEST_VALUE = 20_000
ROWS_MOST = 200

Step = Annotated[str, Form(max_length=10)]
Base = Annotated[int, Form(alias="revision", ge=0)]
Revision = Annotated[int, Path(ge=1, le=1_000_000_000)]
Name = Annotated[str, Path(max_length=40)]
MayConfigure = Annotated[Officer, Depends(allowed(RIGHT))]
Address = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Planning:
    """What a service says of its offices' plans."""

    prefix: str
    """Where the pages are, `/queue/manage/plan`."""
    plans: Callable[[Request], Plans[Any]]
    section_of: Callable[[Any, str, str | None], PlanSection[Any]]
    """The section of an address. Raises 404."""
    rows: tuple[str, ...]
    """The sections whose lists can be made longer."""
    check: Callable[[Any], None]
    """Raises the refusal of a plan that no office can work by."""
    changes: Callable[[Any, Any], Sequence[Any]]
    """What differs from one plan to another, in words."""
    configure: Callable[[str, Any, int], Command]
    """Have an office work by a plan, in the place of a revision."""
    changed_meanwhile: Callable[[int], Refused]
    """Another plan has come in between: the present one's revision."""
    shown: Callable[[Any, PlanSection[Any]], Any] = lambda _plan, _section: None
    """What citizens would see changed, for `plan_shown.html`."""

    def path(self, address: Address) -> str:
        """Where a section is."""
        return "/".join((self.prefix, *(part for part in address if part)))


@dataclass(frozen=True, slots=True)
class Sent:
    """A section's form as it came."""

    written: Written
    more: int


def plan_pages(planning: Planning) -> APIRouter:
    """The pages of a service."""
    pages = _Pages(planning)
    router = APIRouter(prefix=planning.prefix, include_in_schema=False)
    router.add_api_route("", pages.overview, methods=["GET"])
    router.add_api_route("/history", pages.history, methods=["GET"])
    router.add_api_route("/history/{revision}", pages.version, methods=["GET"])
    router.add_api_route("/history/{revision}", pages.restore, methods=["POST"])
    router.add_api_route("/{kind}", pages.form, methods=["GET"])
    router.add_api_route("/{kind}/{of}", pages.form_of, methods=["GET"])
    router.add_api_route("/{kind}", pages.change, methods=["POST"])
    router.add_api_route("/{kind}/{of}", pages.change_of, methods=["POST"])
    return router


class _Pages:
    """The endpoints."""

    def __init__(self, planning: Planning) -> None:
        self._of = planning

    async def overview(self, request: Request, officer: MayConfigure) -> Response:
        """What the office works by, and where each part of it is changed."""
        current = await self._current(request, officer)
        return web(request).templates.page(request, "plan.html", officer=officer, current=current)

    async def history(self, request: Request, officer: MayConfigure) -> Response:
        """Every plan that took effect, and what it changed."""
        plans = await self._of.plans(request).history(officer.office)
        former: Sequence[PlanView[Any] | None] = [*plans[1:], None]
        entries = [
            (view, self._of.changes(before.plan, view.plan) if before else None)
            for view, before in zip(plans, former, strict=False)
        ]
        return web(request).templates.page(request, "plan_history.html", officer=officer, entries=entries)

    async def version(self, request: Request, officer: MayConfigure, revision: Revision) -> Response:
        """One of them."""
        return await self._version_page(request, officer, revision)

    async def restore(
        self, request: Request, officer: MayConfigure, revision: Revision, key: Key, base: Base
    ) -> Response:
        """Work by an earlier plan again."""
        former = await self._of.plans(request).former(officer.office, revision)
        if former is None:
            raise problem(404)
        try:
            return await self._publish(request, officer, former.plan, base, key)
        except (Declined, Refused) as refusal:
            told = web(request).problems.of(refusal)
            return await self._version_page(request, officer, revision, told)

    async def form(self, request: Request, officer: MayConfigure, kind: Name) -> Response:
        """A section of the office as a whole."""
        return await self._form_page(request, officer, (kind, None))

    async def form_of(self, request: Request, officer: MayConfigure, kind: Name, of: Name) -> Response:
        """A section of one of its parts."""
        return await self._form_page(request, officer, (kind, of))

    async def change(
        self, request: Request, officer: MayConfigure, kind: Name, key: Key, base: Base, step: Step = "preview"
    ) -> Response:
        """Look at a change, or have it take effect."""
        return await self._change(request, officer, (kind, None), key, base, step)

    async def change_of(
        self,
        request: Request,
        officer: MayConfigure,
        kind: Name,
        of: Name,
        key: Key,
        base: Base,
        step: Step = "preview",
    ) -> Response:
        """The same of one of its parts."""
        return await self._change(request, officer, (kind, of), key, base, step)

    # Inside --------------------------------------------------------------------------------------------

    async def _current(self, request: Request, officer: Officer) -> PlanView[Any]:
        return await self._of.plans(request).current(officer.office)

    async def _change(
        self, request: Request, officer: Officer, address: Address, key: str, base: int, step: str
    ) -> Response:
        current = await self._current(request, officer)
        sent = await _sent(request)
        section = self._of.section_of(current.plan, *address)
        if step in ("edit", "more"):
            more = min(sent.more + MORE_ROWS * (step == "more"), ROWS_MOST)
            return self._form(request, officer, address, section, current, sent.written, more=more)
        try:
            plan = section.apply(current.plan, sent.written)
            self._of.check(plan)
            if base != current.revision:
                raise self._of.changed_meanwhile(current.revision)
            if step == "publish":
                return await self._publish(request, officer, plan, base, key)
        except Wrong as wrong:
            errors = wrong.errors
            return self._form(request, officer, address, section, current, sent.written, more=sent.more, errors=errors)
        except (Declined, Refused) as refusal:
            told = web(request).problems.of(refusal)
            # The plan may be another by now: what was written is shown against that one.
            current = await self._current(request, officer)
            return self._form(request, officer, address, section, current, sent.written, more=sent.more, told=told)
        return self._preview(request, officer, address, section, current, sent, plan)

    async def _publish(self, request: Request, officer: Officer, plan: Any, base: int, key: str) -> Response:
        command = self._of.configure(officer.office, plan, base)
        try:
            configured = await ask(request, command, actor=officer.actor(), key=key)
        except Pending as pending:
            return wait(request, pending, back=f"{self._of.prefix}/history")
        return RedirectResponse(f"{self._of.prefix}/history/{configured.revision}", 303)  # type: ignore[attr-defined]

    async def _form_page(self, request: Request, officer: Officer, address: Address) -> Response:
        current = await self._current(request, officer)
        section = self._of.section_of(current.plan, *address)
        return self._form(request, officer, address, section, current, section.written(current.plan))

    def _form(
        self,
        request: Request,
        officer: Officer,
        address: Address,
        section: PlanSection[Any],
        current: PlanView[Any],
        written: Written,
        *,
        more: int = MORE_ROWS,
        errors: Mapping[str, str] | None = None,
        told: Problem | None = None,
    ) -> Response:
        return web(request).templates.page(
            request,
            "plan_form.html",
            told.status if told else 422 if errors else 200,
            officer=officer,
            section=section,
            address=self._of.path(address),
            groups=section.groups(written, more),
            has_rows=address[0] in self._of.rows,
            more=more,
            written=written,
            current=current,
            errors=errors or {},
            problem=told,
            idempotency_key=new_key(),
        )

    def _preview(
        self,
        request: Request,
        officer: Officer,
        address: Address,
        section: PlanSection[Any],
        current: PlanView[Any],
        sent: Sent,
        plan: Any,
    ) -> Response:
        return web(request).templates.page(
            request,
            "plan_preview.html",
            officer=officer,
            section=section,
            address=self._of.path(address),
            written=sent.written,
            more=sent.more,
            current=current,
            changes=self._of.changes(current.plan, plan),
            plan=plan,
            shown=self._of.shown(plan, section),
            idempotency_key=new_key(),
        )

    async def _version_page(
        self, request: Request, officer: Officer, revision: int, told: Problem | None = None
    ) -> Response:
        plans = self._of.plans(request)
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
            changes=self._of.changes(before.plan, view.plan) if before else None,
            back=self._of.changes(current.plan, view.plan),
            problem=told,
            idempotency_key=new_key(),
        )


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
