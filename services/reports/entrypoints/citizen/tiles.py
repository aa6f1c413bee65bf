"""Map tiles, where an operator has some."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from services.reports.context import reports_of
from shared.web.problems import problem

KEPT_SECONDS = 7 * 24 * 3600

router = APIRouter(include_in_schema=False)


@router.get("/reports/tiles/{z}/{x}/{y}.png")
async def tile(request: Request, z: int, x: int, y: int) -> Response:
    """One tile."""
    path = reports_of(request).tiles.path(z, x, y)
    if path is None:
        raise problem(404)
    return FileResponse(path, media_type="image/png", headers={"Cache-Control": f"public, max-age={KEPT_SECONDS}"})
