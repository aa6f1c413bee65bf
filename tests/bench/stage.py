"""Where a bar plays: an installation of its own on the named servers, and the processes that run in it.

A contestant is a program that reads an installation's commands and publishes its events, told by the
environment alone where: so the worker of production and what it is compared with are run the same way.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from signal import SIGTERM
from tempfile import TemporaryDirectory
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from pydantic import SecretStr
from pymongo import MongoClient

from deploy.topics.apply import apply_plan
from deploy.topics.declared import declared_topics
from shared.settings import Settings

STOP_SECONDS = 30.0


class NoServers(Exception):
    """The environment names no servers to measure on."""


class Died(Exception):
    """A contestant ended before it was told to."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program that turns commands into events."""

    name: str
    arguments: tuple[str, ...]


SERVICES = ("queue", "reports")
WORKERS = {service: Contestant("worker", ("-m", f"services.{service}", "worker")) for service in SERVICES}
BARES = {service: Contestant("bare loop", ("-m", "tests.bench.bare", service)) for service in SERVICES}
WORKER, BARE = WORKERS["queue"], BARES["queue"]
USUAL = Contestant("usual FastStream", ("-m", "tests.bench.usual"))


def fresh_settings() -> Settings:
    """An installation that nobody had before, on the servers that the environment names."""
    missing = [name for name in ("KENTONGAN_KAFKA", "KENTONGAN_MONGO") if not os.environ.get(name)]
    if missing:
        raise NoServers(f"set {' and '.join(missing)}: the bars are measured on Apache Kafka and MongoDB")
    return Settings(
        kafka=os.environ["KENTONGAN_KAFKA"],
        mongo=os.environ["KENTONGAN_MONGO"],
        namespace=f"bench-{token_hex(6)}",
        secret_key=SecretStr(token_hex(32)),
        log="json",
        worker_port=0,
    )


@asynccontextmanager
async def installation(**changed: Any) -> AsyncIterator[Settings]:
    """The topics of production in a namespace of its own, removed at the end with all that was stored."""
    settings = fresh_settings().model_copy(update=changed)
    await apply_plan(settings, lambda _line: None)
    try:
        yield settings
    finally:
        await _remove_topics(settings)
        await asyncio.to_thread(_remove_databases, settings)


@asynccontextmanager
async def running(settings: Settings, arguments: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process in an installation, told to stop at the end. Raises `Died` where it does not last."""
    with TemporaryDirectory(prefix="kentongan-bench-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, env=_environment(settings), stdout=out, stderr=out
            )
        lasting = asyncio.create_task(process.wait())
        try:
            yield process
        except TimeoutError:
            if lasting.done():
                raise Died(_end_of(log)) from None
            raise
        finally:
            if not lasting.done():
                process.send_signal(SIGTERM)
            _, stuck = await asyncio.wait([lasting], timeout=STOP_SECONDS)
            if stuck:
                process.kill()
                await lasting
                raise Died(f"{' '.join(arguments)} did not stop within {STOP_SECONDS:g} s\n{_end_of(log)}")


def memory_mib(process: asyncio.subprocess.Process) -> float:
    """What a process holds in physical memory."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Died(f"process {process.pid} is gone")


def _environment(settings: Settings) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    plain = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings.model_dump().items()
    }
    return kept | {f"KENTONGAN_{name.upper()}": value for name, value in plain.items()}


def _end_of(log: Path) -> str:
    return "\n".join(line[:300] for line in log.read_text(errors="replace").splitlines()[-20:])


async def _remove_topics(settings: Settings) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        await admin.delete_topics([topic.name for topic in declared_topics(named=settings.topic, replication=1)])
    finally:
        await admin.close()


def _remove_databases(settings: Settings) -> None:
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        for name in map(settings.database, SERVICES):
            for collection in client[name].list_collection_names():
                client[name][collection].delete_many({})  # in one commit: SecantusDB's drop is one for each entry
            client.drop_database(name)
