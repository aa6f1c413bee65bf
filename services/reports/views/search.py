"""Full-text search among an office's incidents: every word must occur, by its stem; the newest first.

Stories are walked along the index of their words, newest first, and each batch's incidents are looked at for the
other filters. One answer walks so many stories at most and says from where to go on, so that a filter that nothing
fits costs a bounded time too. A number or a tracking code leads straight to its incident.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.reports.codes import Codes
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Story
from services.reports.domain.words import terms_of
from services.reports.views.board_shown import EXCERPT
from services.reports.views.incidents import category_name
from services.reports.views.offices import Offices
from shared.clock import Clock
from shared.contracts.fields import Text
from shared.contracts.reports.incidents import Disposition, State
from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, passing_errors

PAGE = 20
BATCH = 60
WALKED_MOST = 3_000
"""Stories that one answer looks at."""
TERMS_ASKED_MOST = 12
_SHORT_NUMBER = re.compile(r"[0-9]{1,6}")
_NUMBER = re.compile(r"[0-9]{4}-[0-9]{6,}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    text: str
    state: str = ""
    category: str = ""
    priority: int = 0
    first: date | None = None
    last: date | None = None
    """Local days on which it was reported."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An incident that was found."""

    id: str
    number: str
    category: str
    category_name: Text
    state: State
    priority: int
    disposition: Disposition | None
    filed_at: datetime
    words: str
    place: str
    exercise: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of them."""

    hits: Sequence[Hit]
    next: str | None
    """From where to go on; None at the end."""
    terms: Sequence[str]
    """The word stems that were looked for. None of them: the text holds no word that tells anything."""


class Search:
    """Looks for incidents. May raise `Transient` or `OfficeUnknown`."""

    def __init__(self, offices: Offices, database: Database, store: MongoStore, codes: Codes, clock: Clock) -> None:
        self._offices = offices
        self._stories = database["stories"]
        self._store = store
        self._codes = codes
        self._clock = clock

    async def find(self, office: str, wanted: Wanted, cursor: str | None = None) -> Hits:
        """A page of what was found, from a cursor on. A cursor that is none begins at the beginning."""
        known = await self._offices.office(office)
        numbered = [] if cursor else await self._numbered(known, wanted.text)
        terms = terms_of(wanted.text)[:TERMS_ASKED_MOST]
        if numbered:
            return Hits([self._hit(known, i, s) for i, s in numbered], None, terms)
        if not terms:
            return Hits((), None, terms)
        return await self._walk(known, wanted, terms, cursor)

    async def _walk(self, office: Office, wanted: Wanted, terms: Sequence[str], cursor: str | None) -> Hits:
        hits: list[Hit] = []
        at = read_cursor(cursor)
        walked = 0
        while walked < WALKED_MOST:
            batch = await self._batch(office, wanted, terms, at)
            walked += len(batch)
            incidents = {i.id: i for i in await self._store.load(Incident, "id", [told["_id"] for told in batch])}
            for told in batch:
                at = told["told_at"], told["_id"]
                incident = incidents.get(told["_id"])
                if incident is not None and _fits(incident, wanted):
                    hits.append(self._hit(office, incident, told))
                    if len(hits) == PAGE:
                        return Hits(hits, write_cursor(*at), terms)
            if len(batch) < BATCH:
                return Hits(hits, None, terms)
        return Hits(hits, write_cursor(*at) if at else None, terms)

    async def _batch(
        self, office: Office, wanted: Wanted, terms: Sequence[str], at: tuple[datetime, str] | None
    ) -> list[dict[str, Any]]:
        where: dict[str, Any] = {"office": office.id, "terms": {"$all": list(terms)}}
        span = span_of(office, wanted.first, wanted.last)
        if at is not None:
            span["$lte"] = at[0]
            where["$or"] = [{"told_at": {"$lt": at[0]}}, {"told_at": at[0], "_id": {"$lt": at[1]}}]
        if span:
            where["told_at"] = span
        with passing_errors():
            found = self._stories.find(where, {"words": 1, "place": 1, "told_at": 1})
            found = found.sort([("told_at", -1), ("_id", -1)]).limit(BATCH)
            return await found.to_list(BATCH)

    async def _numbered(self, office: Office, text: str) -> list[tuple[Incident, dict[str, Any]]]:
        """The incident of a number, a code, or the end of a number of this year."""
        written = text.strip().upper()
        number = self._codes.number(written)
        if number is None and _NUMBER.fullmatch(written):
            number = written
        if number is None and _SHORT_NUMBER.fullmatch(written):
            number = f"{office.local(self._clock()).year}-{int(written):06d}"
        if number is None:
            return []
        found = await self._store.select(Incident, {"office": office.id, "number": number}, order=("id",), limit=1)
        stories = {s.id: s for s in await self._store.load(Story, "id", [i.id for i in found])}
        told = {id: {"words": story.words, "place": story.place} for id, story in stories.items()}
        return [(incident, told.get(incident.id, {})) for incident in found if not incident.removed]

    def _hit(self, office: Office, incident: Incident, told: dict[str, Any]) -> Hit:
        words = told.get("words", "")
        return Hit(
            id=incident.id,
            number=incident.number,
            category=incident.category,
            category_name=category_name(office, incident.category),
            state=incident.state,
            priority=incident.priority,
            disposition=incident.disposition,
            filed_at=office.local(incident.filed_at),
            words=words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1].rstrip()}…",
            place=told.get("place", ""),
            exercise=incident.exercise,
        )


def span_of(office: Office, first: date | None, last: date | None) -> dict[str, datetime]:
    """The moments of some local days, as the database is asked for them."""
    zone = ZoneInfo(office.plan.time_zone)
    span = {}
    if first is not None and first > date.min:
        span["$gte"] = datetime.combine(first, time(0), zone).astimezone(UTC)
    if last is not None and last < date.max - timedelta(days=1):
        span["$lt"] = datetime.combine(last + timedelta(days=1), time(0), zone).astimezone(UTC)
    return span


def write_cursor(at: datetime, id: str) -> str:
    """A place between two stories, to be handed out."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """The place that was handed out; None for anything else."""
    if not cursor:
        return None
    try:
        at, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error):
        return None
    return (moment, id) if moment.tzinfo is not None and isinstance(id, str) else None


def _fits(incident: Incident, wanted: Wanted) -> bool:
    return (
        not incident.removed
        and (not wanted.state or incident.state == wanted.state)
        and (not wanted.category or incident.category == wanted.category)
        and (not wanted.priority or incident.priority == wanted.priority)
    )
