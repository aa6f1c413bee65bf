"""RemoveExercise: take an exercise away from all who have it."""

from collections.abc import Iterator, Sequence

from services.reports.domain.incident import Incident
from services.reports.domain.unit import Unit, unit_id
from services.reports.handlers.agencies.lookup import must_be_office
from services.reports.handlers.lookup import needs_incident, the_incident
from services.reports.handlers.timeline import written
from shared.contracts.message import Event
from shared.contracts.reports.agencies import RemoveExercise
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: RemoveExercise, work: Work) -> Iterator[Ref]:
    """The incident, and the units that are still there."""
    yield from needs_incident(command, work)
    incident = work.loaded(Incident, command.incident)
    for assignment in incident.units if incident is not None else ():
        yield Ref(Unit, unit_id(command.office, assignment.unit))


async def remove_exercise(command: RemoveExercise, work: Work) -> Sequence[Event]:
    """Units are clear, agencies get the last word, and no page shows it any more."""
    must_be_office(work)
    office, incident = await the_incident(command, work)
    of_units: list[Event] = []
    for assignment in incident.units:
        unit = await work.get(Unit, unit_id(office.id, assignment.unit))
        of_units.append(unit.clear(work.now))
    return [*written(work, incident.remove_exercise(work.now), words=command.reason), *of_units]
