"""Processes start in any order: what needs a server is tried until it is there, and stopped whatever happens."""

import asyncio

import pytest

from shared.messaging.errors import Transient
from shared.messaging.lifecycle import Prepared, kept_trying
from tests.support.waiting import until


class Reluctant:
    """Starts after some failures."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.tries = 0
        self.stopped = 0

    async def start(self) -> None:
        self.tries += 1
        if self._failures:
            raise self._failures.pop(0)

    async def stop(self) -> None:
        self.stopped += 1


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.lifecycle.RETRY_SECONDS", 0.001)


async def test_start_is_tried_until_it_works_while_the_process_serves() -> None:
    what = Reluctant(Transient("away"), Transient("still away"))
    async with kept_trying(what):
        await until(lambda: what.tries == 3)
        await asyncio.sleep(0)
        assert what.stopped == 0
    assert (what.tries, what.stopped) == (3, 1)


async def test_what_never_started_is_stopped_all_the_same() -> None:
    what = Reluctant(*[Transient("away")] * 10_000)
    async with kept_trying(what):
        await until(lambda: what.tries > 2)
    assert what.stopped == 1


async def test_mistake_in_the_settings_ends_the_process() -> None:
    what = Reluctant(ValueError("no such protocol"))
    with pytest.raises(ExceptionGroup) as raised:
        async with kept_trying(what), asyncio.timeout(10):
            await asyncio.Event().wait()
    assert raised.group_contains(ValueError, match="no such protocol")
    assert what.stopped == 1


async def test_preparation_is_done_once() -> None:
    what = Reluctant(Transient("away"))
    async with kept_trying(Prepared(what.start)):
        await until(lambda: what.tries == 2)
    assert what.stopped == 0
