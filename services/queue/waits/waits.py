"""How long people will wait, for every page of this process.

One task looks after all offices that somebody asks for or where something happens. It reads what the database keeps
of an office, has its events move that on, and makes a forecast in a thread when something has changed, but not more
often than every `EVERY` seconds, and with rests in between, so that pages are never kept waiting.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from math import ceil
from typing import Protocol, TypeVar

from services.queue.domain.forecast.forecast import Range
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.outlook import Hour
from services.queue.domain.forecast.told import priors_of
from services.queue.domain.forecast.track_record import HowGood
from services.queue.domain.office import Office
from services.queue.waits.followed import Followed
from services.queue.waits.kept import Kept, tried
from services.queue.waits.office_day import OfficeDay, teach
from shared.clock import Clock
from shared.contracts.queue import Promise, QueueEvent
from shared.errors import Refused
from shared.log import get_logger
from shared.messaging.envelope import Incoming
from shared.messaging.errors import Transient

log = get_logger(__name__)

EVERY = 3.0
"""Not more often than this is a forecast made for an office, in seconds."""
AT_LEAST_EVERY = 30.0
"""Ranges shrink as time passes, also where nothing happens."""
GOOD_FOR = 120.0
"""What is older is not told any more."""
SETTLE_EVERY = 600.0
"""After which an office is compared with the database, should an event have been missed."""
FORGET_AFTER = 7200.0
"""An office where nothing happens and nobody asks is not followed any more."""
RETRY = 2.0
GATHER = 0.1
"""How long it waits for more to happen: a burst at eight o'clock is one thing to look at."""
REST = 3.0
"""So many times the length of a forecast it rests after it: a quarter of a processor at most."""

T = TypeVar("T")


class Records(Protocol):
    """What the database keeps. Each question may raise `Transient`."""

    async def office(self, id: str) -> Office:
        """Raises `OfficeUnknown`."""

    async def past(self, office: Office, day: str) -> list[Kept]:
        """The latest days before one, the earliest first."""

    async def today(self, office: Office, day: str, *, steps: bool) -> Kept:
        """The day that is going on, all of it at one moment, with the steps of its counters where they are wanted."""


