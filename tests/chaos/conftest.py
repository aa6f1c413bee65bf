"""Every test of chaos is made with every service, and all of them have one broker and one database to kill."""

from collections.abc import Iterator

import pytest

from tests.chaos.plays import Play
from tests.chaos.queue_play import QueuePlay
from tests.chaos.reports_play import ReportsPlay
from tests.support.servers import Server, private_kafka, private_mongo

PLAYS: tuple[Play, ...] = (QueuePlay(), ReportsPlay())


@pytest.fixture(params=PLAYS, ids=[play.service for play in PLAYS])
def play(request: pytest.FixtureRequest) -> Play:
    """A service."""
    play: Play = request.param
    return play


@pytest.fixture(scope="package")
def own_kafka() -> Iterator[Server]:
    """A broker that one test after the other may kill."""
    with private_kafka() as server:
        yield server


@pytest.fixture(scope="package")
def own_mongo() -> Iterator[Server]:
    """A database server that one test after the other may kill."""
    with private_mongo() as server:
        yield server
