"""What handlers of units look up first, each refused where it does not exist."""

from collections.abc import Iterator
from typing import NamedTuple

from services.reports.domain import errors
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.unit import Unit, unit_id
from services.reports.handlers.lookup import needs_incident, the_office
from shared.contracts.reports.units import DispatchUnit, StandDownUnit, UnitCommand
from shared.messaging.routes import Ref
from shared.messaging.work import Work


class SentUnit(NamedTuple):
    """A unit, and what it was sent to."""

    office: Office
    unit: Unit
    name: str
    incident: Incident


def needs_both(command: DispatchUnit | StandDownUnit, work: Work) -> Iterator[Ref]:
    """What a command about a unit and an incident loads."""
    yield from needs_incident(command, work)
    yield Ref(Unit, unit_id(command.office, command.unit))


def needs_unit(command: UnitCommand, work: Work) -> Iterator[Ref]:
    """What a command of a unit's loads."""
    yield Ref(Office, command.office)
    yield Ref(Unit, unit_id(command.office, command.unit))
    unit = work.loaded(Unit, unit_id(command.office, command.unit))
    if unit is not None and unit.incident is not None:
        yield Ref(Incident, unit.incident)


async def the_unit(command: DispatchUnit | StandDownUnit | UnitCommand, work: Work) -> tuple[Office, Unit]:
    """The unit a command is about, at work from its first step on."""
    office = await the_office(command, work)
    office.unit(command.unit)
    id = unit_id(office.id, command.unit)
    unit = await work.find(Unit, id)
    if unit is None:
        unit = Unit(id)
        work.add(unit)
    return office, unit


async def the_sent_unit(command: UnitCommand, work: Work) -> SentUnit:
    """The unit a command is about, and the incident that it is sent to. Raises `UnitIdle`."""
    office, unit = await the_unit(command, work)
    if unit.incident is None:
        raise errors.UnitIdle(status=unit.status)
    return SentUnit(office, unit, command.unit, await work.get(Incident, unit.incident))
