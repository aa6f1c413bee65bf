"""What happens to a batch, whatever bus and store it runs on.

decode → handlers on one unit of work → one transaction of state, journal and position → the batch's messages
to be published. The caller publishes them and only then commits the offsets. Invariants:

- an effect happens once: a command whose journal entry exists has its events published again, not its effect;
- one bad message never holds up its neighbours: it becomes a dead letter, and a batch whose write fails for a
  reason that is nobody's in particular is split until the culprit is alone;
- a worker that lost a partition writes nothing of it: each claim of a partition names a new owner in the
  store, and the transaction checks it;
- a batch that was made ready ahead of its turn is written only on top of what it was handled on.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from time import perf_counter, time_ns

from shared import tracing
from shared.clock import Clock
from shared.contracts.message import Event, commands_topic, dead_topic, events_topic
from shared.errors import Refused
from shared.log import current_message, get_logger
from shared.messaging import dead
from shared.messaging.attempt import ACCEPTED, Attempt, Handled, Opened, Ready, Report, Settled
from shared.messaging.envelope import Codec, Incoming, Record, Unwanted, encode_events
from shared.messaging.errors import Fenced, Poison, Transient
from shared.messaging.routes import Ref, Route, Routes
from shared.messaging.store import DuplicateEntry, Position, Published, Store
from shared.messaging.work import Cache, Work

log = get_logger(__name__)

LONGEST_CHAIN = 4
"""How many loads may lead one to the next before a batch is handled."""
TURN_SECONDS = 0.001
"""So long a batch computes in one go while others of the process wait: they are the database's answers too."""
LARGEST_CACHE = 10_000
"""Aggregates kept in memory between batches; beyond it the cache starts anew."""


class IdReused(Refused):
    """The id of an earlier command came again with other content."""

    slug = "idempotency-key-reused"


