"""The public incidents of an office as GeoJSON (RFC 7946): areas, never points."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.publication import Area, Shown
from services.reports.entrypoints.public.caching import cached, edition_headers
from services.reports.views.incidents import category_name
from shared.web.outcomes import PROBLEM

MEDIA_TYPE = "application/geo+json"
PAGE = 500

router = APIRouter(prefix="/reports/api/v1", tags=["public"], responses=PROBLEM)

Category = Annotated[str | None, Query(max_length=40, description="Of one kind only")]
Page = Annotated[int, Query(ge=1, le=1000, description=f"{PAGE} incidents a page; `Link` names the next one")]


@router.get(
    "/offices/{office}/incidents.geojson",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "A FeatureCollection of areas"}},
)
async def incidents(
    request: Request,
    office: Annotated[str, Path(max_length=64)],
    category: Category = None,
    page: Page = 1,
) -> Response:
    """What everybody may see of an office's incidents, coarse in place and time. A new edition comes once a day."""
    reports = reports_of(request)
    desk = await reports.offices.office(office)
    edition = await reports.public.edition(desk)
    shown = edition.of(category)
    some = shown[(page - 1) * PAGE : page * PAGE]
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "office": desk.id,
        "as_of": edition.begins.isoformat(),
        "next_edition": edition.ends.isoformat(),
        "total": len(shown),
        "features": [_feature(one, category_name(desk, one.category).id) for one in some],
    }
    headers = edition_headers(edition, reports.clock()) | _links(request, page, len(shown))
    return cached(request, json.dumps(body, ensure_ascii=False).encode(), MEDIA_TYPE, headers)


def _feature(one: Shown, name: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": one.id,
        "geometry": _geometry(one.area),
        "properties": {
            "category": one.category,
            "category_name": name,
            "day": one.day.isoformat(),
            "part_of_day": one.part,
            "shown_from": one.shown_from.isoformat(),
        },
    }


def _geometry(area: Area | None) -> dict[str, Any] | None:
    """Counter-clockwise, as the RFC has it."""
    if area is None:
        return None
    south, west, north, east = area.corners
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _links(request: Request, page: int, total: int) -> dict[str, str]:
    """The `Link` header (RFC 8288), relative to the feed."""
    there = {"prev": page - 1, "next": page + 1}
    last = max(1, -(-total // PAGE))
    links = [
        f'<?{request.url.include_query_params(page=number).query}>; rel="{name}"'
        for name, number in there.items()
        if 1 <= number <= last
    ]
    return {"Link": ", ".join(links)} if links else {}
