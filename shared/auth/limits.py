"""How often one may try something, such as to sign in.

Failures are counted for the pair of user name and address, and for the address as a whole. Never for the user
name alone: whoever knows a name could then keep its owner out. Nor can whoever shares an address: a browser in
which the person has signed in before (`shared.auth.devices`) is counted by itself, and nothing that others do
makes it wait.

Invariants: an attempt counts as failed from its beginning, so that a hundred at once are a hundred, whichever
processes they reach; names and addresses are kept as keyed hashes, and not for long.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pymongo.errors import DuplicateKeyError

from shared.clock import Clock
from shared.mongo import passing_errors

_LONGEST_USER = 64
_TRIES = 10
REMEMBERED_MOST = 200_000
_CROWDED = timedelta(seconds=1)
"""How long to wait where so many try at once that ours could not be counted."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How patience ends: free tries first, then a wait that doubles with each further failure."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    forget_after: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long to wait after that many failures."""
        if failures < self.free:
            return timedelta(0)
        doublings = min(failures - self.free, 20)  # a larger power is beyond `longest_wait` and any clock
        return min(self.first_wait * (1 << doublings), self.longest_wait)


PER_USER_AND_ADDRESS = Rule(5, timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=1))
PER_USER_AND_DEVICE = PER_USER_AND_ADDRESS
PER_ADDRESS = Rule(30, timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=1))
"""Many people may sit behind one address: an office, a mobile network."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failures so far, and when the last one began."""

    failures: int
    last: datetime


class AttemptStore(Protocol):
    """Counts attempts for all API processes. Every method may raise `Transient`."""

    async def find(self, keys: Sequence[str]) -> Mapping[str, Attempts]:
        """What is known of each."""

    async def count(self, key: str, known: Attempts | None, now: Attempts, forget_at: datetime) -> bool:
        """Put `now` in the place of `known`. False: somebody else has counted in between."""

    async def forgive(self, key: str) -> None:
        """One failure less."""

    async def forget(self, key: str) -> None:
        """No failures any more."""


class Patience:
    """Counts tries of any kind for all API processes, by keyed hashes that are forgotten, and says who must wait."""

    def __init__(self, store: AttemptStore, clock: Clock, *, key: bytes) -> None:
        """`key` hashes what is counted."""
        self._store = store
        self._clock = clock
        self._key = key

    def name(self, *parts: str) -> str:
        """Under which tries of something are counted, such as those from one address."""
        return hmac.new(self._key, "\n".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]

    async def begin(self, rules: Mapping[str, Rule]) -> timedelta:
        """Zero, and the try is counted under each name; or how long to wait, and nothing is counted."""
        left = dict(rules)
        for _ in range(_TRIES):
            found = await self._store.find(list(left))
            now = self._clock()
            known = {name: self._remembered(found.get(name), rule, now) for name, rule in left.items()}
            wait = max(_remaining(known[name], rule, now) for name, rule in left.items())
            if wait > timedelta(0):
                return wait
            # What was counted before a neighbour was too quick for the rest is not counted twice.
            left = {n: rule for n, rule in left.items() if not await self._count(n, rule, found.get(n), known[n])}
            if not left:
                return timedelta(0)
        return _CROWDED

    async def forget(self, name: str) -> None:
        """Begin anew."""
        await self._store.forget(name)

    async def forgive(self, name: str) -> None:
        """One less."""
        await self._store.forgive(name)

    async def _count(self, name: str, rule: Rule, found: Attempts | None, known: Attempts | None) -> bool:
        now = self._clock()
        counted = Attempts(known.failures + 1 if known else 1, now)
        return await self._store.count(name, found, counted, now + rule.forget_after)

    def _remembered(self, found: Attempts | None, rule: Rule, now: datetime) -> Attempts | None:
        return found if found and now - found.last < rule.forget_after else None


