"""What handlers of evidence look up first, and how a step of evidence is written down."""

from collections.abc import Iterator
from typing import TypeVar

from services.reports.domain import evidence_errors as errors
from services.reports.domain.custody import CustodyEntry
from services.reports.domain.evidence import Evidence
from services.reports.domain.office import Office
from shared.contracts.message import Event
from shared.contracts.reports.evidence import EvidenceCommand
from shared.messaging.routes import Ref
from shared.messaging.work import Work

E = TypeVar("E", bound=Event)


def needs_evidence(command: EvidenceCommand, _: Work) -> Iterator[Ref]:
    """What a command about evidence loads."""
    yield Ref(Office, command.office)
    yield Ref(Evidence, command.evidence)


async def the_evidence(command: EvidenceCommand, work: Work) -> Evidence:
    """The evidence a command is about. Raises `EvidenceUnknown`."""
    evidence = await work.find(Evidence, command.evidence)
    if evidence is None or evidence.office != command.office:
        raise errors.EvidenceUnknown
    return evidence


def entered(work: Work, step: tuple[E, CustodyEntry]) -> list[E]:
    """Keep the entry of the custody log that a step has made; returns the step's event."""
    event, entry = step
    work.add(entry)
    return [event]
