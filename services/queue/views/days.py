"""An office's days, summed up: kept where they are over, and read from their tickets where nothing good is kept.

What is kept is a cache: it may go at any time, and is made again from tickets and feedback. It tells of what it was
made from, by the marks of the day's lines. Everything that happens to a ticket moves its line's `revision` on, and
everything said of a visit the line's `said`, in the same transaction; so a late command, a replayed dead letter and
feedback a week later are all seen, whatever day it is by then. Marks are read before what they mark: what is kept
under them has all that they stand for, and where it has more they are out of date already. So processes that sum a
day up at once do no harm: the later one's document stays, and whoever reads it sees whether it still holds.

A day that goes on is never kept: it would be out of date by the next call.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from services.queue.domain.office import Office
from services.queue.views.stays import SHOWN, day_of, service_of, stays_of
from services.queue.views.tally import HOURS, OUTCOMES, SCORES, Answer, Milliseconds, Part, opinions_of, parts_of
from shared.mongo import Database, passing_errors, put

FORM = 1
"""Of the documents. What was kept in another form is summed up again."""
BATCH = 2_000
_INTEGERS = "<i8"

Document = Mapping[str, Any]


@dataclass(slots=True)
class Marks:
    """How far the lines of a day have come, by service."""

    revisions: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A day summed up, and what it was made from."""

    zone: str
    marks: Marks
    people: list[Part]
    opinions: list[Part]


class Days:
    """Sums of days. Each question may raise `Transient`."""

    def __init__(self, database: Database) -> None:
        self._lines = database["lines"]
        self._tickets = database["tickets"]
        self._feedback = database["feedback"]
        self._tallies = database["tallies"]
        self._services: dict[str, tuple[int, list[str]]] = {}
        """Of each office that was asked for, as they were found when it had so many plans behind it."""

    async def parts(self, office: Office, first: date, last: date, today: str) -> list[Part]:
        """What is to be summed up of a span of local days, both ends included."""
        marks = await self._marks(office, first, last)
        of_days = {"$gte": _key(office.id, first.isoformat()), "$lte": _key(office.id, last.isoformat())}
        with passing_errors():
            documents = await self._tallies.find({"_id": of_days, "form": FORM}).to_list(None)
        kept = await asyncio.to_thread(lambda: {day_of(one["_id"]): _read(one) for one in documents})
        parts: list[Part] = []
        for day in sorted(marks):
            parts += await self._of(office, day, marks[day], kept.get(day), is_over=day < today)
        return parts

    async def lines(self, office: Office, first: date, last: date) -> list[Document]:
        """The lines of a span, by day, with their marks. Also of services that are not offered any more.

        It costs what the span holds, whatever lies before: the ids, which begin with office and service, lead there.
        """
        spans = [
            {"_id": {"$gte": f"{office.id}:{service}:{first}", "$lte": f"{office.id}:{service}:{last}"}}
            for service in await self._services_of(office)
        ]
        shown = {"revision": 1, "said": 1}
        with passing_errors():
            found = await asyncio.gather(*(self._lines.find(span, shown).to_list(None) for span in spans))
        lines = [line for of_service in found for line in of_service]
        return sorted(lines, key=lambda line: (day_of(line["_id"]), line["_id"]))

    async def _services_of(self, office: Office) -> list[str]:
        """That have or had lines. Once found they are looked for again when the plan is another: it begins them all."""
        revision, found = self._services.get(office.id, (-1, []))
        if revision != office.revision:
            found = await self._found_services(office.id)
            self._services[office.id] = office.revision, found
        return list(dict.fromkeys((*found, *(service.id for service in office.plan.services))))

    async def _found_services(self, office: str) -> list[str]:
        """From the first line of each service straight to that of the next."""
        services: list[str] = []
        after = f"{office}:"
        with passing_errors():
            while line := await self._lines.find_one(
                {"_id": {"$gt": after, "$lt": f"{office};"}}, {"_id": 1}, sort=[("_id", 1)]
            ):
                services.append(service_of(line["_id"]))
                after = f"{office}:{services[-1]};"  # `;` comes next after `:`
        return services

    async def _marks(self, office: Office, first: date, last: date) -> dict[str, Marks]:
        marks: dict[str, Marks] = {}
        for line in await self.lines(office, first, last):
            service = service_of(line["_id"])
            of_day = marks.setdefault(day_of(line["_id"]), Marks())
            of_day.revisions[service] = line["revision"]
            of_day.said[service] = line.get("said", 0)
        return marks

    async def _of(self, office: Office, day: str, marks: Marks, kept: Kept | None, *, is_over: bool) -> list[Part]:
        """A day's parts, by what is kept as far as it is good."""
        zone = office.plan.time_zone
        if kept and (kept.zone, kept.marks) == (zone, marks):
            return kept.people + kept.opinions
        has_people = kept and (kept.zone, kept.marks.revisions) == (zone, marks.revisions)
        people = kept.people if kept and has_people else await self._people(office, day, marks)
        made = Kept(zone, marks, people, await self._opinions(office.id, day))
        if is_over:
            await put(self._tallies, {"_id": _key(office.id, day), **_written(made)})
        return made.people + made.opinions

    async def _people(self, office: Office, day: str, marks: Marks) -> list[Part]:
        zone = ZoneInfo(office.plan.time_zone)
        lines = [f"{office.id}:{service}:{day}" for service in marks.revisions]
        tickets: list[Document] = []
        found = self._tickets.find({"line": {"$in": lines}}, SHOWN, batch_size=BATCH)
        with passing_errors():
            while batch := await found.to_list(BATCH):
                tickets += batch

        def summed() -> list[Part]:
            stays = (stay for ticket in tickets for stay in stays_of(ticket, {}))
            return parts_of(stays, lambda moment: moment.astimezone(zone))

        return await asyncio.to_thread(summed)

    async def _opinions(self, office: str, day: str) -> list[Part]:
        shown = {"service": 1, "counter": 1, "score": 1, "words": 1}
        with passing_errors():
            said = await self._feedback.find({"office": office, "day": day}, shown).to_list(None)
        return opinions_of(
            Answer(one["_id"], day, one["service"], one["counter"], one["score"], bool(one["words"])) for one in said
        )


