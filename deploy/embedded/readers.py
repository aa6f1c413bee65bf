"""Everything that reads the bus, in one process: `python -m deploy.embedded.readers`.

In production each is a process of its own. Here they share one, as the applications behind the front do: five
interpreters with the same libraries would be most of what a newcomer's laptop has to carry. Each has its own store,
group and loop, so none can tell the difference.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from deploy.processes import READERS
from shared.process import run_reader
from shared.settings import Settings
from shared.web.health import Check


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Mapping[str, Check]]:
    """All of them, at work; ended in the reverse order."""
    checks: dict[str, Check] = {}
    async with AsyncExitStack() as stack:
        for reader in READERS:
            found = await stack.enter_async_context(reader.read()(settings))
            checks |= {f"{reader.name} {name}": check for name, check in found.items()}
        yield checks


def main() -> None:
    """Read until SIGTERM."""
    run_reader(reading, Settings(), "readers", "all")


if __name__ == "__main__":
    main()
