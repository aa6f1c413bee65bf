"""The process `bridges`: hears what agencies are told, keeps it for the API, and brings webhooks."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from services.reports.bridges.addresses import Gate
from services.reports.bridges.collections import Bridges, bridges_of
from services.reports.bridges.hearing import Ear
from services.reports.bridges.postmen import LOOK_SECONDS, Postmen
from services.reports.bridges.replays import Replays
from services.reports.bridges.sending import SECONDS
from services.reports.domain.agency import Agency, agency_id
from services.reports.routes import ROUTES
from shared.clock import Clock, system_clock
from shared.contracts.reports import SERVICE
from shared.messaging.lifecycle import Prepared, kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.mongo import connected, ping
from shared.settings import Settings
from shared.web.health import Check


@asynccontextmanager
async def bridging(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    gate: Gate | None = None,
    trusting: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
    look_seconds: float = LOOK_SECONDS,
) -> AsyncIterator[Mapping[str, Check]]:
    """All of it, at work. Gives what must be well for the process to be ready.

    `clock` says when a webhook is tried again, `gate` where it may go, `trusting` whose certificates count, `seconds`
    how long a receiver may take, `look_seconds` how soon is noticed what another process has changed: as the settings
    and the system have it, unless a test knows better.
    """
    async with connected(settings) as client:
        database = client[settings.database(SERVICE)]
        store = MongoStore(client, database, ROUTES.kinds)
        bridges: Bridges = bridges_of(settings, database, clock)

        async def is_gone(office: str, agency: str) -> bool:
            found = await store.load(Agency, "id", [agency_id(office, agency)])
            return not found or found[0].gone

        async def mongo() -> None:
            await ping(client)

        postmen = Postmen(
            bridges.destinations,
            bridges.deliveries,
            Replays(settings, bridges.destinations, bridges.deliveries),
            bridges.signatures,
            gate or bridges.gate,
            clock,
            is_gone,
            trusting=trusting,
            seconds=seconds,
            look_seconds=look_seconds,
        )
        ear = Ear(settings, bridges.mirror, bridges.destinations, bridges.deliveries, postmen)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(kept_trying(Prepared(bridges.prepare)))
            await stack.enter_async_context(kept_trying(postmen))
            await stack.enter_async_context(kept_trying(ear))
            yield {"broker": ear.ready, "database": mongo}
