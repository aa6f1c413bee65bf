"""An office's plan and all that it was before: read-only questions of who configures the office."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from shared.errors import Refused
from shared.messaging.mongo_store import MongoStore
from shared.plan_record import PlanRecord, plan_record_id

HISTORY_MOST = 200
"""Latest plans that are listed; each earlier one can still be asked for."""

P = TypeVar("P")


class Office(Protocol[P]):
    """A service's own."""

    plan: P
    revision: int

    def local(self, moment: datetime, /) -> datetime:
        """A moment by the office's clock."""


@dataclass(frozen=True, slots=True)
class PlanView(Generic[P]):
    """A plan that took effect."""

    revision: int
    """Counts the plans of an office."""
    plan: P
    at: datetime | None
    """When, in the office's time. None where an earlier release wrote it."""
    by: str
    """The actor; of a staff member `staff/<user name>`, or `staff` when the name is forgotten."""

    @property
    def author(self) -> str:
        """The user name, where it was a person of the staff and is not forgotten."""
        kind, _, name = self.by.partition("/")
        return name.partition("/")[0] if kind == "staff" else ""


class Plans(Generic[P]):
    """Questions about an office's plans. Each may raise `Transient`, and the refusal of an unknown office."""

    def __init__(
        self, store: MongoStore, office: type[Office[P]], record: type[PlanRecord[P]], unknown: type[Refused]
    ) -> None:
        """`office` and `record` are the service's kinds, `unknown` its refusal where there is no such office."""
        self._store = store
        self._kind = office
        self._records = record
        self._unknown = unknown

    async def current(self, office: str) -> PlanView[P]:
        """By what the office works now."""
        known = await self._office(office)
        record = await self._record(office, known.revision)
        return _view(known, record) if record else PlanView(known.revision, known.plan, None, "")

    async def former(self, office: str, revision: int) -> PlanView[P] | None:
        """By what it worked at a revision. None where that is not known."""
        known, record = await self._office(office), await self._record(office, revision)
        return _view(known, record) if record else None

    async def history(self, office: str) -> list[PlanView[P]]:
        """All plans that are known, the latest first."""
        known = await self._office(office)
        records = await self._store.latest(self._records, {"office": office}, by="revision", limit=HISTORY_MOST + 1)
        return [_view(known, record) for record in records]

    async def _office(self, id: str) -> Office[P]:
        found = await self._store.load(self._kind, "id", [id])
        if not found:
            raise self._unknown
        return found[0]

    async def _record(self, office: str, revision: int) -> PlanRecord[P] | None:
        found = await self._store.load(self._records, "id", [plan_record_id(office, revision)])
        return found[0] if found else None


def _view(office: Office[P], record: PlanRecord[P]) -> PlanView[P]:
    return PlanView(record.revision, record.plan, office.local(record.at), record.by)