class Waits:
    """The forecasts of this process."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._offices: dict[str, Followed] = {}
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "forecast")
        self._listeners: list[Callable[[str], None]] = []

    def listen(self, listener: Callable[[str], None]) -> None:
        """Have `listener` called with each office that has a new forecast."""
        self._listeners.append(listener)

    def on_event(self, event: Incoming) -> None:
        """Take an event from the tail."""
        fact = event.message
        if isinstance(fact, QueueEvent):
            self._of(fact.office).take(fact, event.id, event.issued_at.timestamp())
            self._wake.set()

    # What is known -----------------------------------------------------------------------------------

    def ticket(self, office: str, id: str) -> Range | None:
        """How long a waiting person will wait. None where nothing can be known, or is not known yet."""
        followed = self._asked(office)
        return followed.ticket(id) if self._is_good(followed) else None

    def newcomer(self, office: str, service: str) -> Range | None:
        """How long a person would wait who joined the line of a service now."""
        return self.newcomers(office).get(service)

    def newcomers(self, office: str) -> Mapping[str, Range]:
        """The same of each service for which it can be known."""
        followed = self._asked(office)
        return followed.newcomers() if self._is_good(followed) else {}

    def how_good(self, office: str) -> HowGood | None:
        """How good an office's ranges have been lately. None as long as that can't be said."""
        return self._asked(office).good

    def promise(self, office: str, service: str) -> Promise | None:
        """What is told to who would join the line of a service now, as their ticket will be measured by it."""
        followed = self._offices.get(office)
        range = followed.newcomers().get(service) if followed and self._is_good(followed) else None
        return None if range is None else Promise(round(range.likely), ceil(range.at_most))

    async def outlook(self, office: str) -> Mapping[str, Sequence[Hour]]:
        """Service → how long people will wait who come in each of the day's next hours. Empty while nothing is known.

        Worked out anew when asked, which takes a fifth of a second on a busy day, in the thread.
        """
        followed = self._asked(office)
        if followed.day is None or not self._is_good(followed):
            return {}
        return await self._apart(followed.ahead(followed.day, self._now()).make)

    # Keeping up --------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep forecasts up to date."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            now = self._now()
            due = {id: self._due(followed, now) for id, followed in self._offices.items()}
            if due and min(due.values()) <= now:
                await self._renew(self._offices[min(due, key=due.__getitem__)])
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(due.values(), default=now + AT_LEAST_EVERY) - now):
                        await self._wake.wait()
                        await asyncio.sleep(GATHER)
            self._forget(now)

    def _due(self, followed: Followed, now: float) -> float:
        """When something is to be done for an office next."""
        if followed.day is None or followed.made is None:
            return followed.not_before
        return max(followed.not_before, followed.made.made_at + (EVERY if followed.changed else AT_LEAST_EVERY))

    async def _renew(self, followed: Followed) -> None:
        try:
            day = await self._true(followed)
            begun = asyncio.get_running_loop().time()
            followed.show(await self._apart(followed.want(day, self._now()).make))
        except Transient as error:
            log.warning("forecasts must wait", office=followed.id, error=str(error))
            followed.not_before = self._now() + RETRY
        except Refused:  # there is no such office
            del self._offices[followed.id]
        except Exception:
            log.exception("no forecast", office=followed.id)
            followed.day, followed.not_before = None, self._now() + AT_LEAST_EVERY
        else:
            if followed.day is None:  # what came meanwhile does not go with what was read
                followed.not_before = self._now() + RETRY
            self._tell(followed.id)
            await asyncio.sleep(REST * (asyncio.get_running_loop().time() - begun))

    def _tell(self, office: str) -> None:
        for listener in self._listeners:
            try:
                listener(office)
            except Exception:  # it must not end the forecasts of all offices
                log.exception("listener failed", office=office)

    async def _true(self, followed: Followed) -> OfficeDay:
        """The office's day, read where it is not known, is over, or has not been compared for long."""
        now = self._now()
        day = followed.day
        if day is not None and now < followed.settled_at + SETTLE_EVERY and not self._is_over(day):
            return day
        followed.reconfigured = False
        office = await self._records.office(followed.id)
        today = office.day(self._clock())
        if day is None or (day.day, day.plan) != (today, office.plan):
            learner, past = Learner(priors_of(office.plan)), await self._records.past(office, today)
            await self._apart(partial(_teach, learner, office, past))
            day = OfficeDay(office.plan, today, learner, tried(slip for day in past for slip in day.slips))
            become, learns = day.begin, True
        else:
            become, learns = day.settle, False
        followed.arriving = []
        try:
            kept = await self._records.today(office, today, steps=learns)
            await self._apart(partial(become, kept, now))
        except BaseException:
            followed.day, followed.arriving = None, None
            raise
        followed.settled_at = now
        followed.became(day)
        return day

    async def _apart(self, work: Callable[[], T]) -> T:
        """In the thread, so that pages go on."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _of(self, office: str) -> Followed:
        followed = self._offices.get(office)
        if followed is None:
            followed = self._offices[office] = Followed(office, wanted_at=self._now())
            self._wake.set()
        return followed

    def _asked(self, office: str) -> Followed:
        followed = self._of(office)
        followed.wanted_at = self._now()
        return followed

    def _is_good(self, followed: Followed) -> bool:
        return followed.made is not None and self._now() < followed.made.made_at + GOOD_FOR

    def _is_over(self, day: OfficeDay) -> bool:
        return Office(day.plan.id, day.plan).day(self._clock()) != day.day

    def _forget(self, now: float) -> None:
        for id in [id for id, followed in self._offices.items() if followed.wanted_at + FORGET_AFTER < now]:
            del self._offices[id]

    def _now(self) -> float:
        return self._clock().timestamp()


def _teach(learner: Learner, office: Office, days: list[Kept]) -> None:
    for day in days:
        teach(learner, office.plan, day)
