"""Has working copies made, and files looked at, in a process that can be killed.

Invariant: what a stranger has sent is opened in `media` only; here it is bytes.
"""

import asyncio
import json
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from services.reports.evidence.formats import FORMATS, Format
from services.reports.evidence.media.pipe import (
    DONE,
    HEADER,
    JOB,
    MOST_BYTES,
    OFFSET,
    PATCH,
    READ,
    REFUSED,
    RESTART,
    SPAN,
    WRITE,
    packed,
)
from services.reports.evidence.refusals import REFUSALS, ExaminationFailed
from shared.log import get_logger

log = get_logger(__name__)

ROOT = Path(__file__).parents[3]
AT_ONCE = 2
"""Files in the works in one process, so that a heap of uploads does not take the machine."""
PATIENCE_SECONDS = 600.0
AHEAD_BYTES = 256 * 1024
"""Half of what the child may have said before we have heard it: the rest waits in the pipe."""
ADDED_MOST = 16 * 1024 * 1024
"""Bytes by which a working copy may be larger than its original."""

Read = Callable[[int, int], Awaitable[bytes]]
"""Gives the original's bytes from an offset on, so many."""


class Copy(Protocol):
    """Where the working copy goes."""

    async def write(self, data: bytes) -> None:
        """Further bytes."""

    def patch(self, offset: int, data: bytes) -> None:
        """Bytes at the beginning are others now. Raises `ValueError` where that cannot be."""

    def restart(self) -> None:
        """What was written is nothing."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a file is, by who has opened it."""

    width: int
    height: int
    codec: str
    sound: str
    """The codec of the sound; empty where there is none."""
    seconds: float
    copy_format: Format | None
    """None: no working copy could be made, though the file is sound."""


class Workshop:
    """Makes working copies, a few at a time."""

    def __init__(self, *, at_once: int = AT_ONCE, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._patience = patience_seconds

    async def copy(self, format: Format, size: int, read: Read, copy: Copy) -> Findings:
        """Look at a whole file and write its working copy. Raises a refusal."""
        async with self._places, _child() as child:
            try:
                async with asyncio.timeout(self._patience):
                    told = await _converse(child, format, size, read, copy)
            except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError, struct.error) as error:
                log.warning("examination failed", format=format.name, size=size, error=repr(error))
                raise ExaminationFailed from error
        return Findings(
            width=int(told["width"]),
            height=int(told["height"]),
            codec=str(told["codec"]),
            sound=str(told.get("sound", "")),
            seconds=float(told.get("seconds", 0.0)),
            copy_format=FORMATS[told["copy_format"]] if told.get("copy_format") else None,
        )


async def _converse(
    child: asyncio.subprocess.Process, format: Format, size: int, read: Read, copy: Copy
) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stdout is not None
    job = {"kind": format.kind, "format": format.name, "size": size}
    await _say(child.stdin, JOB, json.dumps(job).encode())
    written = 0
    while True:
        meaning, length = HEADER.unpack(await child.stdout.readexactly(HEADER.size))
        if length > MOST_BYTES:
            raise ValueError("the child says too much at once")
        data = await child.stdout.readexactly(length)
        if meaning == READ:
            start, wanted = SPAN.unpack(data)
            if wanted > MOST_BYTES or start + wanted > size:
                raise ValueError("the child wants what is not there")
            await _say(child.stdin, READ, await read(start, wanted))
        elif meaning == WRITE:
            written += length
            if written > 4 * size + ADDED_MOST:
                raise ValueError("the copy is far larger than the original")
            await copy.write(data)
        elif meaning == PATCH:
            (offset,) = OFFSET.unpack(data[: OFFSET.size])
            copy.patch(offset, data[OFFSET.size :])
        elif meaning == RESTART:
            copy.restart()
        elif meaning == DONE:
            found: dict[str, Any] = json.loads(data)
            return found
        elif meaning == REFUSED:
            told = json.loads(data)
            raise next(refusal for refusal in REFUSALS if refusal.slug == told["slug"])(**told["details"])
        else:
            raise ValueError("the child says something else")


async def _say(to: asyncio.StreamWriter, meaning: bytes, data: bytes) -> None:
    """Only while the child listens: when it has said all that we have yet to hear, it may be gone already."""
    to.write(packed(meaning, data))
    await to.drain()


@asynccontextmanager
async def _child() -> AsyncIterator[asyncio.subprocess.Process]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.reports.evidence.media",
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=AHEAD_BYTES,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
        await child.wait()
