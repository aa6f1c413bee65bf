"""Waiting for what must come to be, with a bound instead of a guess at how long it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable

EVERY_SECONDS = 0.02


async def until(condition: Callable[[], bool | Awaitable[bool]], *, within: float = 15.0, what: str = "") -> None:
    """Return as soon as the condition holds. Raises `AssertionError` where it does not in time."""
    deadline = time.monotonic() + within
    while True:
        holds = condition()
        if await holds if isawaitable(holds) else holds:
            return
        assert time.monotonic() < deadline, f"not within {within:g} s: {what or condition}"
        await asyncio.sleep(EVERY_SECONDS)


def until_now(condition: Callable[[], bool], *, within: float = 60.0, what: str = "") -> None:
    """The same where no event loop runs."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:g} s: {what or condition}"
        time.sleep(EVERY_SECONDS)
