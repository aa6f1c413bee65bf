"""Postmen: one for each destination, who brings it what waits and waits for it alone.

Invariants: a destination that fails, hangs or leads elsewhere takes no connection, no task and no memory of another's;
what one has in hand is at most `AT_ONCE` messages, the rest is in the database; a destination has one postman among
all processes, by its lease, which is held only while something is brought, so that whichever process hears a message
can bring it; another process takes over what a dead one had in hand: a message may come twice, with the same id.
"""

import asyncio
import ssl
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from services.reports.bridges.addresses import Gate
from services.reports.bridges.deliveries import Deliveries, Delivery
from services.reports.bridges.destinations import Destination, Destinations, DestinationUnknown
from services.reports.bridges.replays import Replays
from services.reports.bridges.sending import AT_ONCE, SECONDS, Line, line_to
from services.reports.bridges.shared import MEDIA_TYPE
from services.reports.bridges.signing import Signatures
from shared.clock import Clock
from shared.log import get_logger
from shared.messaging.errors import Transient

log = get_logger(__name__)

LOOK_SECONDS = 5.0
"""How long a destination that was added, enabled or set to replay by another process may wait to be noticed."""
TAKEN_SECONDS = 0.5
"""How soon is looked again where another process brings something just now."""
IsGone = Callable[[str, str], Awaitable[bool]]
"""Whether an office shares nothing with an agency any more."""


class Postmen:
    """Those of one process."""

    def __init__(
        self,
        destinations: Destinations,
        deliveries: Deliveries,
        replays: Replays,
        signatures: Signatures,
        gate: Gate,
        clock: Clock,
        is_gone: IsGone,
        *,
        trusting: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._destinations = destinations
        self._deliveries = deliveries
        self._replays = replays
        self._signatures = signatures
        self._gate = gate
        self._clock = clock
        self._is_gone = is_gone
        self._trusting = trusting or ssl.create_default_context()
        self._seconds = seconds
        self._look_seconds = look_seconds
        self._owner = str(uuid.uuid4())
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._bells: dict[str, asyncio.Event] = {}
        self._held: set[str] = set()
        self._manager: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look after all destinations from now on."""
        self._manager = asyncio.create_task(self._manage())

    async def stop(self) -> None:
        """Put down what is not sent yet; whoever comes next goes on with it."""
        tasks = [*self._rounds.values(), *([self._manager] if self._manager else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for id in self._held:
            with suppress(Transient):
                await self._destinations.release(id, self._owner)
        self._rounds.clear()

    def ring(self, destination: str) -> None:
        """Something waits for it."""
        if bell := self._bells.get(destination):
            bell.set()

    async def _manage(self) -> None:
        while True:
            try:
                for destination in await self._destinations.active():
                    task = self._rounds.get(destination.id)
                    if task is None or task.done():
                        self._bells[destination.id] = asyncio.Event()
                        self._rounds[destination.id] = asyncio.create_task(self._serve(destination.id))
            except Transient as error:
                log.warning("destinations cannot be read", error=str(error))
            for id in [id for id, task in self._rounds.items() if task.done()]:
                del self._rounds[id], self._bells[id]
            await asyncio.sleep(self._look_seconds)

    async def _serve(self, id: str) -> None:
        """One destination, until it is none any more."""
        try:
            destination = await self._destinations.one(id)
            async with line_to(destination.url, self._gate, trusting=self._trusting, seconds=self._seconds) as line:
                while await self._turn(id, line):
                    pass
        except (DestinationUnknown, Transient) as error:
            log.info("a destination is left", destination=id, reason=str(error))
        except Exception:
            log.exception("a postman failed", destination=id)

    async def _turn(self, id: str, line: Line) -> bool:
        """Bring what is due, or wait for it. False: nothing goes there any more."""
        bell = self._bells[id]
        bell.clear()
        destination = await self._destinations.one(id)
        if destination.state != "active":
            return False
        if await self._is_gone(destination.office, destination.agency):
            await self._destinations.disable(id, "nothing is shared with the agency any more")
            return False
        pause = 0.0 if destination.replay_from is not None else await self._pause(id)
        if pause > 0:
            await self._rest(id, bell, pause)
        elif not await self._destinations.lease(id, self._owner):
            await asyncio.sleep(min(TAKEN_SECONDS, self._look_seconds))
        else:
            self._held.add(id)
            return await self._work(destination, line)
        return True

    async def _work(self, destination: Destination, line: Line) -> bool:
        """One piece of it, for which the lease is long enough. False: nothing goes there any more."""
        if destination.replay_from is not None:
            await self._replays.run(destination)
            return True
        due = await self._deliveries.due(destination.id, AT_ONCE)
        return all(await asyncio.gather(*(self._bring(destination, delivery, line) for delivery in due)))

    async def _rest(self, id: str, bell: asyncio.Event, seconds: float) -> None:
        """Leave the destination to whoever hears of something for it first."""
        if id in self._held:
            await self._destinations.release(id, self._owner)
            self._held.discard(id)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await bell.wait()

    async def _bring(self, destination: Destination, delivery: Delivery, line: Line) -> bool:
        headers = self._signatures.headers(destination.secret, delivery.message, self._clock(), delivery.body)
        sent = await line.post(delivery.body, {**headers, **_FIXED, "host": _host(destination.url)})
        if sent.came == "delivered":
            await self._deliveries.delivered(delivery)
            await self._destinations.went(destination.id)
            return True
        log.info("a webhook failed", destination=destination.id, reason=sent.reason, tried=delivery.tried + 1)
        await self._destinations.went(destination.id, failed=sent.reason)
        if sent.came == "gone":
            await self._destinations.disable(destination.id, sent.reason)
            return False
        await self._deliveries.failed(delivery, sent.reason)
        return True

    async def _pause(self, id: str) -> float:
        """Until the next try, but not longer than until somebody may have changed something. 0: there is work."""
        due: datetime | None = await self._deliveries.next_due(id)
        wait = (due - self._clock()) if due else timedelta(seconds=self._look_seconds)
        return min(max(wait.total_seconds(), 0.0), self._look_seconds)


_FIXED = {"content-type": MEDIA_TYPE, "user-agent": "Kentongan", "accept": "*/*"}


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0]
