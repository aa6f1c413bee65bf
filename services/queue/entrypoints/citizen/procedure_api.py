"""The public JSON API to procedures."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request

from services.queue.context import queue_of
from services.queue.entrypoints.api import PREFIX
from services.queue.entrypoints.citizen.procedure_pages import QUERY_MOST
from services.queue.entrypoints.representations import OpeningOut, ProcedureOut, TextOut
from services.queue.views.procedures import ProcedureView
from shared.web.outcomes import PROBLEM
from shared.web.representations import Resource

router = APIRouter(prefix=PREFIX, tags=["procedures"], responses=PROBLEM)


class PublishedOut(Resource):
    """What a service of an office asks of citizens."""

    office: str
    office_name: TextOut
    service: str
    name: TextOut
    procedure: ProcedureOut
    hours: list[OpeningOut]
    open_now: bool
    """Whether tickets are given out at this moment."""
    next_opening: datetime | None
    revision: int
    """The office's plan with which it began to be so: a greater one is newer."""
    since: datetime | None
    """Since when. None where it is not known."""
    page: Annotated[str, Field(description="Path of its page")]


@router.get("/procedures")
async def procedures(
    request: Request,
    q: Annotated[str, Query(max_length=QUERY_MOST, description="Words that stand in it, in either language.")] = "",
) -> list[PublishedOut]:
    """Every procedure, or those in which all words stand."""
    found = await queue_of(request).procedures.search(q)
    return [_out(view) for same in found for view in same.offices]


@router.get("/procedures/{office}/{service}")
async def procedure(request: Request, office: str, service: str) -> PublishedOut:
    """One of them."""
    view, _ = await queue_of(request).procedures.one(office, service)
    return _out(view)


def _out(view: ProcedureView) -> PublishedOut:
    service = view.service
    return PublishedOut.model_validate(
        {
            "office": view.office,
            "office_name": view.office_name,
            "service": service.id,
            "name": service.name,
            "procedure": service.procedure,
            "hours": list(service.hours),
            "open_now": service.open_now,
            "next_opening": service.next_opening,
            "revision": view.revision,
            "since": view.since,
            "page": view.path,
        }
    )
