"""Files that a page needs besides itself: style, script, font, picture.

Invariant: an address from `url()` names exactly one content, so it may be cached for ever. The files are few
and small; they are read once, at start, and a request touches no disk and no path.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

SHARED_STATIC = Path(__file__).parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".opus": "audio/ogg",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSIBLE = {".css", ".js", ".svg", ".txt"}
_CSS_URL = re.compile(rb'url\("(?!data:)([^"]+)"\)')


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    zipped: bytes | None
    media_type: str
    version: str
    """A hash of the content."""


class Assets:
    """The static files of one service: the shared ones and its own."""

    def __init__(self, prefix: str, *folders: Path) -> None:
        """`prefix` is the address under which they are served, such as `/queue/static`."""
        self.prefix = prefix
        files = {
            path.relative_to(folder).as_posix(): path
            for folder in (SHARED_STATIC, *folders)
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES
        }
        self._assets: dict[str, Asset] = {}
        # Style sheets come last: they name other files, by addresses that hold those files' hashes.
        for name in sorted(files, key=lambda name: name.endswith(".css")):
            self._assets[name] = self._prepare(files[name])

    def url(self, name: str) -> str:
        """The address of a file, with its content's hash."""
        return f"{self.prefix}/{name}?v={self._assets[name].version}"

    def text(self, name: str) -> str:
        """What is in a file, for a response that is made of it."""
        return self._assets[name].body.decode()

    def names(self) -> Iterable[str]:
        """Every file there is."""
        return self._assets.keys()

    async def serve(self, request: Request) -> Response:
        """The endpoint of `<prefix>/{path:path}`."""
        asset = self._assets.get(request.path_params["path"])
        if asset is None:
            raise HTTPException(404)
        current = request.query_params.get("v") == asset.version
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
            "ETag": f'W/"{asset.version}"',
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        body = asset.body
        if asset.zipped and "gzip" in request.headers.get("accept-encoding", ""):
            body = asset.zipped
            headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers, media_type=asset.media_type)

    def _prepare(self, path: Path) -> Asset:
        body = path.read_bytes()
        if path.suffix == ".css":
            body = _CSS_URL.sub(lambda match: b'url("%s")' % self.url(match[1].decode()).encode(), body)
        version = hashlib.sha256(body).hexdigest()[:16]
        zipped = gzip.compress(body, mtime=0) if path.suffix in _COMPRESSIBLE else None
        return Asset(body, zipped, _TYPES[path.suffix], version)
