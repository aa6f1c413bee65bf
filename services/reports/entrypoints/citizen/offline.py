"""What a browser keeps for when there is no line: the worker that keeps it, the page it shows, and what waits.

A report that could not be sent stays in the browser as a draft and goes out later over the JSON API, under the key
that its form had. The API asks for no form's token, which would have expired meanwhile, and needs none: the browser
itself declares that the request comes from our own pages (`Sec-Fetch-Site`), and JSON cannot be sent from another
site's form. The key makes sure that it counts once, however often it is sent.
"""

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.citizen.form import PRIVACIES, answer_field, empty_form
from shared.web.app import web
from shared.web.security import WITH_POSITION

SHELL = (
    "kentongan.css", "reports.css", "citizen.css", "drafts.js", "drafts_list.js", "offline_form.js", "draft_correct.js",
    "report_form.js", "forms.js", "logo.svg", "fonts/plus-jakarta-sans.woff2", "kawung.svg", "tumpal.svg",
)  # fmt: skip
"""What the kept pages are made of."""

router = APIRouter(prefix="/reports", include_in_schema=False)


@router.get("/worker.js")
async def worker(request: Request) -> Response:
    """The service worker: its address is what makes `/reports/` its scope, and its text names what it keeps."""
    assets = web(request).assets
    shell = [assets.url(name) for name in SHELL]
    script = "\n".join(
        (
            f"const SHELL = {json.dumps(shell)};",
            f"importScripts({json.dumps(assets.url('drafts.js'))});",
            assets.text("worker.js"),
        )
    )
    return Response(script, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/drafts")
async def drafts(request: Request) -> Response:
    """The reports that wait in this browser, and those that it has sent since."""
    return web(request).templates.page(request, "report_drafts.html")


@router.get("/offices/{office}/offline")
async def offline(request: Request, office: str) -> Response:
    """One form for every kind of report, to be kept for when there is no line."""
    reports = reports_of(request)
    at = await reports.offices.office(office)
    return web(request).templates.page(
        request,
        "report_offline.html",
        headers=WITH_POSITION,
        office=at.plan,
        form=empty_form(),
        answer_field=answer_field,
        privacies=PRIVACIES,
        tiles=reports.tiles,
    )
