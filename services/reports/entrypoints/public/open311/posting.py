"""Reporting by somebody else's program: `POST requests`, and what became of it where that took longer: `GET tokens`.

A report is confidential where it says how its reporter can be reached, and anonymous where it does not. What a program
says of a device or an account is not kept, and what it links to is never fetched: the address stands in the words.
"""

import hmac
import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import Reports, reports_of
from services.reports.domain.office import Office
from services.reports.entrypoints.citizen.counted import counted
from services.reports.entrypoints.filing import file, filed_out, id_of
from services.reports.entrypoints.public.open311.answers import Standard, StandardRoute, answer
from services.reports.entrypoints.public.open311.jurisdiction import category_of, office_of
from services.reports.entrypoints.public.open311.services import PREFIX, call_first, local
from services.reports.entrypoints.representations import ReportBody
from shared.contracts.reports.incidents import IncidentReported
from shared.contracts.reports.office import Category
from shared.messaging.errors import Declined, Pending
from shared.web.i18n import gettext
from shared.web.outcomes import outcome_of

router = APIRouter(prefix=PREFIX, route_class=StandardRoute, include_in_schema=False)

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,64})\](?:\[\])?")
_LINK = re.compile(r"https?://\S{1,1000}")
_CONTACT = ("first_name", "last_name", "phone", "email")


@router.post("/requests.{format}")
async def post_request(request: Request, format: str) -> Response:
    """Report something."""
    reports = reports_of(request)
    sent = await request.form()
    given = {name: value for name, value in sent.items() if isinstance(value, str)}
    _check_key(reports, given.get("api_key", ""))
    office = await office_of(request, given.get("jurisdiction_id") or request.query_params.get("jurisdiction_id", ""))
    if not given.get("service_code"):
        raise Standard(400, "service_code was not provided")
    category = category_of(office, given["service_code"])
    body = _body(office, category, given, sent)
    await counted(request, "file")
    try:
        reported = await file(request, body, way="open311")
    except Pending as pending:
        return answer(format, "service_requests", "request", [{"token": pending.command_id}], 202)
    return answer(format, "service_requests", "request", [_taken_in(reports, office, reported)], 201)


@router.get("/tokens/{token}.{format}")
async def token(
    request: Request,
    token: Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_~-]{15,63}$")],
    format: str,
) -> Response:
    """The id of a request that took longer; none yet where it is still on its way."""
    known = await outcome_of(reports_of(request).store, id_of(token))
    if known.status == "refused":
        raise Declined(known.reason or "", known.details)
    told: dict[str, Any] = {"service_request_id": "", "token": token}
    if known.status == "accepted":
        reported = IncidentReported.model_validate_json(known.event)
        told["service_request_id"] = reports_of(request).requests.id(reported.incident)
    return answer(format, "service_requests", "request", [told])


def _check_key(reports: Reports, given: str) -> None:
    """Raises `Standard` where a key is needed and this is none."""
    if not reports.open311_keys:
        return
    known = [hmac.compare_digest(given.encode("utf-8", "replace"), key.encode()) for key in reports.open311_keys]
    if not any(known):
        raise Standard(403, "api_key was not provided" if not given else "The api_key provided is not valid")


def _body(office: Office, category: Category, given: Mapping[str, str], sent: FormData) -> ReportBody:
    """The same as our own API takes. Raises `Standard`, which repeats nothing of what was sent."""
    if not any(given.get(name) for name in ("lat", "address_string", "address_id")):
        raise Standard(400, "lat and long, address_string or address_id must be provided")
    contact = {name: given[name].strip() for name in _CONTACT if given.get(name, "").strip()}
    link = given.get("media_url", "").strip()
    words = given.get("description", "").strip() or local(category.name)
    if _LINK.fullmatch(link):
        words = f"{words}\n{link}"
    body = {
        "office": office.id,
        "category": category.id,
        "words": words,
        "place": {
            "latitude": given.get("lat") or None,
            "longitude": given.get("long") or None,
            "words": given.get("address_string") or given.get("address_id") or "",
        },
        "privacy": "confidential" if contact else "anonymous",
        "answers": [
            {"question": named[1], "value": value}
            for name, value in sent.multi_items()
            if (named := _ATTRIBUTE.fullmatch(name)) and isinstance(value, str) and value.strip()
        ],
        "contact": {
            "name": " ".join(contact[name] for name in ("first_name", "last_name") if name in contact),
            "phone": contact.get("phone"),
            "email": contact.get("email", ""),
        },
    }
    try:
        return ReportBody.model_validate(body)
    except ValidationError as error:
        wrong = sorted({_NAMES.get(str(part["loc"][-1]), "attribute") for part in error.errors(include_input=False)})
        raise Standard(400, f"not valid: {', '.join(wrong)}") from None


_NAMES = {
    "words": "description",
    "latitude": "lat",
    "longitude": "long",
    "name": "first_name or last_name",
    "phone": "phone",
    "email": "email",
}


def _taken_in(reports: Reports, office: Office, reported: IncidentReported) -> dict[str, Any]:
    filed = filed_out(reports, reported)
    told = gettext("Follow your report and write with the desk here: %(link)s. Keep this address to yourself.")
    notice = told % {"link": f"{reports.public_url}{filed.link}"}
    return {
        "service_request_id": reports.requests.id(reported.incident),
        "service_notice": f"{notice} {call_first(office)}",
        "account_id": None,
    }
