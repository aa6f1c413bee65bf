"""A Kafka broker and a MongoDB database for the tests, wherever they run.

The tests' own come from, in this order: what KENTONGAN_KAFKA and KENTONGAN_MONGO name; containers, where Docker
runs; the embedded pair of `kentongan run`. A private server is a fresh one that a test may kill: a container
or embedded.
"""

import os
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from shared.settings import Settings
from tests.support.waiting import until, until_now

LOOPBACK = "127.0.0.1"
KAFKA_IMAGE = "apache/kafka:4.3.1"
MONGO_IMAGE = "mongo:8.0"
START_SECONDS = 90.0
PROBE_SECONDS = 1.0
PULL_SECONDS = 300.0
_ALREADY_INITIALIZED = 23
_NOTHING: Mapping[str, Any] = {}
_QUIET = Path(__file__).parents[2] / "deploy" / "kafka" / "log4j2.yaml"
_KAFKA_FILES = {f"/mnt/shared/config/{name}": _QUIET for name in ("log4j2.yaml", "tools-log4j2.yaml")}
"""As docker-compose.yml does it."""
_KAFKA_DATA = "/var/lib/kafka/data"
_KAFKA_START = [
    "bash",
    "-c",
    f"[ -e {_KAFKA_DATA}/meta.properties ] || exec /etc/kafka/docker/run; "
    "exec java -Xmx512m -cp '/opt/kafka/libs/*' kafka.Kafka /opt/kafka/config/server.properties",
]
"""A second start must not format the storage again, which not every build of the image forgives."""


class Host(Protocol):
    """What a server runs in."""

    def launch(self) -> None:
        """Start it, or start it again on the same data, without waiting."""

    def kill(self) -> None:
        """kill -9. Returns when it is dead."""

    def remove(self) -> None:
        """End it for good, and its data."""


class Server:
    """A broker or a database of one's own. `durable`: what it acknowledged survives `kill` and `restart`."""

    def __init__(self, host: Host, address: str, *, durable: bool) -> None:
        self._host = host
        self.address = address
        """What clients connect to: bootstrap servers, or a MongoDB connection string."""
        self.durable = durable

    def answers(self) -> bool:
        """Whether it serves; asks once and waits a second at most."""
        return _mongo_answers(self.address) if "://" in self.address else _kafka_answers(self.address)

    def kill(self) -> None:
        """kill -9: no goodbye, nothing flushed."""
        self._host.kill()

    async def restart(self) -> None:
        """Start it again after a kill; returns when it serves."""
        self._host.launch()
        await until(self.answers, within=START_SECONDS, what=f"{self.address} serves again")

    @asynccontextmanager
    async def killed(self) -> AsyncIterator[None]:
        """Dead meanwhile; serves again afterwards, whatever went wrong, for the tests that come next."""
        self.kill()
        try:
            yield
        finally:
            await self.restart()


@contextmanager
def shared_kafka() -> Iterator[str]:
    """The address of the broker that all tests share."""
    if address := os.environ.get("KENTONGAN_KAFKA"):
        yield address
        return
    with private_kafka() as server:
        yield server.address


@contextmanager
def shared_mongo() -> Iterator[str]:
    """The address of the database server that all tests share."""
    if address := os.environ.get("KENTONGAN_MONGO"):
        yield address
        return
    with private_mongo() as server:
        yield server.address


@contextmanager
def private_kafka() -> Iterator[Server]:
    """A broker that belongs to one test."""
    port = free_port()
    if docker_has(KAFKA_IMAGE):
        address = f"{_docker_host()}:{port}"
        container = _Container(
            KAFKA_IMAGE, 9092, port, environment=_kafka_environment(address), files=_KAFKA_FILES, command=_KAFKA_START
        )
        with _serving(container, address, durable=True) as server:
            yield server
        return
    from deploy.embedded import programs

    address = f"{LOOPBACK}:{port}"
    program = programs.broker(Settings(kafka=address))
    # Tansu keeps everything in memory: a broker that was killed comes back empty.
    with (
        TemporaryDirectory(prefix="kentongan-kafka-") as folder,
        _serving(_Process(program, Path(folder)), address, durable=False) as server,
    ):
        yield server


