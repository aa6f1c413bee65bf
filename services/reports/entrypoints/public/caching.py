"""Answers that are the same for everybody until the next edition, and how long caches may keep them.

The web has its own words for it: `ETag` and `If-None-Match`, `Last-Modified`, `Cache-Control` (RFC 9110, RFC 9111).
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

from services.reports.views.public import Edition

KEPT_SECONDS_MOST = 300
"""An office that shows a kind no more waits so long at most until caches know."""


def edition_headers(edition: Edition, now: datetime) -> dict[str, str]:
    """Of an answer that an edition makes."""
    left = int((edition.ends - now).total_seconds())
    return {
        "Cache-Control": f"public, max-age={max(0, min(KEPT_SECONDS_MOST, left))}",
        "Last-Modified": format_datetime(edition.begins.astimezone(UTC), usegmt=True),
        "Access-Control-Allow-Origin": "*",
    }


def cached(request: Request, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    """The answer, or 304 where the client has it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    told = {**headers, "ETag": tag}
    if _knows(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=told)
    return Response(body, media_type=media_type, headers=told)


def _knows(sent: str, tag: str) -> bool:
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in sent.split(","))
