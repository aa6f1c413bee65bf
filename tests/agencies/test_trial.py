"""The trial of a consumer, on a real broker: the example passes, and each fault is found."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.agency.sandbox.cli import _verify
from deploy.problem import Problem
from shared.settings import Settings
from tests.reports.agencies import with_topics
from tests.support.installation import fresh_settings

KIT = Path(__file__).parents[2] / "deploy" / "agency" / "kit" / "python"
FORGETFUL = """
import asyncio, sys
sys.path.insert(0, {kit!r})
from kentongan_agency import Agency, Incident
from kentongan_agency.client import read
from aiokafka import AIOKafkaConsumer

async def main():
    agency = Agency("sandbox", {servers!r}, protocol="PLAINTEXT", namespace={namespace!r})
    consumer = AIOKafkaConsumer(agency._changes, bootstrap_servers={servers!r}, auto_offset_reset={reset!r})
    await consumer.start()
    async for record in consumer:
        told = read(record)
        if isinstance(told, Incident) and told.change == "shared":
            await agency.acknowledge(told.incident)

asyncio.run(main())
"""


@pytest.fixture
async def sandbox(kafka_address: str, mongo_address: str) -> AsyncIterator[Settings]:
    """A sandbox agency of the test's own."""
    settings = fresh_settings(kafka_address, mongo_address)
    async with with_topics(settings, "sandbox"):
        yield settings


def _example(settings: Settings, folder: Path) -> str:
    return (
        f"env PYTHONPATH={KIT} {sys.executable} {KIT / 'example.py'} sandbox {settings.kafka} --plaintext"
        f" --namespace {settings.namespace} --database {folder / 'incidents.sqlite'}"
    )


async def test_the_example_passes(sandbox: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _verify(sandbox, "sandbox", _example(sandbox, tmp_path), 90)
    assert capsys.readouterr().out.count("✓") == 4


@pytest.mark.parametrize(
    ("reset", "found"),
    [("latest", "✗ resumes where it was killed"), ("earliest", "✗ leaves repeats out")],
)
async def test_a_consumer_that_forgets_is_found_out(
    sandbox: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], reset: str, found: str
) -> None:
    script = tmp_path / "forgetful.py"
    told = {"kit": str(KIT), "servers": sandbox.kafka, "namespace": sandbox.namespace, "reset": reset}
    script.write_text(FORGETFUL.format(**told), encoding="utf-8")
    seconds = 90.0 if reset == "earliest" else 8.0
    assert not await _verify(sandbox, "sandbox", f"{sys.executable} {script}", seconds)
    out = capsys.readouterr().out
    assert found in out or "✗ reads what is shared" in out


async def test_a_command_that_is_none_is_told(sandbox: Settings) -> None:
    with pytest.raises(Problem, match="no-such-program"):
        await _verify(sandbox, "sandbox", "no-such-program", 1)