class SignInLimits:
    """Says who must wait before signing in."""

    def __init__(
        self,
        store: AttemptStore,
        clock: Clock,
        *,
        key: bytes,
        pair: Rule = PER_USER_AND_ADDRESS,
        device: Rule = PER_USER_AND_DEVICE,
        address: Rule = PER_ADDRESS,
    ) -> None:
        """`key` hashes names and addresses."""
        self._patience = Patience(store, clock, key=key)
        self._pair = pair
        self._device = device
        self._address = address

    async def begin(self, user: str, address: str, device: str | None = None) -> timedelta:
        """Zero, and the attempt is counted; or how long to wait, and nothing is counted.

        `device` names the browser, where the user has signed in from it before.
        """
        return await self._patience.begin(self._rules(user, address, device))

    async def succeeded(self, user: str, address: str, device: str | None = None) -> None:
        """The attempt was right: it was no failure of the address, and the pair or the device starts afresh."""
        own, *shared = self._rules(user, address, device)
        await self._patience.forget(own)
        for name in shared:
            await self._patience.forgive(name)

    def _rules(self, user: str, address: str, device: str | None) -> dict[str, Rule]:
        """Whose failures count, the attempt's own first."""
        name, named = user[:_LONGEST_USER].casefold(), self._patience.name
        if device is not None:
            return {named("device", device, name): self._device}
        network = network_of(address)
        return {named("pair", network, name): self._pair, named("address", network): self._address}


def _remaining(known: Attempts | None, rule: Rule, now: datetime) -> timedelta:
    return known.last + rule.wait(known.failures) - now if known else timedelta(0)


def network_of(address: str) -> str:
    """An IPv6 customer has a whole /64 to choose addresses from: it counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


class MemoryAttemptStore:
    """Attempts of one process: for what is cheaper to let pass once more than to count in the database.

    Of too many names the longest unused are forgotten.
    """

    def __init__(self, most: int = REMEMBERED_MOST) -> None:
        self.attempts: dict[str, Attempts] = {}
        self._most = most

    async def find(self, keys: Iterable[str]) -> Mapping[str, Attempts]:
        return {key: self.attempts[key] for key in keys if key in self.attempts}

    async def count(self, key: str, known: Attempts | None, now: Attempts, forget_at: datetime) -> bool:
        if self.attempts.get(key) != known:
            return False
        self.attempts.pop(key, None)
        self.attempts[key] = now
        if len(self.attempts) > self._most:
            del self.attempts[next(iter(self.attempts))]
        return True

    async def forgive(self, key: str) -> None:
        if (known := self.attempts.get(key)) and known.failures:
            self.attempts[key] = Attempts(known.failures - 1, known.last)

    async def forget(self, key: str) -> None:
        self.attempts.pop(key, None)


class MongoAttemptStore:
    """Attempts in a collection of the service's database, shared by its API processes."""

    def __init__(self, collection: Any) -> None:
        """`collection` is an asynchronous one, as `shared.mongo` hands out."""
        self._collection = collection

    async def prepare(self) -> None:
        """The index by which the database forgets."""
        with passing_errors():
            await self._collection.create_index("forget_at", expireAfterSeconds=0)

    async def find(self, keys: Sequence[str]) -> Mapping[str, Attempts]:
        with passing_errors():
            found = self._collection.find({"_id": {"$in": list(keys)}})
            return {d["_id"]: Attempts(d["failures"], d["last"]) async for d in found}

    async def count(self, key: str, known: Attempts | None, now: Attempts, forget_at: datetime) -> bool:
        counted = {"failures": now.failures, "last": now.last, "forget_at": forget_at}
        with passing_errors():
            if known is None:
                try:
                    await self._collection.insert_one({"_id": key, **counted})
                except DuplicateKeyError:
                    return False
                return True
            unchanged = {"_id": key, "failures": known.failures, "last": known.last}
            result = await self._collection.update_one(unchanged, {"$set": counted})
            return bool(result.matched_count)

    async def forgive(self, key: str) -> None:
        with passing_errors():
            await self._collection.update_one({"_id": key, "failures": {"$gt": 0}}, {"$inc": {"failures": -1}})

    async def forget(self, key: str) -> None:
        with passing_errors():
            await self._collection.delete_one({"_id": key})
