"""Every test of chaos is made with every service."""

import pytest

from tests.chaos.plays import Play
from tests.chaos.queue_play import QueuePlay
from tests.chaos.reports_play import ReportsPlay

PLAYS: tuple[Play, ...] = (QueuePlay(), ReportsPlay())


@pytest.fixture(params=PLAYS, ids=[play.service for play in PLAYS])
def play(request: pytest.FixtureRequest) -> Play:
    """A service."""
    play: Play = request.param
    return play
