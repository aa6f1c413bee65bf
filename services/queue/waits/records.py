"""Reads from the database what the forecast needs of an office and its days."""

from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any

from services.queue.domain import errors
from services.queue.domain.appointment import AppointmentState
from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.line import line_id
from services.queue.domain.office import Office
from services.queue.waits.kept import Expected, Kept, Slip
from services.queue.waits.office_day import days_before
from shared.messaging.mongo_store import Mapper, MongoStore
from shared.mongo import Client, Database, Session, passing_errors, snapshot

DAYS_MOST = 30
"""Two half-lives of what is remembered."""
SLIPS_MOST = 4_000
"""So many latest tickets teach all that there is to learn."""
BATCH = 500
"""Documents that are decoded in one go, so that reading a long day never keeps pages waiting."""

_SHOWN = {field.name: 1 for field in fields(Slip) if field.name != "id"}
_OPEN: tuple[AppointmentState, ...] = ("booked",)
_NOT_CANCELLED: tuple[AppointmentState, ...] = ("booked", "kept", "missed")


class MongoRecords:
    """The `Records` of `waits`, in MongoDB."""

    def __init__(self, client: Client, database: Database, store: MongoStore) -> None:
        self._client = client
        self._store = store
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

    async def today(self, office: Office, day: str) -> Kept:
        """The day that is going on, all of it at one moment."""
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
            )

    async def past(self, office: Office, day: str) -> list[Kept]:
        """The latest days before one, the earliest first."""
        days: list[Kept] = []
        count = 0
        with passing_errors():
            for before in days_before(day, DAYS_MOST):
                lines = _lines(office, before)
                slips = [slip async for slip in self._slips(lines, None)]
                if slips:
                    days.append(Kept(before, slips, [one async for one in self._expected(lines, None)]))
                count += len(slips)
                if count >= SLIPS_MOST:
                    break
        return days[::-1]

    async def _slips(self, lines: list[str], session: Session | None) -> AsyncIterator[Slip]:
        found = self._tickets.find({"line": {"$in": lines}}, _SHOWN, session=session).batch_size(BATCH)
        async for document in found:
            yield Slip(id=document.pop("_id"), **document)

    async def _expected(self, agendas: list[str], session: Session | None) -> AsyncIterator[Expected]:
        where: dict[str, Any] = {"agenda": {"$in": agendas}, "state": {"$in": _NOT_CANCELLED}}
        async for found in self._appointments.find(where, session=session).batch_size(BATCH):
            yield Expected(found["_id"], found["service"], found["slot"], found["state"] in _OPEN)


def _lines(office: Office, day: str) -> list[str]:
    return [line_id(office.id, service.id, day) for service in office.plan.services]
