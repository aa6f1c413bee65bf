"""The public page of what happened in an office's district: a list for every browser, and a map beside it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.office import Office
from services.reports.domain.place import metres_between
from services.reports.domain.publication import CROWD, SHOWN_DAYS, WIDTHS, Area, may_ever_be_shown
from services.reports.entrypoints.public.caching import edition_headers
from services.reports.views.incidents import category_name
from shared.contracts.fields import Text
from shared.web.app import web

PAGE = 50

router = APIRouter(prefix="/reports/offices/{office}", include_in_schema=False)

Category = Annotated[str, Query(max_length=40)]
Page = Annotated[int, Query(ge=1, le=1000)]


@router.get("/incidents")
async def incidents(request: Request, office: str, category: Category = "", page: Page = 1) -> Response:
    """What happened lately, as far as everybody may know."""
    reports = reports_of(request)
    desk = await reports.offices.office(office)
    edition = await reports.public.edition(desk)
    shown = edition.of(category or None)
    pages = max(1, -(-len(shown) // PAGE))
    page = min(page, pages)
    headers = edition_headers(edition, reports.clock())
    # A page has a language and a cookie of the browser's own: no cache but that browser's may keep it.
    headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private")
    del headers["Access-Control-Allow-Origin"]
    return web(request).templates.page(
        request,
        "public_incidents.html",
        headers=headers,
        office=desk.plan,
        edition=edition,
        kinds=[kind for kind in desk.plan.categories if may_ever_be_shown(kind)],
        category=category,
        incidents=[
            {
                "name": category_name(desk, one.category),
                "day": one.day,
                "part": one.part,
                "kilometres": round(one.area.width * 1.1) if one.area else None,
                "near": _near(desk, one.area) if one.area else None,
            }
            for one in shown[(page - 1) * PAGE : page * PAGE]
        ],
        total=len(shown),
        page=page,
        pages=pages,
        feed=f"/reports/api/v1/offices/{desk.id}/incidents.geojson{_query(category=category)}",
        address_of=lambda number: f"/reports/offices/{desk.id}/incidents{_query(category=category, page=number)}",
        tiles=reports.tiles,
        crowd=CROWD,
        shown_days=SHOWN_DAYS,
        kilometres=round(WIDTHS[0] * 1.1),
    )


def _near(office: Office, area: Area) -> Text:
    """A name by which people know where an area is: of the post nearest to its middle."""
    posts = office.plan.posts
    if not posts:
        return office.plan.name
    return min(posts, key=lambda post: metres_between(post.latitude, post.longitude, *area.middle)).name


def _query(**values: str | int) -> str:
    given = {name: value for name, value in values.items() if value}
    return f"?{urlencode(given)}" if given else ""
