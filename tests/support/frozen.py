"""A worker in a process of its own, whose transaction stands still: `python -m tests.support.frozen`.

Prints `held` when a transaction of it is open and has secured its partitions; goes on at the first line of its
standard input, stops at the second.
"""

import asyncio
import sys

from shared import log
from shared.settings import Settings
from tests.support.crew import member
from tests.support.held import held


async def main() -> None:
    settings = Settings()
    log.configure(settings, service="toy", role="worker")
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with member(settings, started=False) as one:
        with held(one.store) as hold:
            await one.worker.start()
            await hold.reached.wait()
            print("held", flush=True)  # noqa: T201  # to the test that has started us
            await lines.readline()
        await lines.readline()


if __name__ == "__main__":
    asyncio.run(main())
