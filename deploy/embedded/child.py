"""One of the programs that a run consists of: started, watched, started again, stopped.

Each has a session of its own, so that the terminal's Ctrl-C reaches the run alone, which then stops its
children in order. Each writes to a log file, of which the terminal sees only the end, and only when it matters.
"""

import asyncio
import os
import shutil
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import NoReturn

from deploy.embedded import tether
from deploy.problem import Problem
from deploy.waiting import until

Say = Callable[[str], None]
Ready = Callable[[], Awaitable[bool]]

TRIES, WITHIN_SECONDS = 5, 60.0
"""A program that ends more often than this is broken, not unlucky."""
FIRST_PAUSE_SECONDS = 0.25
LARGEST_LOG = 16 * 1024 * 1024
LEAST_ROOM = 1024 * 1024
"""On a disk with less it is no wonder that a program has ended."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and how to know that it serves."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: Ready
    start_seconds: float
    stop_seconds: float
    """How long it may take to stop after SIGTERM. Then it is killed."""


class Child:
    """A running program."""

    def __init__(self, program: Program, log: Path, say: Say) -> None:
        self._program = program
        self._log = log / f"{program.name}.log"
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._ends: deque[float] = deque(maxlen=TRIES)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serving on entry, gone on exit."""
        try:
            await self.start()
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Start the program and wait until it serves. Raises `Problem` where it doesn't."""
        await self.stop()  # one that was started but never served
        with suppress(FileNotFoundError):
            if self._log.stat().st_size > LARGEST_LOG:
                self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-IS", tether.__file__, str(os.getpid()), *self._program.command,
                env=dict(self._program.environment), stdin=asyncio.subprocess.PIPE, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        ended = asyncio.ensure_future(self._process.wait())
        serving = asyncio.ensure_future(until(self._program.ready))
        try:
            await asyncio.wait(
                {ended, serving}, timeout=self._program.start_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if ended.done():
                raise Problem(self._told(f"the {self._program.name} ended at once"))
            if not serving.done():
                raise Problem(
                    self._told(f"the {self._program.name} did not serve within {self._program.start_seconds:g} s")
                )
            serving.result()
        finally:
            ended.cancel()
            serving.cancel()

    async def ended(self) -> str:
        """Wait for an end that nobody asked for; returns one line about it."""
        assert self._process is not None
        code = await self._process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return self._told(f"the {self._program.name} {how}")

    async def keep(self) -> NoReturn:
        """Start the program again whenever it ends. Returns never; raises `Problem` when it ends too often."""
        line = await self.ended()
        while True:
            await self.pause(line)
            try:
                await self.start()
                self._say(f"the {self._program.name} serves again")
                line = await self.ended()
            except Problem as problem:
                line = str(problem)

    async def pause(self, line: str) -> None:
        """Say what happened and wait, longer each time. Raises `Problem` after too many ends in a short time."""
        now = monotonic()
        recent = [end for end in self._ends if now - end < WITHIN_SECONDS]
        if len(recent) == TRIES:
            raise Problem(f"{line}\nIt ended {TRIES + 1} times within {WITHIN_SECONDS:g} s, so everything stops")
        seconds = FIRST_PAUSE_SECONDS * 2 ** len(recent)
        self._ends.append(now)
        self._say(f"{line}\nIt is started again in {seconds:g} s")
        await asyncio.sleep(seconds)

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that takes too long. Leaves nothing of the program's whole session."""
        process = self._process
        if process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(self._program.stop_seconds):
                await process.wait()
        except TimeoutError:
            self._say(f"the {self._program.name} did not stop within {self._program.stop_seconds:g} s and is killed")
        finally:
            self._signal(signal.SIGKILL)
            await process.wait()
            self._process = None

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with suppress(ProcessLookupError, PermissionError):  # gone; macOS denies signals to a group of the dead
            os.killpg(self._process.pid, number)

    def _told(self, what: str) -> str:
        """A line, and the end of the log below it."""
        with self._log.open("rb") as log:
            log.seek(max(0, self._log.stat().st_size - 4096))
            lines = log.read().decode(errors="replace").splitlines()[-8:]
        full = shutil.disk_usage(self._log).free < LEAST_ROOM
        return "\n".join(
            [
                f"{what}; the end of {self._log}:",
                *(f"    {line}" for line in lines),
                *([f"no room is left at {self._log.parent}: make some, and it goes on"] if full else []),
            ]
        )
