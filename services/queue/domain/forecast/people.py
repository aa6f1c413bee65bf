"""The people of a forward simulation: who waits, who is still to come, and what each takes of a counter.

Invariant: who waits now has the same place in every future; who is still to come, and what everybody takes,
differs from future to future.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from services.queue.domain.forecast.arrivals import crowds
from services.queue.domain.forecast.beliefs import BOOKING_ORIGIN, Beliefs
from services.queue.domain.forecast.durations import Floats
from services.queue.domain.forecast.forward import NEVER, Lane
from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.situation import GROUPS, Booking, Situation, Waiting
from shared.contracts.queue import Group


@dataclass(frozen=True, slots=True)
class People:
    """Deals lanes of one situation."""

    situation: Situation
    beliefs: Beliefs
    order: Order
    chance: np.random.Generator
    futures: int
    levels: Mapping[str, Floats]
    """Service → a factor of each future for all its work."""
    crowds: Mapping[Group, Floats]
    """Group → which part of all who are expected comes and belongs to it, in each future."""

    @classmethod
    def of(
        cls,
        situation: Situation,
        beliefs: Beliefs,
        order: Order,
        chance: np.random.Generator,
        futures: int,
        services: Iterable[str],
    ) -> "People":
        """Deal what is the same for a whole future, once."""
        levels = {service: beliefs.work_of(service).draw_levels(chance, futures) for service in services}
        return cls(situation, beliefs, order, chance, futures, levels, crowds(beliefs.arrivals, chance, futures))

    def waiting(self, service: str, line: Sequence[Waiting]) -> Lane:
        """A line as it stands, and behind it a newcomer who takes nothing of anybody."""
        now = self.situation.now
        keys = np.array([*(self.order.key(w)[0] for w in line), now, NEVER])
        shape = self.futures, len(line)
        absences = np.array([self.beliefs.no_show(service, w.group) for w in line])
        leaves = now + self.chance.exponential(1.0 / self.beliefs.leave_rate, shape)
        fixed, work = self._demands(service, shape, absences)
        return Lane(
            keys=keys[None, :],
            ready=np.where(keys < NEVER, now, NEVER)[None, :],
            leaves=_padded(leaves, 2, NEVER),
            fixed=_padded(fixed, 2, 0.0),
            work=_padded(work, 2, 0.0),
        )

    def coming(self, service: str, latest_key: float) -> Lane | None:
        """Who is still to come and will go before the last who waits now. In the order of their coming."""
        parts = [self._arriving(service, latest_key, group) for group in GROUPS if group != "appointment"]
        parts.append(self._expected(service, latest_key))
        ready = np.concatenate([part[0] for part in parts], axis=1)
        keys = np.concatenate([part[1] for part in parts], axis=1)
        ready = np.where(keys < latest_key, ready, NEVER)
        widest = int(np.isfinite(ready).sum(axis=1).max(initial=0))
        if not widest:
            return None
        return self._lane(service, "priority", ready, keys, widest)

    def expected(self, service: str, until: float) -> list[Lane]:
        """Everybody who is to come until then, a lane for each group."""
        lanes = []
        for group in GROUPS:
            before = until - self.order.head_start(group)
            find = self._expected if group == "appointment" else partial(self._arriving, group=group)
            ready, keys = find(service, latest_key=before)
            if ready.shape[1]:
                lanes.append(self._lane(service, group, ready, keys))
        return lanes

    def nobody(self) -> Lane:
        """A lane in which nobody will ever be."""
        never = np.full((1, 1), NEVER)
        return Lane(never, never, never, np.zeros((1, 1)), np.zeros((1, 1)))

    def _lane(self, service: str, group: Group, ready: Floats, keys: Floats, widest: int | None = None) -> Lane:
        """People in the order of their coming; only the first `widest` come in any future."""
        order = np.argsort(ready, axis=1)[:, :widest]
        ready, keys = np.take_along_axis(ready, order, axis=1), np.take_along_axis(keys, order, axis=1)
        keys = np.where(np.isfinite(ready), keys, NEVER)
        absences = np.full(keys.shape[1], self.beliefs.no_show(service, group))
        fixed, work = self._demands(service, keys.shape, absences)
        leaves = np.full(keys.shape, NEVER)
        columns = (keys, NEVER), (ready, NEVER), (leaves, NEVER), (fixed, 0.0), (work, 0.0)
        return Lane(*(_padded(column, 1, end) for column, end in columns))

    def _demands(self, service: str, shape: tuple[int, int], absences: Floats) -> tuple[Floats, Floats]:
        """What people take of a counter: the seconds that no pace changes, and those at an ordinary one.

        Who does not come when called and is put back takes a call in vain and, a little later, a visit; that it
        is not at once is left out.
        """
        b, chance = self.beliefs, self.chance
        luck = chance.random(shape)
        absent, gone = luck < absences, luck < absences * (1.0 - b.comes_back)
        fixed = np.where(absent, b.holding.draw(chance, shape), b.coming.draw(chance, shape))
        work = np.where(gone, 0.0, b.work_of(service).draw(chance, shape)) * self.levels[service][:, None]
        return fixed + b.switching.draw(chance, shape), work

    def _arriving(self, service: str, latest_key: float, group: Group) -> tuple[Floats, Floats]:
        head_start = self.order.head_start(group)
        arrivals = self.beliefs.arrivals.get((service, group))
        now, end = self.situation.now, latest_key + head_start
        if arrivals is None or end <= now:
            nobody = np.empty((self.futures, 0))
            return nobody, nobody
        ready = arrivals.draw(self.chance, now, end, self.crowds[group])
        return ready, ready - head_start

    def _expected(self, service: str, latest_key: float) -> tuple[Floats, Floats]:
        head_start = self.order.head_start("appointment")
        booked = [booking for booking in self.situation.bookings if booking.service == service]
        near = [booking for booking in booked if booking.slot - head_start < latest_key]
        ready = np.empty((self.futures, len(near)))
        slots = np.array([booking.slot for booking in near])
        for column, booking in enumerate(near):
            ready[:, column] = self._check_in(booking)
        in_time = ready <= slots + self.order.grace
        return ready, np.where(in_time, slots - head_start, ready)

    def _check_in(self, booking: Booking) -> Floats:
        """When the person comes, given that it has not happened yet; infinite for who stays away."""
        b, chance = self.beliefs, self.chance
        elapsed = self.situation.now - booking.slot + BOOKING_ORIGIN
        still_coming = (1.0 - b.absent) * b.check_in.exceeds(elapsed)
        comes = booking.slot - BOOKING_ORIGIN + b.check_in.draw_beyond(chance, elapsed, self.futures)
        stays_away = chance.random(self.futures) < b.absent / (b.absent + still_coming)
        return np.where(stays_away, NEVER, comes)


def _padded(values: Floats, width: int, value: float) -> Floats:
    return np.concatenate((values, np.full((len(values), width), value)), axis=1)
