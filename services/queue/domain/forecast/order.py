"""The order in which people are called, as a value that the forecast takes: `domain.order` in seconds.

Each waiting person has one number, from when their waiting counts less the head start of their group, and the
smallest is next at every counter that can serve them. The number never changes while they wait, so waiting
itself is the ageing: nobody is overtaken by anyone who came more than the longest head start later. Without
head starts this is today's rule, the longest waiting first.

A rule that lets two groups age at different speeds (the accumulating priority queue of Stanford, Taylor and
Ziedins, Queueing Systems 77, 2014) has no such number and could not be forecast here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.queue.domain.forecast.situation import Waiting
from shared.contracts.queue import Group

MINUTE = 60.0
SLIVER = 0.001
"""Less than the time between any two tickets of a line."""


@dataclass(frozen=True, slots=True)
class Order:
    """An office's order rule."""

    head_starts: Mapping[Group, float] = field(default_factory=dict)
    """Seconds that each group counts as having waited already."""
    grace: float = 15 * MINUTE
    """Who comes later than this for an appointment joins the line like everybody."""

    def key(self, waiting: Waiting) -> tuple[float, int]:
        """Who has the smallest is next. To the millisecond, as the queue's own order."""
        return round(waiting.since - self.head_start(waiting.group), 3), waiting.rank

    def head_start(self, group: Group) -> float:
        """The group's head start in seconds."""
        return self.head_starts.get(group, 0.0)

    def since_beside(self, neighbour: Waiting, group: Group, *, behind: bool = True) -> float:
        """From when waiting must count for one of a group to stand directly behind (or before) a neighbour."""
        return self.key(neighbour)[0] + self.head_start(group) + (SLIVER if behind else -SLIVER)


FIRST_COME = Order()
"""Today's rule."""
MERGED = Order({"priority": 30 * MINUTE, "appointment": 30 * MINUTE})
"""Priority groups and appointments among the others: half an hour ahead, and therefore half an hour at most."""
