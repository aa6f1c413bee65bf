"""Puts a synthetic day on the sandbox agency's real topics, at any speed."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

from deploy.agency.sandbox.day import Told
from shared.messaging.kafka import Publisher
from shared.messaging.store import Published

AT_ONCE = 200
Said = Callable[[int], None]


async def replay(
    told: Iterable[Told],
    publisher: Publisher,
    topic: Callable[[str], str],
    *,
    speed: float,
    said: Said,
) -> int:
    """Publish all of it; returns how many messages. `speed` 60 is a minute a second; 0 waits for nothing.

    `said` hears how many are out by now. Raises `Transient`.
    """
    clock = asyncio.get_running_loop().time
    began, published = clock(), 0
    batch: list[Published] = []
    due = timedelta(0)
    for one in told:
        if batch and (len(batch) == AT_ONCE or (speed and one.after != due)):
            published += await _out(batch, publisher, said, published)
            batch = []
        if speed and one.after > due:
            await asyncio.sleep(max(0.0, began + one.after.total_seconds() / speed - clock()))
        due = one.after
        batch.append(one.message._replace(topic=topic(one.message.topic)))
    return published + (await _out(batch, publisher, said, published) if batch else 0)


async def _out(batch: list[Published], publisher: Publisher, said: Said, before: int) -> int:
    await publisher.publish(batch)
    said(before + len(batch))
    return len(batch)
