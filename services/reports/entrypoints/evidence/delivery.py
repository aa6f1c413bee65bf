"""Bytes on their way out: whole, by ranges as players ask for them, or as a package.

Nothing comes here without a pass, and there is no pass before the custody log has its entry.
"""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.reports.domain.custody import canonical, sha256
from services.reports.domain.evidence import Evidence
from services.reports.domain.manifest import manifest
from services.reports.entrypoints.evidence.package_page import package_page
from services.reports.entrypoints.evidence.room import room_of
from services.reports.evidence.formats import FORMATS
from services.reports.evidence.package import Papers, package
from services.reports.evidence.passes import Pass
from shared.contracts.reports.evidence import StoredFile
from shared.staff.entrypoints.officer import Officer
from shared.web.i18n import gettext
from shared.web.problems import Problem, problem

_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
_EXTENSIONS = {format.media_type: format.extension for format in FORMATS.values()}
HEADERS = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


async def deliver(request: Request, officer: Officer, token: str) -> Response:
    """What a pass is good for. Raises 403 for a bad one, and `EvidenceGone`'s 410 where there is nothing left."""
    room = room_of(request)
    given = room.passes.read(token, officer.actor())
    if given is None:
        raise problem(403)
    evidence = await room.views.known(officer.office, given.evidence)
    if evidence.state != "kept":
        raise problem(404)
    if given.access == "exported":
        return await _package(request, evidence, given)
    file = evidence.original if given.variant == "original" else evidence.working_copy
    if file is None:
        raise problem(404)
    return await _file(request, evidence, file, given)


async def _file(request: Request, evidence: Evidence, file: StoredFile, given: Pass) -> Response:
    # An original never runs in our pages: it goes to the disk of who asked for it.
    away = given.variant == "original" or given.access == "downloaded"
    name = file_name(evidence, file, given.variant)
    disposition = f'{"attachment" if away else "inline"}; filename="{name}"'
    headers = {**HEADERS, "Content-Disposition": disposition, "ETag": f'"{file.sha256}"'}
    wanted = request.headers.get("range")
    if wanted is None or request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        headers["Content-Length"] = str(file.size)
        return StreamingResponse(_bytes(request, file, 0, file.size), 200, headers, file.media_type)
    start, end = _span(wanted, file.size)
    headers |= {"Content-Range": f"bytes {start}-{end - 1}/{file.size}", "Content-Length": str(end - start)}
    return StreamingResponse(_bytes(request, file, start, end), 206, headers, file.media_type)


async def _bytes(request: Request, file: StoredFile, start: int, end: int) -> AsyncIterator[bytes]:
    if request.method == "HEAD":
        return
    async for piece in room_of(request).files.read(file.key, start, end):
        yield piece


async def _package(request: Request, evidence: Evidence, given: Pass) -> Response:
    room = room_of(request)
    log = (await room.views.log(evidence.id))[: given.entry]
    sheet = canonical(manifest(evidence, given.entry))
    told = dict(log[-1].details).get("manifest_sha256") if log else None
    if told != sha256(sheet):
        raise changed_meanwhile()
    name = file_name(evidence, evidence.original, "original")
    papers = Papers(sheet, [entry.line() for entry in log], package_page(evidence, log, name))
    original = room.files.read(evidence.original.key, 0, evidence.original.size)
    disposition = f"attachment; filename*=utf-8''{quote(f'bukti-{evidence.number}-{evidence.id[:8]}.zip')}"
    headers = {**HEADERS, "Accept-Ranges": "none", "Content-Disposition": disposition}
    return StreamingResponse(package(name, original, papers), 200, headers, "application/zip")


def file_name(evidence: Evidence, file: StoredFile, variant: str) -> str:
    """What a file is called on somebody's disk: never as its sender has called it."""
    kind = "asli" if variant == "original" else "salinan"
    return f"{evidence.number}-{evidence.id[:8]}-{kind}.{_EXTENSIONS.get(file.media_type, 'bin')}"


def changed_meanwhile() -> Problem:
    """What is known of it is not any more what was written down at the export."""
    return Problem(
        409,
        "evidence-changed-meanwhile",
        gettext("What is known of this evidence has changed"),
        gettext("Please export it anew."),
    )


def _span(wanted: str, size: int) -> tuple[int, int]:
    """The first range, from its first byte to after its last. Raises 416."""
    found = _RANGE.match(wanted)
    if found is not None and (found[1] or found[2]):
        if not found[1]:
            start, end = max(0, size - int(found[2])), size
        else:
            start, end = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
        if start < end:
            return start, end
    raise problem(416, headers={"Content-Range": f"bytes */{size}"})
