"""Evidence and cameras on an incident's page at the desk:

    {% from "evidence_parts.html" import evidence_section %}
    {% from "camera_parts.html" import cameras_section %}
    {{ evidence_section(evidence, officer, csrf_field, new_key(), "/reports/incidents/" ~ incident.id) }}
    {{ cameras_section(evidence, officer, csrf_field, new_key) }}

with `evidence=await desk_evidence(request, officer, incident)`, the style sheet `evidence.css` and the module
`uploads.js`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from services.reports.domain.incident import Incident
from services.reports.entrypoints.cameras.moments import written
from services.reports.entrypoints.cameras.words import offset_words, state_words
from services.reports.entrypoints.evidence.room import room_of
from services.reports.views.cameras import NearCamera, RequestView
from services.reports.views.evidence import EvidenceLine
from shared.staff.entrypoints.officer import Officer


@dataclass(frozen=True, slots=True)
class DeskEvidence:
    """What the partials of an incident's page need."""

    incident: str
    located: bool
    """Whether it is known well enough where the incident is."""
    lines: Sequence[EvidenceLine]
    near: Sequence[NearCamera]
    requests: Sequence[RequestView]
    sent: str
    """What has just become of a form: `added`, `waiting` or nothing."""
    state_words: Callable[[str], str] = state_words
    offset_words: Callable[[int | None], str] = offset_words
    written: Callable[..., str] = written


async def desk_evidence(request: Request, officer: Officer, incident: Incident) -> DeskEvidence:
    """For an incident of the officer's own office. Raises `Transient`."""
    room = room_of(request)
    sees = officer.may("see-evidence")
    sent = request.query_params.get("sent", "")
    return DeskEvidence(
        incident=incident.id,
        located=incident.latitude is not None,
        lines=await room.views.of_incident(incident.id) if sees else [],
        near=await room.cameras.near(incident) if sees else [],
        requests=await room.cameras.of_incident(incident.office, incident.id) if sees else [],
        sent=sent if sent in ("added", "waiting") else "",
    )
