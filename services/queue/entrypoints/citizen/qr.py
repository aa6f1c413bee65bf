"""Codes that a phone's camera reads: the way from a screen or a slip of paper to a page."""

import segno
from markupsafe import Markup
from starlette.requests import Request

from services.queue.context import queue_of


def address(request: Request, path: str) -> str:
    """A path as somebody elsewhere reaches it."""
    base = queue_of(request).public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base}{path}"


def code(text: str) -> Markup:
    """A QR code as an image of the page itself. Always dark on light, as cameras want it."""
    made = segno.make(text, error="m", micro=False)
    return Markup(made.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None, dark="#000", light="#fff"))  # noqa: S704  # drawn, not quoted: nothing of the text is in it
