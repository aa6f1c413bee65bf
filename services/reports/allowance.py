"""How much a program may ask in a while: some requests at once, then as many a second as come back.

Each API process counts for itself, in memory, so that counting costs less than what it saves.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from shared.clock import Clock

AT_ONCE = 120
A_SECOND = 4.0
KNOWN_MOST = 10_000


class Allowance:
    """Counts by any name, such as a token's."""

    def __init__(self, clock: Clock, *, at_once: int = AT_ONCE, a_second: float = A_SECOND) -> None:
        self._clock = clock
        self._at_once = at_once
        self._a_second = a_second
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, name: str) -> timedelta:
        """Zero, and it is counted; or how long to wait, and nothing is counted."""
        now = self._clock()
        left, since = self._left.pop(name, (float(self._at_once), now))
        left = min(float(self._at_once), left + (now - since).total_seconds() * self._a_second)
        wait = timedelta(0) if left >= 1 else timedelta(seconds=(1 - left) / self._a_second)
        self._left[name] = (left if wait else left - 1, now)
        while len(self._left) > KNOWN_MOST:
            self._left.popitem(last=False)
        return wait
