"""People at eight o'clock and officers at their counters, by HTTP, who do not give up: what a kill must not hurt.

Invariant: whoever got no answer asks again with the same idempotency key, as the interface tells them to, until
there is one. What was answered is remembered, to be held against what is there in the end.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, HTTPError, Response

from tests.queue.running import API, PASSWORD

PEOPLE = 12
PAUSE_SECONDS = 0.1
"""Between two tries: as short as no client would have it."""
STEPS = ("call-next", "serve", "finish")


@dataclass(slots=True)
class Answers:
    """What was acknowledged."""

    tickets: dict[str, Any] = field(default_factory=dict)
    """Idempotency key → the ticket that was given."""
    steps: dict[str, int] = field(default_factory=dict)
    """Idempotency key of an officer's step → the status of its answer."""
    told_to_wait: int = 0
    """Answers 503, each of which has to say for how long."""

    @property
    def count(self) -> int:
        """How many commands were acknowledged."""
        return len(self.tickets) + len(self.steps)


class Load:
    """Takes tickets of one office and serves them, until told to stop."""

    def __init__(self, address: str, office: str, service: str, counters: tuple[str, ...], username: str) -> None:
        self.answers = Answers()
        self._address = address
        self._office = office
        self._service = service
        self._counters = counters
        self._username = username
        self._stopping = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Answers]:
        """The rush, for as long as the context lasts; at its end everybody who has begun gets an answer."""
        self._stopping = False
        async with asyncio.TaskGroup() as group:
            for _ in range(PEOPLE):
                group.create_task(self._take_tickets())
            for counter in self._counters:
                group.create_task(self._work(counter))
            try:
                yield self.answers
            finally:
                self._stopping = True

    async def _take_tickets(self) -> None:
        async with AsyncClient(base_url=self._address, timeout=10) as client:
            while not self._stopping:
                key = str(uuid4())
                body = {"office": self._office, "service": self._service}
                answer = await self._answered(client, f"{API}/tickets", key, body)
                assert answer.status_code == 201, answer.text
                self.answers.tickets[key] = answer.json()

    async def _work(self, counter: str) -> None:
        async with AsyncClient(base_url=self._address, timeout=10) as client:
            body = {"office": self._office, "username": self._username, "password": PASSWORD}
            signed_in = await self._answered(client, f"{API}/sessions", str(uuid4()), body)
            client.headers["authorization"] = f"Bearer {signed_in.json()['token']}"
            while not self._stopping:
                for step in STEPS:
                    key = str(uuid4())
                    address = f"{API}/offices/{self._office}/counters/{counter}/{step}"
                    self.answers.steps[key] = (await self._answered(client, address, key, None)).status_code

    async def _answered(self, client: AsyncClient, address: str, key: str, body: Any) -> Response:
        """The final answer to a command, asked for again and again."""
        while True:
            try:
                answer = await client.post(address, json=body, headers={"idempotency-key": key})
            except HTTPError:
                answer = None
            if answer is not None:
                if answer.status_code == 503:
                    assert int(answer.headers["retry-after"]) > 0
                    self.answers.told_to_wait += 1
                elif answer.status_code != 202:  # 202 promises an outcome, which the same key then fetches
                    assert answer.status_code < 500, answer.text
                    return answer
            await asyncio.sleep(PAUSE_SECONDS)
