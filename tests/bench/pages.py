"""Pages that a process of their own has open (`tests.bench.watchers`), as who measures sees them."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from shared.settings import Settings
from tests.bench.watchers import Wish

LARGEST_ANSWER_BYTES = 1 << 28


class Watchers:
    """The process that has the pages open."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._said = process.stdout
        self._told = process.stdin

    async def open(self, wish: Wish) -> None:
        """Returns when every stream has had its first message."""
        assert await self._ask(wish) == len(wish["paths"])

    async def messages(self) -> list[tuple[int, float, Any]]:
        """What has come since this was asked last: page, moment, what is kept of the message."""
        return [(page, moment, json.loads(data)) for page, moment, data in await self._ask("more")]

    async def _ask(self, what: object) -> Any:
        self._told.write(json.dumps(what).encode() + b"\n")
        return json.loads(await self._said.readline())


@asynccontextmanager
async def watching(
    settings: Settings, paths: Sequence[str], *, headers: Mapping[str, str] | None = None, kept: str = "(.*)"
) -> AsyncIterator[Watchers]:
    """Have streams open, numbered in the order of their addresses. `kept`: see `Wish`; by default the whole message."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench.watchers", settings.host, str(settings.port)),
        stdin=PIPE,
        stdout=PIPE,
        limit=LARGEST_ANSWER_BYTES,
    )
    try:
        watchers = Watchers(process)
        await watchers.open(Wish(paths=list(paths), headers=dict(headers or {}), kept=kept))
        yield watchers
    finally:
        process.kill()
        await process.wait()
