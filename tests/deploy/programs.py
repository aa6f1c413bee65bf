"""Runs an embedded program for one test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.embedded.child import Child, Program


@asynccontextmanager
async def running(program: Program, log: Path) -> AsyncIterator[Child]:
    """The program, serving; gone afterwards."""
    child = Child(program, log, lambda _: None)
    async with child.running():
        yield child
