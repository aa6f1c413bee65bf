"""The JSON API of what citizens can do beside filing: advice first, following, and everything with the own report."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.domain.emergency import is_emergency, nearest_post
from services.reports.domain.incident import Incident
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.reports.entrypoints.citizen.citizen_representations import (
    AdviceBody,
    AdviceOut,
    CodeBody,
    FollowBody,
    FollowOut,
    LinkOut,
    OfferOut,
    PostOut,
    WordsBody,
)
from services.reports.entrypoints.citizen.counted import LIMITED, counted
from services.reports.entrypoints.citizen.deeds import confirm_outcome, erase_reporter, reopen, write
from services.reports.entrypoints.citizen.following import follow, unfollow
from services.reports.entrypoints.citizen.track_pages import path_of
from services.reports.entrypoints.representations import ReportOut
from shared.contracts.reports.base import IncidentCommand
from shared.web.ask import ask
from shared.web.outcomes import PROBLEM

router = APIRouter(prefix=PREFIX, tags=["citizens"], responses={**PROBLEM, **LIMITED})

Token = Annotated[str, Path(max_length=128, description="`<id>.<proof>`, the last part of a link")]


@router.post("/offices/{office}/advice")
async def advice(request: Request, office: str, body: AdviceBody) -> AdviceOut:
    """What is to be known before a report is sent: whether to call first, and what others have reported there."""
    await counted(request, "nearby")
    reports = reports_of(request)
    at = await reports.offices.office(office)
    category = at.category(body.category)
    post = nearest_post(at.plan, body.place)
    return AdviceOut(
        emergency=is_emergency(at.plan, category, body.words),
        emergency_number=at.plan.emergency_number,
        nearest_post=PostOut.of(post) if post else None,
        nearby=[OfferOut.of(view, reports) for view in await reports.nearby.like(at, category.id, body.place)],
    )


@router.post("/reports/{token}/messages", responses=ACCEPTED_LATER)
async def send_message(request: Request, token: Token, body: WordsBody) -> ReportOut:
    """Write to the desk."""
    await counted(request, "message")
    incident = await _own(request, token)
    return await _done(request, incident, write(incident, body.words))


@router.post("/reports/{token}/reopening", responses=ACCEPTED_LATER)
async def reopen_report(request: Request, token: Token, body: WordsBody) -> ReportOut:
    """Say that the outcome is not right: within bounds it goes on."""
    await counted(request, "message")
    incident = await _own(request, token)
    return await _done(request, incident, reopen(incident, body.words))


@router.post("/reports/{token}/confirmation", responses=ACCEPTED_LATER)
async def confirm(request: Request, token: Token) -> ReportOut:
    """Say that the outcome is right."""
    incident = await _own(request, token)
    return await _done(request, incident, confirm_outcome(incident))


@router.delete("/reports/{token}/reporter", responses=ACCEPTED_LATER)
async def erase(request: Request, token: Token) -> ReportOut:
    """Have nobody know any more who reported it. The report stays."""
    incident = await _own(request, token)
    return await _done(request, incident, erase_reporter(incident))


@router.post("/track")
async def track(request: Request, body: CodeBody) -> LinkOut:
    """The link of the report that a code opens."""
    return LinkOut(link=await path_of(request, body.code))


@router.post("/follows", status_code=201, responses=ACCEPTED_LATER)
async def follow_report(request: Request, response: Response, body: FollowBody) -> LinkOut:
    """Follow a report that `advice` has offered. Whoever has the link is the follower."""
    await counted(request, "follow")
    path = await follow(request, body.offer)
    response.headers["Location"] = f"{PREFIX}/follows/{path.rpartition('/')[2]}"
    return LinkOut(link=path)


@router.get("/follows/{token}")
async def followed(request: Request, token: Token) -> FollowOut:
    """How the report stands."""
    reports = reports_of(request)
    return FollowOut.of(await reports.incidents.followed(reports.follower_links.read(token)))


@router.delete("/follows/{token}", status_code=204, responses=ACCEPTED_LATER)
async def leave(request: Request, token: Token) -> None:
    """Be told no more."""
    await unfollow(request, token)


async def _own(request: Request, token: str) -> Incident:
    """The report that a token opens."""
    reports = reports_of(request)
    return await reports.incidents.known(reports.links.read(token))


async def _done(request: Request, incident: Incident, command: IncidentCommand) -> ReportOut:
    await ask(request, command)
    return ReportOut.of(await reports_of(request).incidents.reported(incident.id))
