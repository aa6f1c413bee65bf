"""A service's processes as operations runs them, to be killed: `python -m services.<service> api|worker|…`."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from httpx import AsyncClient, HTTPError

from deploy.embedded import tether
from deploy.embedded.programs import environment_of
from shared.settings import Settings
from tests.support.servers import LOOPBACK, free_port
from tests.support.waiting import until

Role = Literal["api", "worker", "sharing", "bridges"]

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
END_SECONDS = 30.0


class Program:
    """One process of a service, on a port of its own that stays the same when it is started again."""

    def __init__(self, role: Role, settings: Settings, folder: Path, *, service: str = "queue") -> None:
        self.role = role
        self._service = service
        self.port = free_port()
        self.address = f"http://{LOOPBACK}:{self.port}"
        port = "port" if role == "api" else "worker_port"
        own = settings.model_copy(update={"host": LOOPBACK, port: self.port})
        self._environment = {**environment_of(own), "KENTONGAN_LOG": "json"}
        self._log = folder / f"{service}-{role}-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, without waiting. It dies with the tests, even with killed ones."""
        assert self._process is None
        command = [sys.executable, "-m", f"services.{self._service}", self.role]
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-IS", tether.__file__, str(os.getpid()), *command],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9. Returns when it is dead."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def tell_to_stop(self) -> None:
        """SIGTERM, without waiting."""
        assert self._process is not None
        self._process.terminate()

    def freeze(self) -> None:
        """SIGSTOP: it does not know that time goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """SIGTERM; returns its exit code, after which it can be started again."""
        self.tell_to_stop()
        assert self._process is not None
        process, self._process = self._process, None
        try:
            return await asyncio.to_thread(process.wait, END_SECONDS)
        except BaseException:
            process.kill()
            raise

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    async def readiness(self) -> tuple[int, dict[str, str]]:
        """The status of /readyz with what it says of each check; 0 where nobody answers."""
        async with AsyncClient(base_url=self.address, timeout=10) as client:
            try:
                answer = await client.get("/readyz")
            except HTTPError:
                return 0, {}
        return answer.status_code, answer.json()["checks"]

    async def ready(self, within: float = START_SECONDS) -> None:
        """Return when it says that it can work."""

        async def says_so() -> bool:
            return (await self.readiness())[0] == 200

        await until(says_so, within=within, what=f"{self.role} is ready; its log:\n{self._end_of_log()}")

    def log_lines(self) -> Iterator[dict[str, Any]]:
        """What it has logged. A line that the kill cut off is left out."""
        for line in self.log_text().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def log_text(self) -> str:
        """The same as it stands in the file."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _end_of_log(self) -> str:
        return "\n".join(self.log_text().splitlines()[-5:])


@asynccontextmanager
async def started(*programs: Program) -> AsyncIterator[None]:
    """All of them, ready at the beginning and gone at the end."""
    try:
        for program in programs:
            program.start()
        for program in programs:
            await program.ready()
        yield
    finally:
        for program in programs:
            program.kill()
