"""What tests of any part may ask for. Nothing is started before a test asks for it."""

import logging
import signal
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from shared.settings import Settings
from tests.support.installation import fresh_settings, installed
from tests.support.servers import Server, private_kafka, private_mongo, shared_kafka, shared_mongo

# Structlog's own default renders each exception with all its variables, which costs more than the test itself.
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.LogfmtRenderer(bool_as_flag=False),
    ]
)


def pytest_configure() -> None:
    """A run that is told to end ends as by Ctrl-C: fixtures take their containers and processes with them."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Whoever sets up a process's logs, a command line's tests among them, does so for one test."""
    hook, lines, handlers = sys.excepthook, structlog.get_config(), list(logging.root.handlers)
    loggers = [
        logging.root,
        *(logging.getLogger(name) for name in ("uvicorn.access", "aiokafka", "faststream", "pymongo")),
    ]
    levels = [logger.level for logger in loggers]
    yield
    structlog.configure(**lines)
    logging.captureWarnings(False)
    logging.root.handlers[:], sys.excepthook = handlers, hook
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(scope="session")
def kafka_address() -> Iterator[str]:
    """The bootstrap address of a broker that all tests share."""
    with shared_kafka() as address:
        yield address


@pytest.fixture(scope="session")
def mongo_address() -> Iterator[str]:
    """The connection string of a database server that all tests share."""
    with shared_mongo() as address:
        yield address


@pytest.fixture
async def settings(kafka_address: str, mongo_address: str) -> AsyncIterator[Settings]:
    """The queue's own installation for one test: its topics with 3 partitions, nothing in them."""
    async with installed(fresh_settings(kafka_address, mongo_address), ["queue"]) as fresh:
        yield fresh


@pytest.fixture
def own_kafka() -> Iterator[Server]:
    """A broker that the test may kill and restart."""
    with private_kafka() as server:
        yield server


@pytest.fixture
def own_mongo() -> Iterator[Server]:
    """A database server that the test may kill and restart."""
    with private_mongo() as server:
        yield server
