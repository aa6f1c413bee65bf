"""Days that are over are summed up before anybody asks for their figures, so that the first who does need not wait.

It is done once a day by one of all workers, beside their messages. Nothing depends on it: what is not summed up yet,
or not any more, whoever asks for it sums up (`views/days.py`).
"""

import asyncio
from datetime import date, datetime, timedelta

from services.queue.domain.office import Office
from services.queue.views.days import Days
from services.queue.views.figures import DAYS_MOST
from shared.clock import system_clock
from shared.contracts.queue import SERVICE
from shared.daily import Daily
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Client, Database, passing_errors
from shared.settings import Settings

DAYS_AT_ONCE = 7
PAUSE_SECONDS = 0.02
"""Between them, so that a first run over a season leaves the database to those who work."""


class Summing:
    """Sums up the days of every office of a database."""

    def __init__(self, database: Database, store: MongoStore) -> None:
        self._offices = database["offices"]
        self._store = store
        self._days = Days(database)

    async def run(self, now: datetime) -> None:
        """Have every day that figures can be asked for and that is over be kept. Raises `Transient`."""
        with passing_errors():
            ids = [document["_id"] async for document in self._offices.find({}, {"_id": 1})]
        for office in await self._store.load(Office, "id", ids):
            today = office.day(now)
            for back in range(DAYS_MOST, 0, -DAYS_AT_ONCE):
                first = date.fromisoformat(today) - timedelta(days=back)
                await self._days.parts(office, first, first + timedelta(days=DAYS_AT_ONCE - 1), today)
                await asyncio.sleep(PAUSE_SECONDS)


def daily_summing(client: Client, settings: Settings, store: MongoStore) -> Daily:
    """The summing up as a worker does it by itself."""
    database = client[settings.database(SERVICE)]
    return Daily(f"{SERVICE} figures", Summing(database, store).run, turns=database["turns"], clock=system_clock)
