"""How what happened to incidents is written down in their timelines."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from services.reports.domain.records import Entry, Shown
from shared.contracts.message import Event
from shared.contracts.reports.base import IncidentEvent
from shared.contracts.reports.incidents import (
    DuplicateLinked,
    IncidentClosed,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    MessageSent,
)
from shared.contracts.reports.units import UnitArrived, UnitDispatched
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
