"""DescribeEvidence: say from which camera and time a recording is."""

from collections.abc import Iterator

from services.reports.domain.camera import Camera
from services.reports.handlers.cameras.lookup import camera_facts
from services.reports.handlers.evidence.lookup import entered, needs_evidence, the_evidence
from shared.contracts.reports.evidence import DescribeEvidence, EvidenceDescribed
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: DescribeEvidence, work: Work) -> Iterator[Ref]:
    """The evidence, and the camera."""
    yield from needs_evidence(command, work)
    if command.recording.camera is not None:
        yield Ref(Camera, command.recording.camera)


async def describe_evidence(command: DescribeEvidence, work: Work) -> list[EvidenceDescribed]:
    """The camera's clock counts as it is known now."""
    evidence = await the_evidence(command, work)
    camera = await camera_facts(command.recording.camera, command, work)
    return entered(work, evidence.describe(command.recording, camera, command.note, work.now, work.actor))