@contextmanager
def private_mongo() -> Iterator[Server]:
    """A database server that belongs to one test."""
    port = free_port()
    if docker_has(MONGO_IMAGE):
        address = f"mongodb://{_docker_host()}:{port}/?directConnection=true"
        container = _Container(MONGO_IMAGE, 27017, port, command=["--replSet", "rs0", "--bind_ip_all"])
        with _serving(container, address, durable=True) as server:
            yield server
        return
    from deploy.embedded import programs
    from deploy.embedded.home import Home

    address = f"mongodb://{LOOPBACK}:{port}/?directConnection=true"
    with TemporaryDirectory(prefix="kentongan-mongo-") as folder:
        program = programs.database(Home(Path(folder)), Settings(mongo=address))
        with _serving(_Process(program, Path(folder)), address, durable=True) as server:
            yield server


@cache
def docker_has(image: str) -> bool:
    """Whether Docker runs here and has the image, or can get it."""
    return _succeeds("docker", "info") and (
        _succeeds("docker", "image", "inspect", image) or _succeeds("docker", "pull", image)
    )


def _succeeds(*command: str) -> bool:
    with suppress(OSError, subprocess.SubprocessError):
        return not subprocess.run(command, capture_output=True, timeout=PULL_SECONDS, check=False).returncode
    return False


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _serving(host: Host, address: str, *, durable: bool) -> Iterator[Server]:
    server = Server(host, address, durable=durable)
    try:
        host.launch()
        until_now(server.answers, within=START_SECONDS, what=f"{address} serves")
        yield server
    finally:
        host.remove()


class _Process:
    """An embedded server: dies with the tests, even with killed ones."""

    def __init__(self, program: Any, folder: Path) -> None:
        self._program = program
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "database").mkdir(exist_ok=True)

    def launch(self) -> None:
        from deploy.embedded import tether

        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-IS", tether.__file__, str(os.getpid()), *self._program.command],
                env=dict(self._program.environment),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    remove = kill


class _Container:
    """A server in a container, on a port that stays its own through a restart."""

    def __init__(
        self,
        image: str,
        inside: int,
        outside: int,
        *,
        environment: Mapping[str, str] = _NOTHING,
        files: Mapping[str, Path] = _NOTHING,
        command: Sequence[str] = (),
    ) -> None:
        # Our containers are removed by whoever started them; the reaper would be one image more to fetch.
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        from testcontainers.core.container import DockerContainer

        self._container: Any = DockerContainer(image).with_bind_ports(inside, outside).with_envs(**environment)
        for target, source in files.items():
            self._container.with_copy_into_container(source, target)
        if command:
            self._container.with_command(list(command))
        self._started = False

    def launch(self) -> None:
        if self._started:
            self._container.get_wrapped_container().start()
        else:
            self._started = True
            self._container.start()

    def kill(self) -> None:
        wrapped = self._container.get_wrapped_container()
        wrapped.kill("SIGKILL")
        wrapped.wait()

    def remove(self) -> None:
        if self._started:
            self._container.stop()


def _docker_host() -> str:
    from testcontainers.core.docker_client import DockerClient

    host: str = DockerClient().host()
    return host


def _kafka_environment(advertised: str) -> dict[str, str]:
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_LOG_DIRS": _KAFKA_DATA,
        "KAFKA_BROKER_SESSION_TIMEOUT_MS": "2000",  # so long does a restarted node wait for itself to be gone
        "KAFKA_BROKER_HEARTBEAT_INTERVAL_MS": "500",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENERS": "PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{advertised}",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "5",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }


def _kafka_answers(address: str) -> bool:
    """Ask which requests it knows, which is the first thing that every client asks."""
    host, _, port = address.split(",")[0].rpartition(":")
    request = struct.pack(">hhih", 18, 0, 1, -1)
    with suppress(OSError), closing(socket.create_connection((host, int(port)), PROBE_SECONDS)) as connection:
        connection.settimeout(PROBE_SECONDS)
        connection.sendall(struct.pack(">i", len(request)) + request)
        return len(connection.recv(4)) == 4
    return False


def _mongo_answers(address: str) -> bool:
    """Ask whether it takes writes; make it a replica set where it is none yet, since transactions need one."""
    milliseconds = int(PROBE_SECONDS * 1000)
    with MongoClient[dict[str, Any]](address, serverSelectionTimeoutMS=milliseconds) as client, suppress(PyMongoError):
        hello = client.admin.command("hello")
        if hello.get("isWritablePrimary") and hello.get("setName"):
            return True
        members = [{"_id": 0, "host": f"{LOOPBACK}:27017"}]
        try:
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        except OperationFailure as error:
            if error.code != _ALREADY_INITIALIZED:
                raise
    return False
