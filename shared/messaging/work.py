"""The unit of work: what a handler sees of the store while a whole batch shares one load and one transaction.

Invariants: within a batch there is one live instance of each aggregate; a command that fails leaves no trace
in it; nothing is written before the batch's one transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar, cast

from shared.messaging.aggregate import Aggregate
from shared.messaging.routes import Kind, Ref
from shared.messaging.store import Span, Store, Where, matches, within

A = TypeVar("A")

READ_AHEAD = 20
"""So many more aggregates of a span of values are read than are asked for: most likely the next ones are, next."""
TRACE_MOST = 100
"""So many of the commands that changed an aggregate it names itself, where its kind is traced."""


class Missing(LookupError):
    """No aggregate of that kind has that id."""


class Exists(Exception):
    """An aggregate of that kind has that id already."""


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


def _stretch(where: Where, by: str) -> tuple[Any, ...]:
    """What is wanted apart from the span of one field."""
    return (by, *((name, value) for name, value in where.items() if name != by))


@cache
def _reader(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*_names(kind))  # an aggregate has an id and a version at least, so this gives a tuple


@dataclass(slots=True)
class Changes:
    """What a batch wants written, folded per aggregate."""

    new: list[Aggregate] = field(default_factory=list)
    changed: list[Aggregate] = field(default_factory=list)
    """Each with the version it was loaded with."""


class Stretch(NamedTuple):
    """What the store has told of a span of values."""

    where: Where
    """What was asked."""
    span: Span
    """Whichever aggregates match within it are among `ids`."""
    ids: dict[str, None]


Cache = dict[type, dict[str, Any]]
"""Aggregates of cached kinds, which outlive a batch. Must be emptied whenever a batch fails."""


class Work:
    """One batch's identity map, seen by one handler at a time."""

    now: datetime
    """The moment the command reached the bus, in UTC: the only clock of a handler."""
    present: datetime
    """The moment at which the batch is handled: for a reaction that must judge what it says as it says it, though the
    state it sees may be later than the event it reacts to."""
    command_id: str
    """The id of the message being handled: also the id of what it creates."""
    actor: str
    """Who asked: `citizen`, `staff/<user name>`, `system`."""

    def __init__(
        self,
        store: Store,
        kinds: Sequence[Kind],
        *,
        key: bytes,
        kept: Cache | None = None,
        behind: "Work | None" = None,
    ) -> None:
        """`behind` is the batch before where the store does not hold its changes yet, or not surely."""
        self._store = store
        self._key = key
        cache = {} if kept is None else kept
        self._known: dict[type, dict[str, Any]] = {
            kind.type: cache.setdefault(kind.type, {}) if kind.cached else {} for kind in kinds
        }
        self._traced = {kind.type for kind in kinds if kind.traced}
        self._absent: set[Ref] = set()
        self._found: dict[Ref, dict[str, None]] = {}
        self._secondary: dict[type, set[str]] = {}
        self._stretches: defaultdict[type, dict[tuple[Any, ...], Stretch]] = defaultdict(dict)
        self._dirty: dict[tuple[type, str], Aggregate] = {}
        self._touched: dict[tuple[type, str], tuple[Any, tuple[Any, ...] | None]] = {}
        """With each its fields as they were before the present command; None for what it has added."""
        self._unstored: dict[tuple[type, str], Aggregate] = {} if behind is None else behind._dirty
        for (kind, id), live in self._unstored.items():
            self._known[kind].setdefault(id, live)

    # For handlers ------------------------------------------------------------------------------------

    async def get(self, kind: type[A], id: str) -> A:
        """The aggregate, to be changed by its own methods. Raises `Missing`."""
        found = await self.find(kind, id)
        if found is None:
            raise Missing(f"{kind.__name__} {id}")
        return found

    async def find(self, kind: type[A], id: str) -> A | None:
        """Like `get`, but None where there is none."""
        found = await self.look(kind, id)
        return None if found is None else cast(A, self._touch(kind, found))

    async def look(self, kind: type[A], id: str) -> A | None:
        """Like `find`, but to be looked at only: nobody asks afterwards whether it was changed."""
        known = self._known[kind]
        if id not in known and Ref(kind, id) not in self._absent:
            await self._load(kind, "id", [id])
        return cast("A | None", known.get(id))

    def loaded(self, kind: type[A], id: str) -> A | None:
        """What a prefetch or an earlier handler has loaded, to be looked at only."""
        return cast("A | None", self._known[kind].get(id))

    async def select(self, kind: type[A], where: Where, *, order: tuple[str, ...] = ("id",), limit: int) -> list[A]:
        """The first `limit` aggregates that match `where`, the batch's own changes included.

        Of a span of values, in their order, the store is asked once; and again only where not enough is found there. So
        who is next, and who then, is one question.
        """
        known = self._known[kind]
        answered = self._answered(kind, where, order[0], limit)
        if answered is None:
            answered = await self._ask(kind, where, order, limit)
        ids = {*answered, *(id for (k, id) in self._touched if k is kind)}
        matching = [a for id in ids if matches(a := known[id], where)]
        matching.sort(key=attrgetter(*order, "id"))  # whatever is equal in order must not be so by chance
        return [self._touch(kind, a) for a in matching[:limit]]

    async def count(self, kind: type[A], where: Where) -> int:
        """How many aggregates match `where`, the batch's own changes included."""
        known = self._known[kind]
        ids = {id for (k, id) in (*self._touched, *self._dirty, *self._unstored) if k is kind}
        stored = await self._store.count(kind, where, without=[id for id in ids if known[id].version])
        return stored + sum(matches(known[id], where) for id in ids)

    def add(self, aggregate: Aggregate) -> None:
        """Take a new aggregate in; it is written with the batch. Raises `Exists` where its id is known to be in use."""
        kind, id = type(aggregate), aggregate.id
        if id in self._known[kind]:
            raise Exists(f"{kind.__name__} {id}")
        self._touched.setdefault((kind, id), (aggregate, None))
        self._known[kind][id] = aggregate

    def pseudonym(self, value: str) -> str:
        """A keyed hash (BLAKE2b, 128 bits) under which personal data can be compared but not read."""
        return blake2b(value.encode(), key=self._key, digest_size=16).hexdigest()

    # For the loop ------------------------------------------------------------------------------------

    async def prefetch(self, needs: Iterable[Ref]) -> bool:
        """Load what the batch's handlers will ask for: one query a kind and field. False: it was all there."""
        wanted: dict[tuple[type, str], dict[str, None]] = {}
        for ref in needs:
            there = (
                ref.value in self._known[ref.kind] or ref in self._absent if ref.field == "id" else ref in self._found
            )
            if not there:
                wanted.setdefault((ref.kind, ref.field), {})[ref.value] = None
        for (kind, name), values in wanted.items():
            await self._load(kind, name, list(values))
        return bool(wanted)

    def begin(self, command_id: str, now: datetime, actor: str) -> None:
        """Hand the work to the next command's handler."""
        self.command_id, self.now, self.actor = command_id, now, actor
        self._touched = {}

    def keep(self) -> None:
        """The command succeeded: what it changed belongs to the batch."""
        for key, (live, before) in self._touched.items():
            kind, id = key
            if before is not None and before == _reader(kind)(live):
                continue
            if kind in self._traced:
                live.commands = (*live.commands, self.command_id)[-TRACE_MOST:]
            self._dirty[key] = live
            for name in self._secondary.get(kind, ()):
                prefetched = self._found.get(Ref(kind, getattr(live, name), name))
                if prefetched is not None:
                    prefetched[id] = None
            for stretch in self._stretches[kind].values():
                if matches(live, stretch.where):
                    stretch.ids[id] = None

    def undo(self) -> None:
        """The command failed: everything it touched is as before."""
        for (kind, id), (live, before) in self._touched.items():
            if before is None:
                del self._known[kind][id]
            else:
                for name, value in zip(_names(kind), before, strict=True):
                    setattr(live, name, value)

    def changes(self) -> Changes:
        """What the batch's commands changed, each aggregate once."""
        changes = Changes()
        for aggregate in self._dirty.values():
            (changes.changed if aggregate.version else changes.new).append(aggregate)
        return changes

    def staged(self) -> None:
        """What was changed is taken down: it has from here on the version that will be stored."""
        for aggregate in self._dirty.values():
            aggregate.version += 1

    # Inside ------------------------------------------------------------------------------------------

    def _touch(self, kind: type, live: Any) -> Any:
        key = (kind, live.id)
        if key not in self._touched:
            self._touched[key] = live, _reader(kind)(live)
        return live

    async def _load(self, kind: type[Any], name: str, values: list[str]) -> None:
        known = self._known[kind]
        found: dict[str, dict[str, None]] = {value: {} for value in values}
        for aggregate in await self._store.load(kind, name, values):
            known.setdefault(aggregate.id, aggregate)
            found[getattr(aggregate, name)][aggregate.id] = None
        for (k, id), live in self._unstored.items():
            if k is kind and (ids := found.get(getattr(live, name))) is not None:
                ids[id] = None
        if name == "id":
            self._absent.update(Ref(kind, value) for value, ids in found.items() if not ids)
            return
        self._secondary.setdefault(kind, set()).add(name)
        for value, ids in found.items():
            self._found[Ref(kind, value, name)] = ids

    def _answered(self, kind: type, where: Where, by: str, limit: int) -> Iterable[str] | None:
        """The ids among which the first matches are, where the store has told enough of them already."""
        span = where.get(by)
        if isinstance(span, Span):
            return self._told(kind, where, by, span, limit)
        return self._prefetched(kind, where)

    async def _ask(self, kind: type[Any], where: Where, order: tuple[str, ...], limit: int) -> Iterable[str]:
        """The same from the store, among them whatever it does not know yet."""
        known, by = self._known[kind], order[0]
        ours = {id for (k, id) in (*self._touched, *self._dirty) if k is kind}
        before = {id for (k, id) in self._unstored if k is kind} - ours
        stored = sum(1 for id in ours if known[id].version)  # so many of those found may be others by now
        stored += sum(1 for id in before if known[id].version > 1)  # and the new ones of before are as we know them
        span = where.get(by)
        most = limit + stored + (READ_AHEAD if isinstance(span, Span) else 0)
        found: list[Any] = await self._store.select(kind, where, order=order, limit=most)
        for aggregate in found:
            known.setdefault(aggregate.id, aggregate)
        ids = {*ours, *before, *(aggregate.id for aggregate in found)}
        if isinstance(span, Span):
            told = span if len(found) < most else Span(span.start, getattr(found[-1], by))
            self._remember(kind, where, by, told, ids)
        return ids

    def _remember(self, kind: type, where: Where, by: str, span: Span, ids: Iterable[str]) -> None:
        """All that matches is among `ids`. The present command's own changes may still be undone."""
        known, touched = self._known[kind], {id: before for (k, id), (_, before) in self._touched.items() if k is kind}
        told = (id for id in ids if (touched[id] is not None if id in touched else matches(known[id], where)))
        self._stretches[kind][_stretch(where, by)] = Stretch(where, span, dict.fromkeys(told))

    def _told(self, kind: type, where: Where, by: str, span: Span, limit: int) -> Iterable[str] | None:
        """The ids among which the first matches are, where an earlier answer about the span has told enough of them."""
        told = self._stretches[kind].get(_stretch(where, by))
        if told is None or not within(span.start, told.span):
            return None
        if span.end == told.span.end or within(span.end, told.span):
            return told.ids
        known, inside = self._known[kind], {**where, by: Span(span.start, told.span.end)}
        return told.ids if sum(matches(known[id], inside) for id in told.ids) >= limit else None

    def _prefetched(self, kind: type, where: Where) -> Iterable[str] | None:
        """The ids among which every match is, where a prefetch by that one field has told them."""
        if len(where) != 1:
            return None
        ((name, value),) = where.items()
        return self._found.get(Ref(kind, cast(str, value), name)) if name in self._secondary.get(kind, ()) else None
