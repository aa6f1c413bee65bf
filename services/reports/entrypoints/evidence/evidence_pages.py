"""The staff's pages of evidence."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.cameras.moments import moment_in
from services.reports.entrypoints.evidence.delivery import deliver
from services.reports.entrypoints.evidence.form_uploads import answered, take_form
from services.reports.entrypoints.evidence.room import room_of
from services.reports.entrypoints.evidence.steps import FILES, grant
from services.reports.entrypoints.evidence.words import action_words, actor_words
from services.reports.entrypoints.staff import (
    MayAddEvidence,
    MayHoldEvidence,
    MayKeepEvidence,
    MaySeeEvidence,
    MayTakeEvidence,
)
from shared.contracts.reports.evidence import (
    Access,
    DescribeEvidence,
    DestroyEvidence,
    EvidenceCommand,
    PlaceHold,
    Recording,
    ReleaseHold,
    SetRetention,
    ShortWords,
    Variant,
)
from shared.messaging.errors import Declined, Pending
from shared.staff.entrypoints.officer import Officer
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.outcomes import see, wait
from shared.web.problems import Problem, problem

PAGES = "/reports/evidence"
HOME = "/reports/"
FIELD = "/reports/field"

router = APIRouter(prefix="/reports", include_in_schema=False)

_WORDS = TypeAdapter(ShortWords)
Why = Annotated[str, Form(alias="reason", max_length=2000)]


@router.get("/evidence/files/{token}")
async def file(request: Request, token: str, officer: MaySeeEvidence) -> Response:
    """The bytes that a pass is good for."""
    return await deliver(request, officer, token)


@router.get("/evidence/{id}")
async def evidence(request: Request, id: str, officer: MaySeeEvidence) -> Response:
    """One piece: what it is, and what has been done with it."""
    return await _page(request, officer, id)


@router.post("/evidence/{id}/show")
async def show(request: Request, id: str, officer: MaySeeEvidence, key: Key) -> Response:
    """Write down that somebody looks at it, and go there."""
    return await _give(request, officer, id, "viewed", "copy", "", key, f"{PAGES}/{id}/view/")


@router.get("/evidence/{id}/view/{token}")
async def view(request: Request, id: str, token: str, officer: MaySeeEvidence) -> Response:
    """The working copy, for who has just been written down."""
    given = room_of(request).passes.read(token, officer.actor())
    if given is None or given.evidence != id:
        return see(f"{PAGES}/{id}")
    found = await room_of(request).views.evidence(officer.office, id)
    return web(request).templates.page(
        request, "evidence_view.html", evidence=found, address=f"{FILES}{token}", officer=officer
    )


@router.post("/evidence/{id}/original")
async def original(request: Request, id: str, officer: MayTakeEvidence, key: Key, reason: Why = "") -> Response:
    """Write down that somebody takes the original, and give it to them."""
    return await _give(request, officer, id, "downloaded", "original", reason, key, FILES)


@router.post("/evidence/{id}/export")
async def export(request: Request, id: str, officer: MayTakeEvidence, key: Key, reason: Why = "") -> Response:
    """Write down that somebody takes it with its papers, and give it to them."""
    return await _give(request, officer, id, "exported", "original", reason, key, FILES)


@router.post("/evidence/{id}/holds")
async def hold(request: Request, id: str, officer: MayHoldEvidence, key: Key, reason: Why = "") -> Response:
    """Have it kept."""
    return await _do(request, officer, id, key, lambda: PlaceHold(office=officer.office, evidence=id, reason=reason))


@router.post("/evidence/{id}/holds/{hold}/release")
async def release(
    request: Request, id: str, hold: str, officer: MayHoldEvidence, key: Key, reason: Why = ""
) -> Response:
    """A hold is not needed any more."""
    return await _do(
        request,
        officer,
        id,
        key,
        lambda: ReleaseHold(office=officer.office, evidence=id, hold=hold, reason=reason),
    )


@router.post("/evidence/{id}/retention")
async def retain(
    request: Request, id: str, officer: MayHoldEvidence, key: Key, until: Annotated[str, Form()] = "", reason: Why = ""
) -> Response:
    """Have it kept until the end of another day."""
    office = await reports_of(request).offices.office(officer.office)

    def command() -> SetRetention:
        day = datetime.combine(datetime.strptime(until, "%Y-%m-%d").date(), time(23, 59, 59))  # noqa: DTZ007
        end = moment_in(office, day.isoformat())
        return SetRetention(office=officer.office, evidence=id, until=end, reason=reason)

    return await _do(request, officer, id, key, command)


@router.post("/evidence/{id}/destroy")
async def destroy(request: Request, id: str, officer: MayHoldEvidence, key: Key, reason: Why = "") -> Response:
    """Have its files gone."""
    return await _do(
        request, officer, id, key, lambda: DestroyEvidence(office=officer.office, evidence=id, reason=reason)
    )


@router.post("/evidence/{id}/recording")
async def describe(
    request: Request,
    id: str,
    officer: MayKeepEvidence,
    key: Key,
    camera: Annotated[str, Form()] = "",
    starts_at: Annotated[str, Form()] = "",
    ends_at: Annotated[str, Form()] = "",
    how: Annotated[str, Form()] = "",
) -> Response:
    """Say from which camera and time it is."""
    office = await reports_of(request).offices.office(officer.office)

    def command() -> DescribeEvidence:
        recording = Recording(
            camera=camera or None,
            starts_at=moment_in(office, starts_at) if starts_at else None,
            ends_at=moment_in(office, ends_at) if ends_at else None,
            how=_WORDS.validate_python(how),
        )
        return DescribeEvidence(office=officer.office, evidence=id, recording=recording)

    return await _do(request, officer, id, key, command)


@router.post("/incidents/{incident}/evidence")
async def add(request: Request, incident: str, officer: MayAddEvidence, back: str = "") -> Response:
    """Photos and videos that the staff have made or collected."""
    known = await reports_of(request).incidents.known(incident)
    officer.must_work_at(known.office)
    back = back if back.startswith(HOME) else f"/reports/incidents/{incident}"
    details = {"via": "field" if back.startswith(FIELD) else "desk"}
    sent = await take_form(request, known, "staff", officer.actor(), details)
    return answered(request, sent, back)


async def _give(
    request: Request, officer: Officer, id: str, access: Access, variant: Variant, reason: str, key: str, to: str
) -> Response:
    try:
        reason = _WORDS.validate_python(reason)
        granted = await grant(request, officer, id, access, variant, reason, key=key)
    except ValidationError:
        return await _page(request, officer, id, problem(422))
    except Declined as declined:
        return await _page(request, officer, id, web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=f"{PAGES}/{id}")
    return see(f"{to}{granted.token}")


async def _do(
    request: Request, officer: Officer, id: str, key: str, command: Callable[[], EvidenceCommand]
) -> Response:
    try:
        await ask(request, command(), actor=officer.actor(), key=key)
    except ValueError:
        return await _page(request, officer, id, problem(422))
    except Declined as declined:
        return await _page(request, officer, id, web(request).problems.of(declined))
    except Pending as pending:
        return wait(request, pending, back=f"{PAGES}/{id}")
    return see(f"{PAGES}/{id}")


async def _page(request: Request, officer: Officer, id: str, told: Problem | None = None) -> Response:
    room = room_of(request)
    return web(request).templates.page(
        request,
        "evidence.html",
        told.status if told else 200,
        evidence=await room.views.evidence(officer.office, id),
        cameras=await room.cameras.all(officer.office) if officer.may("keep-evidence") else [],
        officer=officer,
        problem=told,
        action_words=action_words,
        actor_words=actor_words,
        new_key=new_key,
    )
