"""AddEvidence: take a file in as evidence."""

from collections.abc import Iterator, Sequence

from services.reports.domain import evidence_errors as errors
from services.reports.domain.camera import Camera
from services.reports.domain.evidence import Evidence
from services.reports.domain.footage import FootageRequest
from services.reports.handlers.cameras.lookup import camera_facts
from services.reports.handlers.lookup import needs_incident, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.message import Event
from shared.contracts.reports.evidence import AddEvidence, EvidenceAdded
from shared.messaging.routes import Ref
from shared.messaging.work import Work

REPORTER_MOST = 20
"""Files that a reporter can add to one report."""
INCIDENT_MOST = 500


def needs(command: AddEvidence, work: Work) -> Iterator[Ref]:
    """The incident, and the camera and the request where there is one."""
    yield from needs_incident(command, work)
    if command.recording.camera is not None:
        yield Ref(Camera, command.recording.camera)
    if command.request is not None:
        yield Ref(FootageRequest, command.request)


async def add_evidence(command: AddEvidence, work: Work) -> Sequence[Event]:
    """Begin its custody log, and say so in the incident's timeline."""
    _, incident = await the_incident(command, work)
    by_reporter = command.via == "reporter"
    if by_reporter and incident.state == "closed":
        raise errors.IncidentOver(number=incident.number)
    most = REPORTER_MOST if by_reporter else INCIDENT_MOST
    wanted: dict[str, str] = {"incident": incident.id, "state": "kept"} | ({"via": "reporter"} if by_reporter else {})
    if await work.count(Evidence, wanted) >= most:
        raise errors.EvidenceFull(most=most)
    camera = await camera_facts(command.recording.camera, command, work)
    evidence, entry = Evidence.collect(work.command_id, incident.number, command, camera, work.now, work.actor)
    work.add(evidence)
    work.add(entry)
    added = incident.gains(EvidenceAdded, work.now, **evidence.added())
    return [*written(work, added), *await _answered(command, work)]


async def _answered(command: AddEvidence, work: Work) -> Sequence[Event]:
    """The request that it answers, if any, has what it asked for."""
    if command.request is None:
        return []
    request = await work.find(FootageRequest, command.request)
    if request is None or request.incident != command.incident:
        raise errors.RequestUnknown
    return [request.answer("received", "", work.now, work.actor)] if request.is_open else []
