"""One run: everything started in order, watched, and stopped in the reverse order.

database → broker → topics → readers of the bus → (seed; on the way back: what lies in the broker gets handled) → web,
which is made ready meanwhile.
The broker keeps its data in memory, so when it ends by itself, what stands on it is stopped and begun anew on
an empty one. What had been handled by then is in the database.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from deploy.embedded import programs
from deploy.embedded.child import Child, Program, Say
from deploy.embedded.drain import drained
from deploy.embedded.home import Home
from deploy.processes import Reader, topics_of
from deploy.topics.apply import apply_plan
from shared.settings import Settings

Step = Callable[[], Awaitable[None]]


class BrokerEnded(Exception):
    """The broker ended by itself, and with it what was in its memory."""


@dataclass(slots=True)
class Run:
    """What is run, and what happens at its turning points."""

    home: Home
    settings: Settings
    readers: Sequence[Reader]
    """Who reads the bus."""
    seed: Step
    """Called when the readers serve."""
    ready: Step
    """Called when the web serves and all is seeded."""
    say: Say
    _children: list[Child] = field(default_factory=list)
    _stopping: bool = False

    async def until_stopped(self) -> None:
        """Serve until a signal asks to stop; a second one cuts short. Raises `Problem` where serving ends otherwise."""
        serving = asyncio.create_task(self._on_database())
        with _signals(lambda: self._stop(serving)):
            try:
                await serving
            except asyncio.CancelledError:
                self.say("Stopped.")

    def _stop(self, serving: "asyncio.Task[None]") -> None:
        if self._stopping:
            for child in self._children:
                child.kill()
        else:
            self.say("\nStopping … (once more to stop at once)")
        self._stopping = True
        serving.cancel()

    async def _on_database(self) -> None:
        database = self._child(programs.database(self.home, self.settings))
        broker = self._child(programs.broker(self.settings))
        async with database.running():
            while True:
                try:
                    async with broker.running():
                        await self._on_broker(database, broker)
                except BrokerEnded as ended:
                    await broker.pause(f"{ended}\nWhat it held and nobody had handled is lost")

    async def _on_broker(self, database: Child, broker: Child) -> None:
        await apply_plan(self.settings, lambda _: None)
        async with AsyncExitStack() as stack:
            readers = self._child(programs.readers(self.settings))
            web = self._child(programs.web(self.settings))
            started = await stack.enter_async_context(_begun(web))  # meanwhile: it takes longest to be ready
            await stack.enter_async_context(readers.running())
            stack.push_async_callback(self._drain, self._groups())
            stack.push_async_callback(web.stop)
            await self.seed()
            await started
            await self.ready()
            await _first_end([_lost(broker), database.keep(), readers.keep(), web.keep()])

    def _groups(self) -> dict[str, Sequence[str]]:
        """Consumer group → the topics that it reads."""
        named = self.settings.topic
        return {
            named(routes.group): [named(topic) for topic in topics_of(routes)]
            for routes in filter(None, (reader.load() for reader in self.readers))
        }

    async def _drain(self, groups: Mapping[str, Sequence[str]]) -> None:
        left = await drained(self.settings, groups)
        if left:
            self.say(f"{left} accepted messages could not be handled in time and are lost with the broker's memory")

    def _child(self, program: Program) -> Child:
        child = Child(program, self.home.log, self.say)
        self._children.append(child)
        return child


@asynccontextmanager
async def _begun(child: Child) -> AsyncIterator[Awaitable[None]]:
    """On its way from entry on, and gone on exit. Gives what waits until it serves."""
    starting = asyncio.create_task(child.start())
    try:
        yield starting
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await child.stop()


async def _lost(broker: Child) -> NoReturn:
    raise BrokerEnded(await broker.ended())


async def _first_end(watches: list[Coroutine[Any, Any, NoReturn]]) -> None:
    """Raise what the first of them raises."""
    tasks = [asyncio.create_task(watch) for watch in watches]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closing terminal ask to stop, unless `nohup` said that the last one does not matter."""
    loop = asyncio.get_running_loop()
    handled = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        handled.append(signal.SIGHUP)
    for number in handled:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
