"""What several handlers look up first, each refused where it does not exist, and how what happened is written down."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from services.reports.domain import errors
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Entry, Shown
from services.reports.domain.unit import Unit, unit_id
from shared.contracts.message import Event, OfficeMessage
from shared.contracts.reports.base import IncidentCommand, IncidentEvent, Via
from shared.contracts.reports.incidents import (
    DuplicateLinked,
    IncidentClosed,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    MessageSent,
)
from shared.contracts.reports.units import DispatchUnit, StandDownUnit, UnitArrived, UnitCommand, UnitDispatched
from shared.messaging.routes import Ref
from shared.messaging.work import Work

E = TypeVar("E", bound=Event)

_REPORTER_SEES: tuple[type[IncidentEvent], ...] = (
    IncidentReported,
    UnitDispatched,
    UnitArrived,
    MessageSent,
    DuplicateLinked,
    IncidentResolved,
    IncidentClosed,
    IncidentReopened,
)
_TELLS = (("agency",), ("clock", "unit"), ("unit",), ("disposition",), ("original",), ("via",), ("priority",))
"""Fields by what a line of the timeline is about: the first that the event has, and with what."""
_SIDES: Mapping[Via, str] = {"desk": "staff", "field": "staff", "reporter": "citizen", "system": "system"}
"""Who can say that something comes from a side."""


class AtIncident(NamedTuple):
    """An incident and the desk that deals with it."""

    office: Office
    incident: Incident


class SentUnit(NamedTuple):
    """A unit, and what it was sent to."""

    office: Office
    unit: Unit
    name: str
    incident: Incident


def needs_office(command: OfficeMessage, _: Work) -> Iterator[Ref]:
    """What a command to an office loads."""
    yield Ref(Office, command.office)


def needs_incident(command: IncidentCommand, work: Work) -> Iterator[Ref]:
    """What a command about an incident loads. Units of an office are few and stay in memory."""
    yield Ref(Office, command.office)
    yield Ref(Incident, command.incident)


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


async def the_office(command: OfficeMessage, work: Work) -> Office:
    """The office a command is addressed to."""
    office = await work.find(Office, command.office)
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


def written(work: Work, *events: E, words: str = "", about: str = "", begin: int = 0) -> Sequence[E]:
    """Have what happened to incidents in their timelines too. The words belong to the first event.

    `about` says what the event itself does not. `begin` counts what the same command has written before.
    """
    for nth, event in enumerate(events, begin):
        if isinstance(event, IncidentEvent):
            id = f"{work.command_id}-{nth}"
            work.add(_entry(event, id, "" if nth > begin else words, about or _about(event), work))
    return events


def _about(event: IncidentEvent) -> str:
    for names in _tells(type(event)):
        told = [value for name in names if (value := getattr(event, name)) is not None]
        if told:
            return ":".join(map(str, told))
    return ""


@cache
def _tells(event: type[IncidentEvent]) -> tuple[tuple[str, ...], ...]:
    """The names among `_TELLS` that such an event has: to ask for one that it lacks is slow."""
    return tuple(names for names in _TELLS if set(names) <= event.model_fields.keys())


def _entry(event: IncidentEvent, id: str, words: str, about: str, work: Work) -> Entry:
    shown: Shown = "reporter" if isinstance(event, _REPORTER_SEES) else "desk"
    name = type(event).__name__
    return Entry(id, event.incident, work.now, event.revision, name, work.actor, about, words, shown)
