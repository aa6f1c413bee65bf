"""`kentongan` as somebody at a terminal runs it, where a test's queue is."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from typing import NamedTuple

from shared.settings import Settings


class Said(NamedTuple):
    """How a command ended."""

    code: int
    output: str
    error: str


async def kentongan(settings: Settings, *arguments: str, typed: str = "") -> Said:
    """Run a command, with what is typed into it."""
    names = "kafka", "mongo", "namespace", "wait_seconds"
    told = {f"KENTONGAN_{name.upper()}": str(getattr(settings, name)) for name in names}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.cli", *arguments,
        stdin=PIPE, stdout=PIPE, stderr=PIPE, env={**os.environ, **told},
    )  # fmt: skip
    output, error = await process.communicate(typed.encode())
    assert process.returncode is not None
    return Said(process.returncode, output.decode(), error.decode())
