"""The public procedures: what each service of each office asks of citizens, since when, and whether it is open now.

A search finds a procedure by words that stand in it, in either language, whatever their case and accents. Offices
that ask for the same appear once. What an office's procedures say is prepared once a plan, not with every search.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.queue.domain import errors
from services.queue.domain.office import Office
from services.queue.views.office import OFFICES_MOST, Views
from services.queue.views.shown import OfficeView, ServiceView
from shared.contracts.queue import Procedure, Text
from shared.messaging.mongo_store import MongoStore

WORDS_MOST = 12
"""Of a search; more than that is a text, not a search."""


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A service of one office, as citizens ask for it."""

    office: str
    office_name: Text
    office_address: Text
    service: ServiceView
    revision: int
    """The plan with which it began to be so."""
    since: datetime | None
    """Since when, in the office's time. None where an earlier release wrote the plan."""

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/queue/procedures/{self.office}/{self.service.id}"


@dataclass(frozen=True, slots=True)
class Found:
    """A procedure, and all offices that ask for just this."""

    offices: tuple[ProcedureView, ...]

    @property
    def service(self) -> ServiceView:
        """What is asked for."""
        return self.offices[0].service

    @property
    def open_now(self) -> bool:
        """Whether any of the offices is."""
        return any(view.service.open_now for view in self.offices)


class Procedures:
    """Questions of the public pages. Each may raise `Transient`."""

    def __init__(self, store: MongoStore, views: Views) -> None:
        self._store = store
        self._views = views
        self._texts: dict[str, tuple[int, dict[str, tuple[str, str]]]] = {}

    async def search(self, query: str) -> list[Found]:
        """The procedures in which every word of a query stands; those in whose name one does come first."""
        words = plain(query).split()[:WORDS_MOST]
        groups: dict[tuple[str, Text, Procedure], list[ProcedureView]] = {}
        ranks: dict[tuple[str, Text, Procedure], bool] = {}
        for office, shown in await self._offices():
            texts = self._prepared(office)
            for service in shown.services:
                name, text = texts.get(service.id, ("", ""))
                if all(word in text for word in words):
                    key = (service.id, service.name, service.procedure)
                    groups.setdefault(key, []).append(_view(office, shown, service))
                    ranks[key] = not any(word in name for word in words)
        return [Found(tuple(groups[key])) for key in sorted(groups, key=lambda key: ranks[key])]

    async def one(self, office: str, service: str) -> tuple[ProcedureView, list[ProcedureView]]:
        """A procedure, and the same service at other offices. Raises `OfficeUnknown`, `ServiceUnknown`."""
        offices = await self._offices()
        mine = next((pair for pair in offices if pair[0].id == office), None)
        if mine is None:
            raise errors.OfficeUnknown
        others = [
            _view(other, shown, same)
            for other, shown in offices
            for same in shown.services
            if other.id != office and same.id == service
        ]
        return _view(*mine, mine[1].service(service)), others

    async def _offices(self) -> list[tuple[Office, OfficeView]]:
        offices = await self._store.select(Office, {}, order=("id",), limit=OFFICES_MOST)
        shown = {view.id: view for view in await self._views.offices()}
        return [(office, shown[office.id]) for office in offices if office.id in shown]

    def _prepared(self, office: Office) -> dict[str, tuple[str, str]]:
        """For each service its name and all of its text, as they are compared."""
        known = self._texts.get(office.id)
        if known is None or known[0] != office.revision:
            known = office.revision, {s.id: _text_of(s.name, s.procedure) for s in office.plan.services}
            self._texts[office.id] = known
        return known[1]


def plain(text: str) -> str:
    """A text as it is compared: without case, accents and the marks between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c)).split())


def _text_of(name: Text, procedure: Procedure) -> tuple[str, str]:
    texts: Sequence[Text] = (
        procedure.summary,
        *procedure.requirements,
        *procedure.steps,
        *(fee.name for fee in procedure.fees),
        *((procedure.validity,) if procedure.validity else ()),
    )
    told = [part for text in texts for part in (text.id, text.en)]
    fees = [str(fee.rupiah) for fee in procedure.fees]
    names = plain(f"{name.id} {name.en}")
    return names, plain(" ".join([names, *told, *fees, procedure.source]))


def _view(office: Office, shown: OfficeView, service: ServiceView) -> ProcedureView:
    published = next((p for p in office.procedures if p.service == service.id), None)
    return ProcedureView(
        office.id,
        shown.name,
        shown.address,
        service,
        published.revision if published else office.revision,
        published.since.astimezone(ZoneInfo(shown.time_zone)) if published else None,
    )
