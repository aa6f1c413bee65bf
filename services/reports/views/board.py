"""Reads what boards show. Only what is open is read, by its index: what is over costs nothing."""

from collections.abc import Collection, Mapping

from services.reports.domain.incident import Incident
from services.reports.domain.records import Story
from services.reports.domain.unit import Unit, unit_id
from services.reports.views.board_shown import Card
from services.reports.views.offices import Offices
from services.reports.views.open_incidents import OpenIncidents
from shared.messaging.mongo_store import MongoStore

ASKED_MOST = 100
OPEN_MOST = 20_000
"""More than any desk can have open; beyond them the most urgent are shown."""


class Boards:
    """Questions of boards and of what keeps them true. Each may raise `Transient` or `OfficeUnknown`."""

    def __init__(self, offices: Offices, store: MongoStore) -> None:
        self._offices = offices
        self._store = store

    async def open(self, office: str) -> OpenIncidents:
        """An office's open incidents."""
        known = await self._offices.office(office)
        found = await self._store.select(Incident, {"at_work": office}, order=("priority", "filed_at"), limit=OPEN_MOST)
        stories = await self._stories([incident.id for incident in found])
        return OpenIncidents(known, [Card.of(i, stories.get(i.id), known) for i in found])

    async def renew(self, known: OpenIncidents, ids: Collection[str]) -> None:
        """Bring some incidents up to date in what is known, all at once when they are read."""
        found = [i for i in await self._store.load(Incident, "id", list(ids)) if i.at_work == known.office.id]
        stories = await self._stories([incident.id for incident in found])
        for id in ids:
            known.drop(id)
        for incident in found:
            known.put(Card.of(incident, stories.get(incident.id), known.office))

    async def asked(self, office: str) -> list[Card]:
        """What is off the board, but whose reporter waits for an answer, the longest first."""
        known = await self._offices.office(office)
        found = await self._store.select(Incident, {"asked": office}, order=("changed_at",), limit=ASKED_MOST)
        return [Card.of(i, None, known) for i in found if i.at_work is None and not i.removed]

    async def unit(self, office: str, unit: str) -> tuple[Unit, Incident | None]:
        """How far a unit is, and the incident that it is busy with."""
        id = unit_id(office, unit)
        found = next(iter(await self._store.load(Unit, "id", [id])), None) or Unit(id)
        incidents = await self._store.load(Incident, "id", [found.incident]) if found.incident else []
        return found, next(iter(incidents), None)

    async def revision(self, incident: str) -> int:
        """How often an incident has changed; 0 where there is none."""
        found = await self._store.load(Incident, "id", [incident])
        return found[0].revision if found else 0

    async def _stories(self, ids: Collection[str]) -> Mapping[str, Story]:
        found = await self._store.load(Story, "id", list(ids)) if ids else []
        return {story.id: story for story in found}
