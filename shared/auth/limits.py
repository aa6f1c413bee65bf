"""How often one may try to sign in.

Failures are counted for the pair of user name and address, and for the address as a whole. Never for the user
name alone: whoever knows a name could then keep its owner out.

Invariants: an attempt counts as failed from its beginning, so that a hundred at once are a hundred; memory is
bounded, whatever is sent.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock

MAX_ENTRIES = 20_000
_LONGEST_USER = 64


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
PER_ADDRESS = Rule(30, timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=1))
"""Many people may sit behind one address: an office, a mobile network."""


@dataclass(slots=True)
class _Record:
    failures: int
    last: datetime


class SignInLimits:
    """Counts one process's attempts. With several processes each counts for itself."""

    def __init__(
        self,
        clock: Clock,
        *,
        pair: Rule = PER_USER_AND_ADDRESS,
        address: Rule = PER_ADDRESS,
        max_entries: int = MAX_ENTRIES,
    ) -> None:
        self._clock = clock
        self._pair = pair
        self._address = address
        self._max_entries = max_entries
        self._records: OrderedDict[Hashable, _Record] = OrderedDict()

    def begin(self, user: str, address: str) -> timedelta:
        """Zero, and the attempt is counted; or how long to wait, and nothing is counted."""
        network = network_of(address)
        keys = self._keys(user, network)
        wait = max(self._remaining(key, rule) for key, rule in keys)
        if wait <= timedelta(0):
            for key, _ in keys:
                self._count(key)
        return max(wait, timedelta(0))

    def succeeded(self, user: str, address: str) -> None:
        """The attempt was right: it was no failure of the address, and the pair starts afresh."""
        network = network_of(address)
        (pair, _), (whole, _) = self._keys(user, network)
        self._records.pop(pair, None)
        if record := self._records.get(whole):
            record.failures = max(0, record.failures - 1)

    def __len__(self) -> int:
        return len(self._records)

    def _keys(self, user: str, network: str) -> tuple[tuple[Hashable, Rule], tuple[Hashable, Rule]]:
        return ((user[:_LONGEST_USER].casefold(), network), self._pair), (network, self._address)

    def _remaining(self, key: Hashable, rule: Rule) -> timedelta:
        record = self._records.get(key)
        if record is None:
            return timedelta(0)
        now = self._clock()
        if now - record.last >= rule.forget_after:
            del self._records[key]
            return timedelta(0)
        return record.last + rule.wait(record.failures) - now

    def _count(self, key: Hashable) -> None:
        record = self._records.setdefault(key, _Record(0, self._clock()))
        record.failures += 1
        record.last = self._clock()
        self._records.move_to_end(key)
        while len(self._records) > self._max_entries:
            self._records.popitem(last=False)


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
