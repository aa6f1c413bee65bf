"""Waiting for what happens outside of this process."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], Awaitable[bool]], *, every_seconds: float = 0.05) -> None:
    """Ask again and again. Bound it with `asyncio.timeout`."""
    while not await holds():  # noqa: ASYNC110 - another process can set no event of ours
        await asyncio.sleep(every_seconds)
