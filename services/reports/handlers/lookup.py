"""What handlers of every part look up first, each refused where it does not exist, and who asks."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.reports.domain import errors
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from shared.contracts.message import OfficeMessage
from shared.contracts.reports.base import IncidentCommand, Via
from shared.messaging.routes import Ref
from shared.messaging.work import Work

_SIDES: Mapping[Via, str] = {"desk": "staff", "field": "staff", "reporter": "citizen", "system": "system"}
"""Who can say that something comes from a side."""


class AtIncident(NamedTuple):
    """An incident and the desk that deals with it."""

    office: Office
    incident: Incident


def needs_office(command: OfficeMessage, _: Work) -> Iterator[Ref]:
    """What a command to an office loads."""
    yield Ref(Office, command.office)


def needs_incident(command: IncidentCommand, work: Work) -> Iterator[Ref]:
    """What a command about an incident loads. Units of an office are few and stay in memory."""
    yield Ref(Office, command.office)
    yield Ref(Incident, command.incident)


async def the_office(command: OfficeMessage, work: Work) -> Office:
    """The office a command is addressed to."""
    office = await work.look(Office, command.office)
    if office is None:
        raise errors.OfficeUnknown
    return office


async def the_incident(command: IncidentCommand, work: Work) -> AtIncident:
    """The incident a command is about."""
    office = await the_office(command, work)
    return AtIncident(office, await incident_of(office, command.incident, work))


async def incident_of(office: Office, id: str, work: Work) -> Incident:
    """An incident of this office."""
    incident = await work.find(Incident, id)
    if incident is None or incident.office != office.id:  # another office's messages have an order of their own
        raise errors.IncidentUnknown
    return incident


def check_side(via: Via, work: Work) -> None:
    """Raises `StaffCannotWriteSo` where the actor is not on the side from which the command says it comes."""
    if work.actor.partition("/")[0] != _SIDES[via]:
        raise errors.StaffCannotWriteSo


def username(work: Work) -> str:
    """The person of the staff who asks. Raises `StaffCannotWriteSo` for anybody else."""
    kind, _, name = work.actor.partition("/")
    if kind != "staff":
        raise errors.StaffCannotWriteSo
    return name.partition("/")[0]
