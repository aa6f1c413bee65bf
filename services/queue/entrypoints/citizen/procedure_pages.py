"""The public pages of procedures: found by words or by looking through them, and made to be printed."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.queue.context import queue_of
from services.queue.entrypoints.citizen import qr
from shared.web.app import web

router = APIRouter(prefix="/queue/procedures", include_in_schema=False)

QUERY_MOST = 200


@router.get("")
async def procedures(request: Request, q: Annotated[str, Query(max_length=QUERY_MOST)] = "") -> Response:
    """All of them, or those in which the words stand."""
    found = await queue_of(request).procedures.search(q)
    return web(request).templates.page(request, "procedures.html", query=q.strip(), found=found)


@router.get("/{office}/{service}")
async def procedure(request: Request, office: str, service: str) -> Response:
    """One of them."""
    view, others = await queue_of(request).procedures.one(office, service)
    address = qr.address(request, view.path)
    return web(request).templates.page(request, "procedure.html", view=view, others=others, address=address)