class Loop:
    """Settles batches of one service's commands and reactions."""

    def __init__(
        self,
        routes: Routes,
        store: Store,
        *,
        key: bytes,
        clock: Clock,
        new_owner: Callable[[], str],
        topic: Callable[[str], str] = lambda name: name,
    ) -> None:
        """`key` hashes personal data; `new_owner` makes a name no worker had before; `topic` adds a namespace."""
        self._routes: dict[str, Route] = {
            message.type(): route for message, route in (*routes.commands.items(), *routes.reactions.items())
        }
        self._codecs = _codecs(routes, topic)
        self._kinds = routes.kinds
        self._refusal = routes.refused
        self._store = store
        self._key = key
        self._clock = clock
        self._new_owner = new_owner
        self._topic, self._source = cache(topic), f"/kentongan/{routes.service}"
        self._dead = topic(dead_topic(routes.service))
        self._own = {self._dead, *(topic(of(routes.service)) for of in (commands_topic, events_topic))}
        self._owners: dict[str, str] = {}
        self._attempted: dict[str, int] = {}
        self._cache: Cache = {}
        self._ahead: Ready | None = None
        self.topics = tuple(sorted(self._codecs))

    # Ownership ---------------------------------------------------------------------------------------

    async def claim(self, partitions: Iterable[str]) -> None:
        """Become the only writer of these partitions. Raises `Transient`."""
        self._cache.clear()
        for partition in partitions:
            owner = self._new_owner()
            self._attempted[partition] = await self._store.claim(partition, owner)
            self._owners[partition] = owner

    def release(self, partitions: Iterable[str]) -> None:
        """Stop writing these partitions."""
        self._cache.clear()
        for partition in partitions:
            self._owners.pop(partition, None)

    @property
    def owned(self) -> frozenset[str]:
        """The partitions this worker may write."""
        return frozenset(self._owners)

    # Others' topics ----------------------------------------------------------------------------------

    def is_ours(self, message: Published) -> bool:
        """Whether it goes to a topic of the service's own."""
        return message.topic in self._own

    def bury(self, message: Published, reason: str, report: Report) -> Published:
        """The letter for what another's topic did not take."""
        log.warning("dead letter", place=message.topic, reason=reason)
        report.dead[reason.partition(":")[0]] += 1
        return dead.write(dead.returned(message, reason, self._clock()), self._dead)

    # A batch -----------------------------------------------------------------------------------------

    async def settle(self, records: Sequence[Record], ready: Ready | None = None) -> Settled:
        """Make a batch's effects durable, those that were made ready where these still hold.

        Raises `Transient` (try again) or `Fenced` (drop those partitions).
        """
        if self._ahead is not ready:
            self._forget_ahead()
        self._ahead = None
        try:
            if ready is not None and await self._written(ready):
                opened, messages = ready.opened, ready.handled.attempt.messages
            else:
                lookup, opened = self._maybe_known(records), await self._open(records)
                messages = await self._settle(opened.batch, lookup, opened) if opened.batch else []
        except BaseException:
            self._cache.clear()
            raise
        if sum(map(len, self._cache.values())) > LARGEST_CACHE:
            self._cache.clear()
        opened.report.issued_at = [incoming.issued_at for incoming in opened.batch]
        return Settled([*messages, *opened.letters], opened.report)

    async def make_ready(self, records: Sequence[Record], behind: Ready | None = None) -> Ready | None:
        """Have the handlers run for a batch while the one that it comes behind is being written.

        It is a wager that nothing goes wrong: None where anything does, or where messages may have been handled
        before, and the batch must be settled as any other, after its predecessor.
        """
        if self._ahead is not behind:
            self._forget_ahead()
        try:
            if self._maybe_known(records) or (behind is not None and behind.durable is False):
                return None
            opened = await self._open(records)
            handled = await self._handle(opened.batch, False, None if behind is None else behind.handled.work)
        except Exception as error:
            log.info("batch cannot be handled ahead", size=len(records), error=repr(error))
            self._cache.clear()
            return None
        except BaseException:
            self._cache.clear()
            raise
        self._ahead = Ready(opened, handled, behind)
        return self._ahead

    def _forget_ahead(self) -> None:
        """Of what was made ready and is not settled next, the effects are in the memory."""
        if self._ahead is not None:
            self._ahead = None
            self._cache.clear()

    async def _written(self, ready: Ready) -> bool:
        """False where a batch that was made ready must be handled anew. Raises `Transient` or `Fenced`."""
        try:
            if ready.holds:
                await self._write(ready.handled, ready.opened)
                ready.durable, ready.behind = True, None
        except (Transient, Fenced):
            raise
        except Exception as error:
            log.info("batch is handled anew", size=len(ready.opened.batch), error=repr(error))
        finally:
            if not ready.durable:
                ready.durable = False
                self._cache.clear()
        return ready.durable

    def _maybe_known(self, records: Sequence[Record]) -> bool:
        """Whether a record may have been handled before. Others repeat at most by id, which the journal refuses.

        Raises `Fenced`.
        """
        offsets = _offsets(records)
        lost = offsets.keys() - self._owners.keys()
        if lost:
            raise Fenced(frozenset(lost))
        known = False
        for place, read in offsets.items():
            tried = self._attempted.get(place, 0)
            known = known or min(read) < tried
            self._attempted[place] = max(tried, max(read) + 1)
        return known

    async def _open(self, records: Sequence[Record]) -> Opened:
        opened = Opened([], Report(len(records)), [])
        turn = Turn()
        for record in records:
            if turn.is_over():
                await turn.next()
            try:
                opened.batch.append(self._codecs[record.topic].decode(record))
            except Unwanted:
                continue
            except Poison as poison:
                opened.letters.append(self._bury(record, str(poison), opened.report))
        return opened

    async def _settle(self, batch: Sequence[Incoming], lookup: bool, opened: Opened) -> list[Published]:
        try:
            handled = await self._handle(batch, lookup)
            await self._write(handled, opened)
        except (Transient, Fenced):
            raise
        except DuplicateEntry:
            if lookup:  # entered between our look and our write: look again, later
                raise Transient("the journal changed under the batch") from None
            self._cache.clear()
            return await self._settle(batch, True, opened)
        except Exception as error:
            self._cache.clear()
            if len(batch) == 1:
                log.exception("message is undeliverable", message_id=batch[0].id)
                reason = f"failed: {type(error).__name__}: {error}"[:1000]
                opened.letters.append(self._bury(batch[0].record, reason, opened.report))
                return []
            log.warning("batch failed, splitting it", size=len(batch), error=repr(error))
            middle = len(batch) // 2
            return [
                *await self._settle(batch[:middle], lookup, opened),
                *await self._settle(batch[middle:], lookup, opened),
            ]
        return handled.attempt.messages

    async def _handle(self, batch: Sequence[Incoming], lookup: bool, behind: Work | None = None) -> Handled:
        started = perf_counter()
        known = await self._store.entries([incoming.id for incoming in batch]) if lookup else {}
        work = Work(self._store, self._kinds, key=self._key, kept=self._cache, behind=behind)
        attempt = Attempt(known, self._clock())
        work.present = attempt.at
        await self._prefetch(batch, work, attempt)
        loaded = perf_counter()
        try:
            turn = Turn()
            for incoming in batch:
                if turn.is_over():
                    await turn.next()
                current_message.set(incoming)
                await self._answer(incoming, work, attempt)
        finally:
            current_message.set(None)
        if attempt.failed and not lookup:
            raise DuplicateEntry  # perhaps: a repeat fails where its own earlier effect is in the way
        handled = perf_counter()
        write = None
        if attempt.entries:
            write = self._store.stage(work.changes(), attempt.entries, self._positions(batch))
            work.staged()
        seconds = {"load": loaded - started, "handle": handled - loaded, "commit": perf_counter() - handled}
        return Handled(attempt, work, write, seconds)

    async def _write(self, handled: Handled, opened: Opened) -> None:
        started = perf_counter()
        if handled.write:
            await handled.write()
        handled.seconds["commit"] += perf_counter() - started
        attempt, report = handled.attempt, opened.report
        for phase, seconds in handled.seconds.items():
            report.seconds[phase] = report.seconds.get(phase, 0.0) + seconds
        report.outcomes.update(attempt.outcomes)
        opened.letters.extend(self._bury(record, reason, report) for record, reason in attempt.failed)
        for span in attempt.spans:
            tracing.record(span)

    async def _answer(self, incoming: Incoming, work: Work, attempt: Attempt) -> None:
        entry = attempt.known.get(incoming.id)
        if entry is not None:
            if entry.fingerprint == incoming.fingerprint:
                attempt.messages.extend(entry.events)
                attempt.outcomes[incoming.type, "repeated"] += 1
            else:
                variant = f"{incoming.fingerprint[:8]}:"  # the first command's events have these ids already
                now, trace = attempt.now(incoming), incoming.traceparent
                attempt.messages.extend(self._refuse(incoming, IdReused(), now, trace, variant))
                attempt.outcomes[incoming.type, IdReused.slug] += 1
            return
        now = attempt.now(incoming)
        work.begin(incoming.id, now, incoming.actor)
        outcome, trace, started_ns = ACCEPTED, tracing.child(incoming.traceparent), time_ns()
        try:
            events = await self._routes[incoming.type].handler(incoming.message, work)
            published = self._encode(events, incoming, now, trace)
        except Refused as refusal:
            work.undo()
            outcome = refusal.slug
            published = self._refuse(incoming, refusal, now, trace)
        except Transient:
            raise
        except Exception as error:
            work.undo()
            log.exception("handler failed")
            attempt.failed.append((incoming.record, f"failed: {type(error).__name__}: {error}"[:1000]))
            return
        else:
            work.keep()
        attempt.take(incoming, outcome, published)
        if tracing.enabled():
            attempt.trace(incoming, outcome, trace, started_ns)

    def _refuse(
        self, incoming: Incoming, refusal: Refused, now: datetime, trace: str | None, variant: str = ""
    ) -> tuple[Published, ...]:
        event = self._refusal(
            command=incoming.type, about=incoming.message.key(), reason=refusal.slug, details=refusal.details
        )
        return self._encode([event], incoming, now, trace, variant)

    def _encode(
        self, events: Sequence[Event], cause: Incoming, now: datetime, trace: str | None, variant: str = ""
    ) -> tuple[Published, ...]:
        return encode_events(
            events, cause, topic=self._topic, source=self._source, time=now, traceparent=trace, variant=variant
        )

    async def _prefetch(self, batch: Sequence[Incoming], work: Work, attempt: Attempt) -> None:
        new = [incoming for incoming in batch if incoming.id not in attempt.known]
        for _ in range(LONGEST_CHAIN):
            if not await work.prefetch(self._needs(new, work, attempt)):
                return

    def _needs(self, batch: Sequence[Incoming], work: Work, attempt: Attempt) -> list[Ref]:
        needs: list[Ref] = []
        for incoming in batch:
            work.begin(incoming.id, attempt.now(incoming), incoming.actor)
            needs.extend(self._routes[incoming.type].needs(incoming.message, work))
        return needs

    def _positions(self, batch: Sequence[Incoming]) -> list[Position]:
        ends: dict[str, int] = {}
        for incoming in batch:
            ends[incoming.record.place] = incoming.record.offset + 1
        try:
            return [Position(place, self._owners[place], end) for place, end in ends.items()]
        except KeyError as lost:  # released while the handlers ran
            raise Fenced(frozenset(ends.keys() - self._owners.keys())) from lost

    def _bury(self, record: Record, reason: str, report: Report) -> Published:
        log.warning("dead letter", place=record.place, offset=record.offset, reason=reason)
        report.dead[reason.partition(":")[0]] += 1
        return dead.write(dead.letter(record, reason, self._clock()), self._dead)


class Turn:
    """A bounded time of computing, after which whatever else the process has to do comes to its turn."""

    def __init__(self) -> None:
        self._ends = perf_counter() + TURN_SECONDS

    def is_over(self) -> bool:
        """Whether the others have waited for long enough."""
        return perf_counter() >= self._ends

    async def next(self) -> None:
        """Returns when they have had theirs."""
        await asyncio.sleep(0)
        self._ends = perf_counter() + TURN_SECONDS


def _offsets(records: Sequence[Record]) -> Mapping[str, Sequence[int]]:
    """Partition → the offsets of its records."""
    offsets = defaultdict(list)
    for record in records:
        offsets[record.place].append(record.offset)
    return offsets


def _codecs(routes: Routes, topic: Callable[[str], str]) -> dict[str, Codec]:
    """For each topic that the loop reads what may lie there: a command enters by its own topic only."""
    codecs = {topic(commands_topic(routes.service)): Codec(routes.commands)} if routes.commands else {}
    for publisher in {event.publisher for event in routes.reactions}:
        reactions = [event for event in routes.reactions if event.publisher == publisher]
        codecs[topic(events_topic(publisher))] = Codec(reactions, publisher=publisher)
    return codecs
