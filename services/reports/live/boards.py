"""Live pages of desk and field: told how things are, without a question to the database for each screen.

The open incidents of an office are held in memory while somebody looks at a board of it. An event says which
incident has changed; all that changed within a moment are read again in one query, and then each board is told once.
An event is published after the change is durable, so that such a read has it: it does not matter in which order or
how often events come, and each carries the incident's revision, so that a repeat costs nothing. Everything here is a
cache: a plain reload of a page asks the database.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from services.reports.domain.incident import Incident
from services.reports.domain.unit import Unit
from services.reports.views.board_shown import BoardView, Filter
from services.reports.views.open_incidents import OpenIncidents
from shared.contracts.reports.base import IncidentEvent, ReportsEvent
from shared.contracts.reports.office import OfficeConfigured
from shared.contracts.reports.units import UnitStatusChanged
from shared.log import get_logger
from shared.messaging.envelope import Incoming
from shared.messaging.errors import Transient
from shared.web.sse import Hub

log = get_logger(__name__)

SETTLE_SECONDS = 0.02
"""How long changes are gathered before they are told."""
RETRY_SECONDS = 1.0
"""After which what could not be read is asked for again."""


class Reader(Protocol):
    """Reads what live pages need. Each may raise `Transient`, and `open` what an unknown office raises."""

    async def open(self, office: str) -> OpenIncidents:
        """An office's open incidents."""

    async def renew(self, known: OpenIncidents, ids: Collection[str]) -> None:
        """Bring some incidents up to date in what is known, all at once when they are read."""

    async def unit(self, office: str, unit: str) -> tuple[Unit, Incident | None]:
        """How far a unit is, and the incident that it is busy with."""


class Scribe(Protocol):
    """Puts live pages into words."""

    def board(self, view: BoardView, language: str) -> bytes:
        """The message of a board."""

    def unit(self, unit: Unit, incident: Incident | None) -> bytes:
        """The message of a unit's page."""

    def incident(self, revision: int) -> bytes:
        """The message of an incident's page."""


@dataclass(slots=True)
class _Desk:
    """One office that somebody looks at."""

    known: OpenIncidents | None = None
    """None until it has been read, and again after its plan has changed."""
    changed: set[str] = field(default_factory=set)
    """Incidents of which more has happened than is known."""
    told: dict[str, bytes] = field(default_factory=dict)
    """Topic → its latest message."""
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class LiveBoards:
    """Tells open pages what they should show now."""

    def __init__(self, hub: Hub, reader: Reader, scribe: Scribe) -> None:
        self._hub = hub
        self._reader = reader
        self._scribe = scribe
        self._desks: dict[str, _Desk] = {}
        self._offices: set[str] = set()
        """Offices of which boards are not told yet."""
        self._busy_with: dict[str, str] = {}
        """Topic of a unit's page → the incident that it shows; empty for none."""
        self._units: set[str] = set()
        """Topics of units' pages that are not told yet."""
        self._teller: asyncio.Task[None] | None = None

    def on_event(self, event: Incoming) -> None:
        """Take an event from the tail."""
        fact = event.message
        if isinstance(fact, IncidentEvent):
            self._hub.publish(incident_topic(fact.incident), self._scribe.incident(fact.revision))
            self._change(fact)
            self._units.update(topic for topic, incident in self._busy_with.items() if incident == fact.incident)
        elif isinstance(fact, UnitStatusChanged):
            beginning = unit_topic(fact.office, fact.unit)
            self._units.update(self._busy_with.keys() & {beginning})
        elif isinstance(fact, OfficeConfigured) and (desk := self._desks.get(fact.office)) is not None:
            desk.known = None
            self._offices.add(fact.office)
        if isinstance(fact, ReportsEvent) and (self._offices or self._units):
            self._wake_teller()

    async def board(self, office: str, wanted: Filter, language: str) -> bytes:
        """The message with which a board begins, for who listens to its topic already."""
        desk = self._desks.setdefault(office, _Desk())
        async with desk.reading:
            known = desk.known or await self._read(office, desk)
        return self._scribe.board(known.board(wanted), language)

    async def unit(self, office: str, unit: str) -> bytes:
        """The message with which a unit's page begins, for who listens to its topic already."""
        return await self._read_unit(unit_topic(office, unit))

    # Keeping up ----------------------------------------------------------------------------------------

    def _change(self, fact: IncidentEvent) -> None:
        if (desk := self._desks.get(fact.office)) is None:
            return
        card = desk.known.cards.get(fact.incident) if desk.known else None
        if card is None or card.revision < fact.revision:
            desk.changed.add(fact.incident)
            self._offices.add(fact.office)

    async def _read(self, office: str, desk: _Desk) -> OpenIncidents:
        """Everything, or what has changed of it. What changes meanwhile is read the next time."""
        changed, desk.changed = desk.changed, set()
        known = desk.known
        try:
            if known is None:
                known = await self._reader.open(office)
            elif changed:
                await self._reader.renew(known, changed)
        except Transient:
            desk.changed |= changed
            raise
        desk.known = known
        return known

    async def _read_unit(self, topic: str) -> bytes:
        _, office, name = topic.split("/")
        self._busy_with.setdefault(topic, "")
        unit, incident = await self._reader.unit(office, name)
        self._busy_with[topic] = incident.id if incident else ""
        return self._scribe.unit(unit, incident)

    # Telling -------------------------------------------------------------------------------------------

    def _wake_teller(self) -> None:
        if self._teller is None or self._teller.done():
            self._teller = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        pause = SETTLE_SECONDS
        while self._offices or self._units:
            await asyncio.sleep(pause)
            started = asyncio.get_running_loop().time()
            offices, units, self._offices, self._units = self._offices, self._units, set(), set()
            try:
                for topic in units:
                    await self._tell_unit(topic)
                for office in offices:
                    await self._tell_office(office)
            except Transient as error:
                log.warning("live pages must wait", error=str(error))
                self._offices |= offices
                self._units |= units
                pause = RETRY_SECONDS
            else:
                pause = max(SETTLE_SECONDS, asyncio.get_running_loop().time() - started)  # half of the time at most

    async def _tell_office(self, office: str) -> None:
        if (desk := self._desks.get(office)) is None:
            return
        beginning = f"board/{office}/"
        if not any(topic.startswith(beginning) for topic in self._hub.topics()):
            del self._desks[office]  # nobody looks any more
            return
        async with desk.reading:
            known = await self._read(office, desk)
        told, desk.told = desk.told, {}
        for topic in [topic for topic in self._hub.topics() if topic.startswith(beginning)]:
            _, _, language, query = topic.split("/", 3)
            message = desk.told[topic] = self._scribe.board(known.board(Filter.parse(query)), language)
            if told.get(topic) != message:
                self._hub.publish(topic, message)

    async def _tell_unit(self, topic: str) -> None:
        if topic not in self._hub.topics():
            self._busy_with.pop(topic, None)
            return
        self._hub.publish(topic, await self._read_unit(topic))


def board_topic(office: str, wanted: Filter, language: str) -> str:
    """Where a board listens."""
    return f"board/{office}/{language}/{wanted.query}"


def unit_topic(office: str, unit: str) -> str:
    """Where a unit's page listens."""
    return f"unit/{office}/{unit}"


def incident_topic(incident: str) -> str:
    """Where an incident's page listens."""
    return f"incident/{incident}"
