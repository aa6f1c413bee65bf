"""Photos and videos by a plain form, without JavaScript: they stream into the store like any other upload.

The form's token, its key and what was said of the files stand before the files. A form that is sent again with the
same key adds nothing twice: each file's id follows from the key and its place in the form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.reports.domain.incident import Incident
from services.reports.entrypoints.evidence.quotas import QUOTAS, Source, check_quota
from services.reports.entrypoints.evidence.room import room_of
from services.reports.evidence.formats import MIB
from services.reports.evidence.refusals import FileEmpty
from services.reports.evidence.upload import Claim
from shared.contracts.reports.evidence import FileName, ShortWords
from shared.errors import Refused
from shared.messaging.errors import Declined
from shared.web.app import web
from shared.web.ask import command_id
from shared.web.csrf import FIELD
from shared.web.multipart import FormStream, Part
from shared.web.outcomes import see
from shared.web.problems import Problem, problem

FILES_MOST = 10
"""In one form."""
FORM_MOST_BYTES = 2 * QUOTAS["staff"].file_mib * MIB
INTAKE_SECONDS = 20.0
SKIPPED_MOST_BYTES = 64 * MIB
_KEYS = UUID("7d1d4f2c-3b7a-4c35-9c56-0f3e6c1f7f55")
_NAME, _WORDS = TypeAdapter(FileName), TypeAdapter(ShortWords)


@dataclass(slots=True)
class Sent:
    """What a form has come to."""

    added: int = 0
    waiting: int = 0
    """Received, and still being looked at."""
    refused: list[Problem] = field(default_factory=list)


async def take_form(
    request: Request, incident: Incident, source: Source, actor: str, details: Mapping[str, Any]
) -> Sent:
    """Take all files of a form in. Raises 403 for a form that is not ours."""
    form = FormStream(request)
    texts: dict[str, str] = {}
    sent, place = Sent(), 0
    async for part in form.parts():
        if part.filename is None:
            texts[part.name] = await part.text()
            continue
        if place == 0:
            web(request).csrf.verify(request, texts.get(FIELD, ""))
        if not part.filename:
            continue  # a field that was left empty
        place += 1
        if place > FILES_MOST:
            raise problem(413)
        claim = _claim(incident, source, actor, part, texts, details)
        key = str(uuid5(_KEYS, f"{command_id(request, texts.get('idempotency_key', ''))}/{place}"))
        await _take(request, claim, key, part, sent)
        if sent.refused:
            await form.skip(SKIPPED_MOST_BYTES)
            break
    if place == 0:
        web(request).csrf.verify(request, texts.get(FIELD, ""))
        raise FileEmpty
    return sent


def answered(request: Request, sent: Sent, back: str) -> Response:
    """Back to where the form was; or why not all of it could be taken."""
    if not sent.refused:
        return see(back + ("?sent=waiting" if sent.waiting else "?sent=added"))
    told = sent.refused[0]
    return web(request).templates.page(
        request, "evidence_refused.html", told.status, problem=told, added=sent.added + sent.waiting, back=back
    )


async def _take(request: Request, claim: Claim, id: str, part: Part, sent: Sent) -> None:
    room = room_of(request)
    try:
        known = await _known(request, id)
        if known is None:
            most = await check_quota(room, claim.incident, claim.source, 1)
            upload = await room.uploads.create(claim, None, id=id)
            try:
                upload = await room.uploads.receive(id, 0, part.stream(), most=most)
                await room.uploads.complete(upload)
            except Refused:
                await room.uploads.give_up(id)
                raise
            known = await room.intake.take_in(upload, wait_seconds=INTAKE_SECONDS)
        if known.status == "refused":
            raise Declined(known.outcome["slug"], known.outcome["details"])
    except (Refused, Declined) as refusal:
        sent.refused.append(web(request).problems.of(refusal))
    else:
        sent.added += known.status == "taken"
        sent.waiting += known.status != "taken"


async def _known(request: Request, id: str) -> Any:
    """What the same form has brought before. What broke off then is begun anew."""
    uploads = room_of(request).uploads
    try:
        upload = await uploads.find(id)
    except Refused:
        return None
    if upload.status != "receiving":
        return upload
    await uploads.give_up(id)
    return None


def _claim(
    incident: Incident, source: Source, actor: str, part: Part, texts: Mapping[str, str], details: Mapping[str, Any]
) -> Claim:
    try:
        name = _NAME.validate_python((part.filename or "").rpartition("\\")[2][:255])
        note = _WORDS.validate_python(texts.get("note", ""))
    except ValidationError:
        raise problem(422) from None
    return Claim(incident.office, incident.id, source, actor, name, note, details)
