"""LinkDuplicate: an incident is the same as an earlier one."""

from collections.abc import Iterator, Sequence

from services.reports.domain.incident import Incident
from services.reports.handlers.lookup import incident_of, needs_incident, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import DuplicateLinked, LinkDuplicate
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: LinkDuplicate, work: Work) -> Iterator[Ref]:
    """Both incidents."""
    yield from needs_incident(command, work)
    yield Ref(Incident, command.original)


async def link_duplicate(command: LinkDuplicate, work: Work) -> Sequence[DuplicateLinked]:
    """Deal with them as one. Neither reporter sees anything of the other's report."""
    office, incident = await the_incident(command, work)
    original = await incident_of(office, command.original, work)
    return written(work, incident.link(original, work.now))
