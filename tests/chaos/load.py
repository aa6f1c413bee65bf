"""People who do not give up, by HTTP: what a kill must not hurt.

Invariant: whoever got no answer asks again with the same idempotency key, as the interface tells them to, until
there is one. What was answered is remembered, to be held against what is there in the end.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, HTTPError, Response

from tests.support.site import PASSWORD

PEOPLE = 12
"""Who make something, all at once."""
PAUSE_SECONDS = 0.1
"""Between two tries: as short as no client would have it."""


@dataclass(slots=True)
class Answers:
    """What was acknowledged."""

    made: dict[str, Any] = field(default_factory=dict)
    """Idempotency key → the ticket or the report that was given."""
    steps: dict[str, int] = field(default_factory=dict)
    """Idempotency key of a step of the staff's → the status of its answer."""
    told_to_wait: int = 0
    """Answers 503, each of which has to say for how long."""

    @property
    def count(self) -> int:
        """How many commands were acknowledged."""
        return len(self.made) + len(self.steps)


class Load:
    """People at one office, until told to stop. A service says what they do."""

    def __init__(self, address: str) -> None:
        self.answers = Answers()
        self.stopping = False
        self._address = address

    def people(self) -> Iterable[Coroutine[Any, Any, None]]:
        """What each of them does until `stopping`."""
        raise NotImplementedError

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Answers]:
        """The rush, for as long as the context lasts; at its end everybody who has begun gets an answer."""
        self.stopping = False
        async with asyncio.TaskGroup() as group:
            for one in self.people():
                group.create_task(one)
            try:
                yield self.answers
            finally:
                self.stopping = True

    def client(self) -> AsyncClient:
        """Somebody's program."""
        return AsyncClient(base_url=self._address, timeout=10)

    @asynccontextmanager
    async def signed_in(self, api: str, office: str, username: str) -> AsyncIterator[AsyncClient]:
        """A program of somebody of the staff."""
        async with self.client() as client:
            body = {"office": office, "username": username, "password": PASSWORD}
            answer = await answered(client, f"{api}/sessions", str(uuid4()), body, self.answers)
            client.headers["authorization"] = f"Bearer {answer.json()['token']}"
            yield client

    async def make(self, client: AsyncClient, address: str, body: Any) -> Any:
        """Make something that must be made; returns it."""
        key = str(uuid4())
        answer = await answered(client, address, key, body, self.answers)
        assert answer.status_code == 201, answer.text
        self.answers.made[key] = answer.json()
        return answer.json()

    async def step(self, client: AsyncClient, address: str, body: Any = None) -> None:
        """Do something that may be refused."""
        key = str(uuid4())
        self.answers.steps[key] = (await answered(client, address, key, body, self.answers)).status_code


async def answered(client: AsyncClient, address: str, key: str, body: Any, answers: Answers) -> Response:
    """The final answer to a command, asked for again and again."""
    while True:
        try:
            answer = await client.post(address, json=body, headers={"idempotency-key": key})
        except HTTPError:
            answer = None
        if answer is not None:
            if answer.status_code in (429, 503):  # too many of one address at once, or something is away
                assert int(answer.headers["retry-after"]) > 0
                answers.told_to_wait += answer.status_code == 503
            elif answer.status_code != 202:  # 202 promises an outcome, which the same key then fetches
                assert answer.status_code < 500, answer.text
                return answer
        await asyncio.sleep(PAUSE_SECONDS)
