"""Resumable uploads by the tus protocol, version 1.0.0: creation, termination, expiration and checksum.

https://tus.io/protocols/resumable-upload — any of its clients can send evidence here. An upload is begun by the staff,
signed in, or by whoever has a report's secret link, which travels in `Upload-Metadata` and so in no address or log.
The upload's own address is a secret too: who has it goes on with it, in whichever process.

What is no photo or video is refused with its first bytes; what the last bytes have made whole is looked at and becomes
evidence, and `GET` of the upload tells what came of it.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.api import PREFIX
from services.reports.entrypoints.evidence.quotas import QUOTAS, Source, check_quota
from services.reports.entrypoints.evidence.representations import UploadOut
from services.reports.entrypoints.evidence.room import room_of
from services.reports.evidence.formats import MIB
from services.reports.evidence.refusals import (
    ChecksumWrong,
    FileEmpty,
    UploadOverfull,
    UploadTakenOver,
)
from services.reports.evidence.upload import Claim, Upload
from shared.contracts.reports.evidence import FileName, Recording, ShortWords
from shared.errors import Refused
from shared.messaging.errors import Declined
from shared.staff.entrypoints.officer import allowed
from shared.web.ask import CITIZEN
from shared.web.i18n import gettext
from shared.web.problems import Problem, problem

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
ALGORITHMS = ("sha256", "sha1")
LONGEST_BYTES = QUOTAS["staff"].file_mib * MIB
INTAKE_SECONDS = 20.0
"""How long the last request waits for what becomes of the file."""
NO_HEADERS: Mapping[str, str] = {}
_METADATA_MOST = 8 * 1024
_CONTENT_TYPE = "application/offset+octet-stream"
_NAME, _WORDS, _RECORDING = TypeAdapter(FileName), TypeAdapter(ShortWords), TypeAdapter(Recording)

router = APIRouter(prefix=f"{PREFIX}/uploads", tags=["evidence"])

Token = Annotated[str, Path(max_length=128, description="The last part of the upload's address")]


@router.options("", status_code=204)
async def options() -> Response:
    """What the server can do."""
    return _answer(
        204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(LONGEST_BYTES),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        },
    )


@router.post("", status_code=201)
async def create(request: Request) -> Response:
    """Begin an upload. `Upload-Metadata`: `report` (a report's secret) or `incident` (for the staff), `filename`,
    `note`, and for the staff `camera`, `starts_at`, `ends_at`, `how`, `request`."""
    _check_version(request)
    length = _number(request, "upload-length")
    metadata = _metadata(request)
    claim = await _claim(request, metadata)
    room = room_of(request)
    await check_quota(room, claim.incident, claim.source, length)
    upload = await room.uploads.create(claim, length)
    return _answer(201, upload, {"Location": room.upload_links.path(upload.id)})


@router.head("/{token}", status_code=200)
async def look(request: Request, token: Token) -> Response:
    """How far it is."""
    _check_version(request)
    upload = await _find(request, token)
    more = {} if upload.length is None else {"Upload-Length": str(upload.length)}
    return _answer(200, upload, more)


@router.get("/{token}")
async def outcome(request: Request, token: Token) -> UploadOut:
    """What came of it. Not part of the protocol."""
    return UploadOut.of(await _find(request, token))


@router.patch("/{token}", status_code=204)
async def receive(request: Request, token: Token) -> Response:
    """Go on with it."""
    _check_version(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _CONTENT_TYPE:
        raise problem(415)
    offset = _number(request, "upload-offset")
    room = room_of(request)
    upload = await _find(request, token)
    checksum = _checksum(request)
    try:
        upload = await room.uploads.receive(upload.id, offset, request.stream(), checksum)
    except (UploadOverfull, UploadTakenOver, ChecksumWrong):
        raise
    except Refused as refusal:
        if refusal.slug.startswith("file-"):
            await room.uploads.give_up(upload.id)
        raise
    if upload.full:
        upload = await room.intake.take_in(upload, wait_seconds=INTAKE_SECONDS)
        if upload.status == "refused":
            raise Declined(upload.outcome["slug"], upload.outcome["details"])
    return _answer(204, upload)


@router.delete("/{token}", status_code=204)
async def give_up(request: Request, token: Token) -> Response:
    """Remove what has come of it. What is evidence already stays."""
    _check_version(request)
    upload = await _find(request, token)
    if upload.status != "receiving":
        raise problem(403)
    await room_of(request).uploads.give_up(upload.id)
    return _answer(204)


async def _find(request: Request, token: str) -> Upload:
    room = room_of(request)
    return await room.uploads.find(room.upload_links.read(token))


async def _claim(request: Request, metadata: dict[str, str]) -> Claim:
    reports, secret = reports_of(request), metadata.get("report")
    said = _said(metadata)
    if secret is not None:
        incident = await reports.incidents.known(reports.links.read(secret))
        return Claim(incident.office, incident.id, "reporter", CITIZEN, **said)
    officer = await allowed("add-evidence")(request)
    incident = await reports.incidents.known(metadata.get("incident", ""))
    officer.must_work_at(incident.office)
    via: Literal["field", "desk"] = "field" if metadata.get("via") == "field" else "desk"
    details = {"via": via, **_recording(metadata)}
    source: Source = "staff"
    return Claim(incident.office, incident.id, source, officer.actor(), **said, details=details)


def _said(metadata: dict[str, str]) -> dict[str, Any]:
    try:
        return {
            "name": _NAME.validate_python(metadata.get("filename", "")[:255]),
            "note": _WORDS.validate_python(metadata.get("note", "")),
        }
    except ValidationError:
        raise _unreadable() from None


def _recording(metadata: dict[str, str]) -> dict[str, Any]:
    said = {name: metadata[name] for name in ("camera", "starts_at", "ends_at", "how") if metadata.get(name)}
    try:
        found = _RECORDING.validate_python(said)
    except ValidationError:
        raise _unreadable() from None
    kept = {"camera": found.camera, "starts_at": found.starts_at, "ends_at": found.ends_at, "how": found.how}
    return kept | ({"request": metadata["request"][:64]} if metadata.get("request") else {})


def _metadata(request: Request) -> dict[str, str]:
    written = request.headers.get("upload-metadata", "")
    if len(written) > _METADATA_MOST:
        raise _unreadable()
    found = {}
    for pair in filter(None, (pair.strip() for pair in written.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise _unreadable() from None
    return found


def _number(request: Request, header: str) -> int:
    written = request.headers.get(header, "")
    if not written.isdecimal() or len(written) > 15:
        raise _unreadable()
    if header == "upload-length" and not int(written):
        raise FileEmpty
    return int(written)


class _Sum:
    """Of what one request brings, as its sender has told it."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self._hash = hashlib.new(algorithm, usedforsecurity=False)
        self._expected = expected

    def update(self, data: bytes, /) -> None:
        self._hash.update(data)

    def matches(self) -> bool:
        return hmac.compare_digest(self._hash.digest(), self._expected)


def _checksum(request: Request) -> _Sum | None:
    written = request.headers.get("upload-checksum")
    if written is None:
        return None
    algorithm, _, value = written.partition(" ")
    try:
        expected = base64.b64decode(value, validate=True)
    except binascii.Error:
        raise _unreadable() from None
    if algorithm not in ALGORITHMS:
        raise _unreadable()
    return _Sum(algorithm, expected)


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise Problem(
            412,
            "tus-version",
            gettext("This address speaks the tus protocol"),
            gettext("Send the header Tus-Resumable: 1.0.0."),
            headers={"Tus-Version": VERSION},
        )


def _unreadable() -> Problem:
    return problem(400)


def _answer(status: int, upload: Upload | None = None, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    told = {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **headers}
    if upload is not None:
        told["Upload-Offset"] = str(upload.offset)
        if upload.status == "receiving":
            told["Upload-Expires"] = format_datetime(upload.expires_at.astimezone(UTC), usegmt=True)
    return Response(status_code=status, headers=told)
