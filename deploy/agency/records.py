"""What the reports service's database says of an agency: offices, rules, its last acknowledgement. Read only."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from services.reports.domain.agency import Agency, agency_id
from services.reports.domain.office import Office
from services.reports.domain.rule import Rule
from services.reports.routes import ROUTES
from shared.contracts.reports import SERVICE
from shared.contracts.reports.agencies import ACTOR, IncidentAcknowledged
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, connected, passing_errors
from shared.settings import Settings

RULES_MOST = 1_000


class Records:
    """A connected database's. Every method may raise `Transient`."""

    def __init__(self, database: Database, store: MongoStore) -> None:
        self._timeline = database["timeline"]
        self._agencies = database["agencies"]
        self._store = store

    async def offices(self, agency: str) -> list[str]:
        """The offices that have to do with it."""
        with passing_errors():
            found = self._agencies.find({"_id": {"$regex": f":{agency}$"}, "gone": {"$ne": True}}, {"_id": 1})
            return sorted([str(document["_id"]).partition(":")[0] async for document in found])

    async def agency(self, office: str, agency: str) -> Agency | None:
        """The agency as the office knows it."""
        found: list[Agency] = await self._store.load(Agency, "id", [agency_id(office, agency)])
        return next(iter(found), None)

    async def time_zone(self, office: str) -> str | None:
        """Where the office is; None where there is no such office."""
        found: list[Office] = await self._store.load(Office, "id", [office])
        return found[0].plan.time_zone if found else None

    async def rules(self, office: str, agency: str) -> Sequence[Rule]:
        """All rules between the two, the oldest first."""
        where = {"office": office, "agency": agency}
        return await self._store.select(Rule, where, order=("proposed_at",), limit=RULES_MOST)

    async def last_acknowledgement(self, agency: str) -> datetime | None:
        """When it has last said that it has an incident."""
        with passing_errors():
            found = await self._timeline.find_one(
                {"by": f"{ACTOR}/{agency}", "what": IncidentAcknowledged.__name__}, {"at": 1}, sort=[("at", -1)]
            )
        at: datetime | None = found["at"] if found else None
        return at


@asynccontextmanager
async def records(settings: Settings) -> AsyncIterator[Records]:
    """Connects lazily: a database that is away is found out by the first question."""
    async with connected(settings) as client:
        database = client[settings.database(SERVICE)]
        yield Records(database, MongoStore(client, database, ROUTES.kinds))