def _key(office: str, day: str) -> str:
    return f"{office}:{day}"


def _written(kept: Kept) -> dict[str, Any]:
    return {
        "form": FORM,
        "zone": kept.zone,
        "revisions": kept.marks.revisions,
        "said": kept.marks.said,
        "people": [_written_part(part) for part in kept.people],
        "opinions": [_written_part(part) for part in kept.opinions],
    }


def _read(document: Document) -> Kept:
    day = day_of(document["_id"])
    return Kept(
        document["zone"],
        Marks(document["revisions"], document["said"]),
        [_read_part(day, part) for part in document["people"]],
        [_read_part(day, part) for part in document["opinions"]],
    )


def _written_part(part: Part) -> dict[str, Any]:
    """Numbers as one string of bytes each: a season has a hundred thousand of them."""
    counts = (*part.outcomes, *part.scores, *part.came, *part.served)
    return {
        "service": part.service,
        "counter": part.counter,
        "counts": np.array(counts, _INTEGERS).tobytes(),
        "waits": part.waits.astype(_INTEGERS).tobytes(),
        "handlings": part.handlings.astype(_INTEGERS).tobytes(),
        "wrote": list(part.wrote),
    }


def _read_part(day: str, part: Document) -> Part:
    counts = iter(_integers(part["counts"]).tolist())
    outcomes, scores, came, served = (tuple(islice(counts, len(of))) for of in (OUTCOMES, SCORES, HOURS, HOURS))
    return Part(
        day,
        part["service"],
        part["counter"],
        outcomes,
        _integers(part["waits"]),
        _integers(part["handlings"]),
        came,
        served,
        scores,
        tuple(part["wrote"]),
    )


def _integers(written: bytes) -> Milliseconds:
    return np.frombuffer(written, _INTEGERS).astype(np.int64, copy=False)
