"""ResolveIncident: say what came of it."""

from collections.abc import Iterator, Sequence

from services.reports.domain.incident import Incident
from services.reports.domain.records import Reporter
from services.reports.domain.trust import Trust, trust_id
from services.reports.domain.unit import Unit, unit_id
from services.reports.handlers.incidents.judged import judge
from services.reports.handlers.lookup import needs_incident, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.message import Event
from shared.contracts.reports.base import IncidentEvent
from shared.contracts.reports.incidents import ResolveIncident
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: ResolveIncident, work: Work) -> Iterator[Ref]:
    """The incident, the units that are still there, and what is known of its reporter."""
    yield from needs_incident(command, work)
    yield Ref(Reporter, command.incident)
    reporter = work.loaded(Reporter, command.incident)
    if reporter is not None and reporter.contact is not None:
        yield Ref(Trust, trust_id(command.office, reporter.contact))
    incident = work.loaded(Incident, command.incident)
    for assignment in incident.units if incident is not None else ():
        yield Ref(Unit, unit_id(command.office, assignment.unit))


async def resolve_incident(command: ResolveIncident, work: Work) -> Sequence[Event]:
    """Have its units clear and tell the reporter. Told after the units: an outcome is the last that happens."""
    office, incident = await the_incident(command, work)
    of_units: list[Event] = []
    cleared: list[IncidentEvent] = []
    for assignment in incident.units:
        unit = await work.get(Unit, unit_id(office.id, assignment.unit))
        cleared.append(incident.cleared(assignment.unit, office, work.now))
        of_units.append(unit.clear(work.now))
    resolved = incident.resolve(command.disposition, office, work.now)
    await judge(office, incident, command.disposition, work)
    written(work, resolved, words=command.words)
    return [*written(work, *cleared, begin=1), resolved, *of_units]
