"""What the lobby board shows: the latest call of each counter, of the whole office or of one lobby's part of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from services.queue.domain.counter import Counter, counter_id
from services.queue.domain.office import Office
from services.queue.views.desk_shown import BoardView, CallView
from services.queue.views.office import Views
from shared.clock import Clock
from shared.contracts.queue import CounterPlan
from shared.messaging.mongo_store import MongoStore

CALLS_MOST = 8
"""As many as can be read from across a lobby."""
NAMES_MOST = 50
"""More counters or services than one lobby has."""
_PARTED = ","


@dataclass(frozen=True, slots=True)
class Part:
    """Which counters and services a board shows. Empty for all."""

    counters: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    @classmethod
    def read(cls, counters: str = "", services: str = "") -> "Part":
        """As it stands in an address: short names with commas between them."""
        return cls(_names(counters), _names(services))

    @classmethod
    def parse(cls, query: str) -> "Part":
        """What `query` has written."""
        fields = parse_qs(query)
        return cls.read(*(fields.get(name, [""])[0] for name in ("counters", "services")))

    @property
    def query(self) -> str:
        """The same part as an address has it; empty for the whole office."""
        fields = {"counters": _PARTED.join(self.counters), "services": _PARTED.join(self.services)}
        return urlencode({name: value for name, value in fields.items() if value}, safe=_PARTED)

    def has(self, counter: CounterPlan) -> bool:
        """Whether a counter's calls are shown: it is named, or serves what is named where no counter is."""
        if self.counters:
            return counter.id in self.counters
        return not self.services or any(service in self.services for service in counter.services)


WHOLE = Part()
"""The whole office."""


class Lobby:
    """The question of the lobby's screens. May raise `Transient` or `OfficeUnknown`."""

    def __init__(self, views: Views, store: MongoStore, clock: Clock) -> None:
        self._views = views
        self._store = store
        self._clock = clock

    async def board(self, id: str, part: Part = WHOLE) -> BoardView:
        """The board of an office."""
        office = await self._views.known(id)
        view = await self._views.office(id)
        plans = [plan for plan in office.plan.counters if part.has(plan)]
        calls = await self._calls(office, plans)
        named = part.services or {service for plan in plans for service in plan.services}
        lines = tuple(service for service in view.services if service.id in named)
        return BoardView(id, view.name, view.time_zone, calls, lines)

    async def _calls(self, office: Office, plans: Iterable[CounterPlan]) -> tuple[CallView, ...]:
        today = office.day(self._clock())
        names = {counter_id(office.id, plan.id): plan.name for plan in plans}
        counters = await self._store.load(Counter, "id", list(names))
        calls = [
            CallView(c.number, c.name, names[c.id], c.called_at, c.calls, c.is_busy(today))
            for c in counters
            if c.day == today and c.called_at
        ]
        return tuple(sorted(calls, key=lambda call: call.called_at, reverse=True)[:CALLS_MOST])


def _names(written: str) -> tuple[str, ...]:
    names = sorted({name.strip() for name in written.split(_PARTED)} - {""})
    return tuple(names[:NAMES_MOST])
