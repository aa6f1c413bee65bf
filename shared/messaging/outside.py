"""Publishing to topics that are not the service's own, such as another agency's.

Invariant: what is wrong with one such topic holds up neither the others nor the service. A message whose topic is not
there, or does not take it, is given back with the reason: it becomes a dead letter, and can be sent again once the
topic is mended. While the broker itself is in trouble nothing is given back: that passes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

from shared.log import get_logger
from shared.messaging.errors import Transient
from shared.messaging.kafka import Publisher, Sent
from shared.messaging.store import Published

log = get_logger(__name__)

PATIENCE_SECONDS = 1.0
"""How long a topic that was just made may take until each broker knows it."""
PAUSE_SECONDS = 0.1
UNKNOWN = "unknown-topic: there is no such topic"
_LASTING = {
    TopicAuthorizationFailedError: "topic-denied: the broker does not let us write there",
    InvalidTopicError: "invalid-topic: the broker allows no such name",
    MessageSizeTooLargeError: "too-large: the topic takes no message of this size",
    RecordListTooLargeError: "too-large: the topic takes no batch of this size",
    PolicyViolationError: "topic-refuses: against the broker's policy",
}


class Returned(NamedTuple):
    """A message that its topic does not take, and why."""

    message: Published
    reason: str


class Outside:
    """The way to others' topics."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._missing: set[str] = set()

    async def publish(self, messages: Sequence[Published]) -> list[Returned]:
        """Send a batch; returns, when all is acknowledged, what could not be delivered. Raises `Transient`."""
        if not messages:
            return []
        await self._find({message.topic for message in messages})
        there = [message for message in messages if message.topic not in self._missing]
        returned = [Returned(message, UNKNOWN) for message in messages if message.topic in self._missing]
        return returned + await self._delivered(await self._publisher.send(there))

    async def _find(self, topics: Iterable[str]) -> None:
        """Learn which topics are missing. One that was missing before is looked for once more, but not waited for."""
        known_missing, self._missing = self._missing, {t for t in self._missing if not self._publisher.knows(t)}
        unknown = [topic for topic in topics if not self._publisher.knows(topic)]
        if not unknown:
            return
        clock = asyncio.get_running_loop().time
        deadline = clock() + (0 if known_missing.issuperset(unknown) else PATIENCE_SECONDS)
        while True:
            await self._publisher.look(unknown)
            unknown = [topic for topic in unknown if not self._publisher.knows(topic)]
            if not unknown or clock() >= deadline:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        for topic in set(unknown) - known_missing:
            log.error("nobody can be told on a topic that is not there", topic=topic)
        self._missing = {topic for topic in self._missing if not self._publisher.knows(topic)} | set(unknown)

    async def _delivered(self, sent: Sequence[Sent]) -> list[Returned]:
        """Wait for the broker's answers, but not for those of a topic that has vanished meanwhile."""
        waiting = {one.acknowledged: one for one in sent}
        failures: dict[type[Exception], list[Sent]] = defaultdict(list)
        vanished: list[Sent] = []
        while waiting:
            done, _ = await asyncio.wait(waiting, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                one, error = waiting.pop(future), future.exception()
                if isinstance(error, KafkaError):
                    failures[type(error)].append(one)
                elif error is not None:
                    raise error
            for future, one in list(waiting.items()):
                if not self._publisher.knows(one.topic):
                    future.add_done_callback(_seen)
                    vanished.append(waiting.pop(future))
        passing = failures.keys() - _LASTING.keys()
        if passing:
            raise Transient(f"publishing failed: {', '.join(sorted(error.__name__ for error in passing))}")
        for one in vanished:
            log.error("nobody can be told on a topic that is not there any more", topic=one.topic)
        self._missing |= {one.topic for one in vanished}
        return [
            Returned(message, reason)
            for reason, those in [(UNKNOWN, vanished), *((_LASTING[kind], those) for kind, those in failures.items())]
            for one in those
            for message in one.messages
        ]


def _seen(future: "asyncio.Future[object]") -> None:
    """What becomes of it does not matter any more."""
    if not future.cancelled():
        future.exception()
