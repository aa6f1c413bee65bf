"""Reads from the database what the forecast needs of an office and its days.

What was told of counters stands in the journal alone, from where it is read as it was told.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from services.queue.domain import errors
from services.queue.domain.appointment import AppointmentState
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import line_id
from services.queue.domain.office import Office
from services.queue.routes import ROUTES
from services.queue.waits.kept import Expected, Kept, Slip, Step
from services.queue.waits.office_day import days_before, midnight
from shared.contracts import queue
from shared.contracts.queue import AtCounter, Promise
from shared.messaging.envelope import Codec
from shared.messaging.mongo_store import Mapper, MongoStore
from shared.messaging.store import Published
from shared.mongo import Client, Database, Session, passing_errors, snapshot

DAYS_MOST = 30
"""Two half-lives of what is remembered."""
SLIPS_MOST = 4_000
"""So many latest tickets teach all that there is to learn."""
STEPS_MOST = 2_000
"""The same of pauses, of signing on and so forth, each: of eight counters for thirty days, eight a day."""
BATCH = 500
"""Documents that are decoded in one go, so that reading a long day never keeps pages waiting."""

_SHOWN = {field.name: 1 for field in fields(Slip) if field.name != "id"}
_OPEN: tuple[AppointmentState, ...] = ("booked",)
_NOT_CANCELLED: tuple[AppointmentState, ...] = ("booked", "kept", "missed")
_TOLD = (queue.CounterSignedOn, queue.CounterSignedOff, queue.CounterPaused, queue.CounterResumed)


class MongoRecords:
    """The `Records` of `waits`, in MongoDB."""

    def __init__(self, client: Client, database: Database, store: MongoStore) -> None:
        self._client = client
        self._store = store
        self._codec = Codec(_TOLD)
        self._tickets = database["tickets"]
        self._lines = database["lines"]
        self._counters = database["counters"]
        self._appointments = database["appointments"]
        self._counter = Mapper(Counter)

    async def office(self, id: str) -> Office:
        """Raises `OfficeUnknown`."""
        found = await self._store.load(Office, "id", [id])
        if not found:
            raise errors.OfficeUnknown
        return found[0]

    async def today(self, office: Office, day: str, *, steps: bool) -> Kept:
        """The day that is going on, all of it at one moment, with the steps of its counters where they are wanted."""
        lines = _lines(office, day)
        counters = [counter_id(office.id, counter.id) for counter in office.plan.counters]
        async with snapshot(self._client) as session:
            revisions = {
                line["_id"]: line["revision"]
                async for line in self._lines.find({"_id": {"$in": lines}}, {"revision": 1}, session=session)
            }
            found = self._counters.find({"_id": {"$in": counters}}, session=session)
            return Kept(
                day=day,
                slips=[slip async for slip in self._slips(lines, session)],
                expected=[one async for one in self._expected(lines, session)],
                counters=[self._counter.read(document) async for document in found],
                revisions=revisions,
                steps=(await self._steps(office, day, session))[day] if steps else (),
            )

    async def past(self, office: Office, day: str) -> list[Kept]:
        """The latest days before one, the earliest first."""
        days: list[Kept] = []
        count = 0
        with passing_errors():
            *_, first = latest = days_before(day, DAYS_MOST)
            steps = await self._steps(office, first, None)
            there = await self._there([line for before in latest for line in _lines(office, before)])
            for before in latest:
                lines = [line for line in _lines(office, before) if line in there]
                slips = [slip async for slip in self._slips(lines, None)] if lines else []
                if slips:
                    expected = [one async for one in self._expected(lines, None)]
                    days.append(Kept(before, slips, expected, steps=steps[before]))
                count += len(slips)
                if count >= SLIPS_MOST:
                    break
        return days[::-1]

    async def _there(self, lines: list[str]) -> set[str]:
        """Those that anybody came to: of a new office none, and its thirty days need not be asked for one by one."""
        return {line["_id"] async for line in self._lines.find({"_id": {"$in": lines}}, {"_id": 1})}

    async def _slips(self, lines: list[str], session: Session | None) -> AsyncIterator[Slip]:
        found = self._tickets.find({"line": {"$in": lines}}, _SHOWN, session=session).batch_size(BATCH)
        async for document in found:
            promise = document.pop("promise", None)
            yield Slip(id=document.pop("_id"), promise=promise and Promise(**promise), **document)

    async def _expected(self, agendas: list[str], session: Session | None) -> AsyncIterator[Expected]:
        where: dict[str, Any] = {"agenda": {"$in": agendas}, "state": {"$in": _NOT_CANCELLED}}
        async for found in self._appointments.find(where, session=session).batch_size(BATCH):
            yield Expected(found["_id"], found["service"], found["slot"], found["state"] in _OPEN)

    async def _steps(self, office: Office, first: str, session: Session | None) -> Mapping[str, list[Step]]:
        """Local day, from one on → what was told of the office's counters: where it is much, the latest of it."""
        zone = ZoneInfo(office.plan.time_zone)
        begins = datetime.fromtimestamp(midnight(first, zone), UTC)
        told: list[Published] = []
        for asked in ROUTES.told:
            told += await self._store.told(office.id, asked.type(), since=begins, limit=STEPS_MOST, session=session)
        days: defaultdict[str, list[Step]] = defaultdict(list)
        for step in await asyncio.to_thread(self._read, told):
            days[step.at.astimezone(zone).date().isoformat()].append(step)
        return days

    def _read(self, told: list[Published]) -> list[Step]:
        """In the order of time. A month's takes a tenth of a second, for which pages do not wait."""
        return sorted(map(self._step, told), key=attrgetter("at"))

    def _step(self, told: Published) -> Step:
        read = self._codec.published(told)
        assert isinstance(read.message, AtCounter)
        return Step(read.id, read.issued_at, read.message)


def _lines(office: Office, day: str) -> list[str]:
    return [line_id(office.id, service.id, day) for service in office.plan.services]
