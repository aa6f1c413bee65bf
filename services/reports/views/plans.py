"""An office's plan and all that it was before: read-only questions of who configures the office."""

from dataclasses import dataclass
from datetime import datetime

from services.reports.domain import errors
from services.reports.domain.office import Office
from services.reports.domain.plan_record import PlanRecord, plan_record_id
from shared.contracts.reports.office import OfficePlan
from shared.messaging.mongo_store import MongoStore

HISTORY_MOST = 200
"""Latest plans that are listed; each earlier one can still be asked for."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan that took effect."""

    revision: int
    plan: OfficePlan
    at: datetime | None
    """When, in the office's time. None where an earlier release wrote it."""
    by: str
    """The actor; of a staff member `staff/<user name>`, or `staff` when the name is forgotten."""

    @property
    def author(self) -> str:
        """The user name, where it was a person of the staff and is not forgotten."""
        kind, _, name = self.by.partition("/")
        return name.partition("/")[0] if kind == "staff" else ""


class Plans:
    """Questions about an office's plans. Each may raise `Transient` or `OfficeUnknown`."""

    def __init__(self, store: MongoStore) -> None:
        self._store = store

    async def current(self, office: str) -> PlanView:
        """By what the office works now."""
        known = await self._office(office)
        record = await self._record(office, known.revision)
        return _view(known, record) if record else PlanView(known.revision, known.plan, None, "")

    async def former(self, office: str, revision: int) -> PlanView | None:
        """By what it worked at a revision. None where that is not known."""
        known, record = await self._office(office), await self._record(office, revision)
        return _view(known, record) if record else None

    async def history(self, office: str) -> list[PlanView]:
        """All plans that are known, the latest first."""
        known = await self._office(office)
        records = await self._store.latest(PlanRecord, {"office": office}, by="revision", limit=HISTORY_MOST + 1)
        return [_view(known, record) for record in records]

    async def _office(self, id: str) -> Office:
        found = await self._store.load(Office, "id", [id])
        if not found:
            raise errors.OfficeUnknown
        return found[0]

    async def _record(self, office: str, revision: int) -> PlanRecord | None:
        found = await self._store.load(PlanRecord, "id", [plan_record_id(office, revision)])
        return found[0] if found else None


def _view(office: Office, record: PlanRecord) -> PlanView:
    at = office.local(record.at)
    return PlanView(record.revision, record.plan, at, record.by)
