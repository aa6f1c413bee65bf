"""What the reporter can add to the own report, by its secret link. The page itself is the report's:

    {% from "evidence_parts.html" import add_photos %}
    {{ add_photos("/reports/r/%s/evidence" % token, csrf_field, new_key(), evidence) }}

with `evidence=await reporter_evidence(request, incident_id)`.
"""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.entrypoints.evidence.form_uploads import answered, take_form
from services.reports.entrypoints.evidence.quotas import QUOTAS
from services.reports.entrypoints.evidence.room import room_of
from services.reports.views.evidence import EvidenceLine
from shared.web.ask import CITIZEN

router = APIRouter(prefix="/reports/r/{token}/evidence", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class ReporterEvidence:
    """What a reporter has added, and what can still be added."""

    lines: list[EvidenceLine]
    left: int
    """How many more files."""
    file_mib: int
    """Of one file."""
    sent: str
    """What has just become of a form: `added`, `waiting` or nothing."""


async def reporter_evidence(request: Request, incident: str) -> ReporterEvidence:
    """For the report's page. Raises `Transient`."""
    quota = QUOTAS["reporter"]
    lines = [line for line in await room_of(request).views.of_incident(incident) if line.via == "reporter"]
    kept = sum(line.state == "kept" for line in lines)
    sent = request.query_params.get("sent", "")
    return ReporterEvidence(
        lines, max(0, quota.files - kept), quota.file_mib, sent if sent in ("added", "waiting") else ""
    )


@router.post("")
async def add(request: Request, token: str) -> Response:
    """Photos and videos, with a note."""
    reports = reports_of(request)
    incident = await reports.incidents.known(reports.links.read(token))
    sent = await take_form(request, incident, "reporter", CITIZEN, {})
    return answered(request, sent, f"/reports/r/{token}")
