"""Which unit a telephone rides with: remembered for a shift. It opens nothing by itself; a session does."""

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "reports_unit"
LASTS_SECONDS = 24 * 60 * 60


def unit_of(request: Request, office: str) -> str:
    """The unit that was chosen, where it was one of this office; else empty."""
    at, _, unit = request.cookies.get(COOKIE, "").partition(":")
    return unit if at == office else ""


def remember(response: Response, office: str, unit: str, *, secure: bool) -> None:
    """Remember it."""
    response.set_cookie(
        COOKIE,
        f"{office}:{unit}",
        max_age=LASTS_SECONDS,
        path="/reports/field",
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def forget(response: Response) -> None:
    """Remember none."""
    response.delete_cookie(COOKIE, path="/reports/field")
