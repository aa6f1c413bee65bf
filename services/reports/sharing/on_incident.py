"""Something has happened to an incident: the agencies that it concerns are told how it is now."""

from collections.abc import Iterator

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.rule import Rule
from services.reports.domain.share import Share
from services.reports.domain.unit import Unit, unit_id
from services.reports.sharing.matching import rules_in_force, tell
from shared.contracts.message import Event
from shared.contracts.reports.base import IncidentEvent
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(event: IncidentEvent, work: Work) -> Iterator[Ref]:
    """The incident and whom it concerns."""
    yield Ref(Office, event.office)
    yield Ref(Incident, event.incident)
    yield Ref(Rule, event.office, "in_force")
    yield Ref(Share, event.incident, "incident")
    incident = work.loaded(Incident, event.incident)
    for assignment in incident.units if incident is not None else ():
        yield Ref(Unit, unit_id(event.office, assignment.unit))


async def on_incident(event: IncidentEvent, work: Work) -> list[Event]:
    """How it is now, not how it was: of several events in a row the first one may tell all."""
    incident = await work.find(Incident, event.incident)
    office = await work.look(Office, event.office)
    if incident is None or office is None:
        return []
    return await tell(incident, office, await rules_in_force(office.id, work), work)
