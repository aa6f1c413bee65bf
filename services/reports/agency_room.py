"""What the entry points of other agencies and the desk's about them share, made in one call by the composition root."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.reports.allowance import Allowance
from services.reports.bridges.collections import Bridges, bridges_of
from services.reports.bridges.streams import ShareStreams
from services.reports.views.agencies import Agencies
from services.reports.views.offices import Offices
from shared.clock import Clock
from shared.messaging.lifecycle import Prepared, kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database
from shared.settings import Settings
from shared.web.sse import Hub


@dataclass(frozen=True, slots=True)
class AgencyRoom:
    """One process's own."""

    settings: Settings
    agencies: Agencies
    bridges: Bridges
    streams: ShareStreams
    allowance: Allowance


@asynccontextmanager
async def agency_room(
    settings: Settings, database: Database, store: MongoStore, offices: Offices, clock: Clock, hub: Hub
) -> AsyncIterator[AgencyRoom]:
    """Open it until it is closed."""
    room = AgencyRoom(
        settings=settings,
        agencies=Agencies(offices, store, clock),
        bridges=bridges_of(settings, database, clock),
        streams=ShareStreams(settings, hub),
        allowance=Allowance(clock),
    )
    async with kept_trying(Prepared(room.bridges.prepare)):
        yield room
