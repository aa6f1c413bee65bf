"""What the bare loop does with reports: the documents that a worker writes for one, with another report's facts.

They are taken from one report that the service itself takes in, in memory, so that they have its shape whatever the
service comes to write.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, ClassVar, cast

from services.reports.domain.place import cell_of
from services.reports.domain.trust import trust_id
from services.reports.routes import ROUTES
from shared.clock import system_clock
from shared.contracts import reports
from shared.contracts.message import Event
from shared.contracts.reports import SERVICE
from shared.contracts.reports.incidents import FileReport, IncidentReported
from shared.messaging.mongo_store import MongoStore
from tests.bench import reports_traffic
from tests.bench.bare import Document, Made, Shape, encoded
from tests.bench.stubs import StubClient, StubDatabase
from tests.support.twin import Twin

CONFIGURED = ("offices", "plans", "registers")
"""Collections that a report adds no document to."""
SAMPLE = "6c1f0d4e-6f0b-4d0e-9b69-0a4a3c1f7d55"


class Incidents(Shape):
    """Takes reports in."""

    service = SERVICE
    command = FileReport
    event: ClassVar[type[Event]] = IncidentReported
    numbered = "registers"

    def __init__(self) -> None:
        self._numbers: dict[str, int] = defaultdict(int)
        self._known, self._reported = _in_a_thread(anonymous=False)
        self._unknown, _ = _in_a_thread(anonymous=True)

    def resume(self, id: str, last: Document) -> None:
        self._numbers[id] = last["last"]

    def looked_up(self, commands: Sequence[Document]) -> Mapping[str, Collection[str]]:
        contacts = [trust_id(c["office"], c["contact"]) for c in commands if c["contact"]]
        return {"trust": contacts} if contacts else {}

    def make(self, command: Document, id: str, now: datetime) -> Made:
        office = command["office"]
        register = f"{office}:{now.year}"
        self._numbers[register] += 1
        number = f"{now.year}-{self._numbers[register]:06d}"
        place, contact = command["place"], command["contact"]
        facts = {
            "number": number,
            "category": command["category"],
            "cell": cell_of(place["latitude"], place["longitude"]),
            "office": office,
        }
        told: dict[str, Document] = {
            "incidents": {
                "_id": id, **facts, "at_work": office,
                "latitude": place["latitude"], "longitude": place["longitude"], "filed_at": now, "changed_at": now,
            },
            "stories": {
                "_id": id, "office": office, "words": command["words"], "place": place["words"], "told_at": now,
            },
            "reporters": {"_id": id, "sealed": command["reporter"], "contact": contact, "told_at": now},
            "timeline": {"_id": f"{id}-0", "incident": id, "at": now},
            "trust": {"_id": f"{office}:{contact}", "filed": [now]},
        }  # fmt: skip
        documents = self._known if contact else self._unknown
        made = {name: {**document, **told[name]} for name, document in documents.items()}
        event = {**self._reported, **facts, "incident": id}
        return Made(made, register, encoded(event), id)

    def last(self, id: str) -> Document:
        return {"_id": id, "last": self._numbers[id], "version": self._numbers[id]}


def _in_a_thread(*, anonymous: bool) -> tuple[dict[str, Document], Document]:
    """Whoever makes a shape may be in an event loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_taken_in(anonymous=anonymous))).result()


async def _taken_in(*, anonymous: bool) -> tuple[dict[str, Document], Document]:
    """The documents of one report by collection, and its event."""
    office = reports_traffic.patient_office("office-0")
    twin = Twin(ROUTES, reports.EVENTS, system_clock())
    await twin.send(office)
    (report,) = reports_traffic.file_reports([office], 1, anonymous=anonymous)
    (reported,) = await twin.send(report, id=SAMPLE, actor="citizen")
    assert isinstance(reported, IncidentReported)
    mappers = MongoStore(cast(Any, StubClient()), cast(Any, StubDatabase()), ROUTES.kinds)._mappers
    documents = {
        kind.collection: mappers[kind.type].write(aggregate)
        for kind in ROUTES.kinds
        if kind.collection not in CONFIGURED
        for aggregate in twin.all(kind.type)
    }
    return documents, reported.model_dump(mode="json")
