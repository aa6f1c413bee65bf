"""The trial of a consumer, on a real broker: the example passes, and each fault is found."""

import asyncio
import os
import shlex
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.agency.cli import app
from deploy.agency.sandbox.cli import _verify
from deploy.embedded.programs import environment_of
from deploy.problem import Problem
from shared.settings import Settings
from tests.reports.agencies import with_topics
from tests.support.installation import fresh_settings

KIT = Path(__file__).parents[2] / "deploy" / "agency" / "kit" / "python"
UNBUFFERED = {"PYTHONUNBUFFERED": "1"}
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


async def test_the_guide_s_commands_are_there_and_the_example_tells_what_it_reads(
    sandbox: Settings, tmp_path: Path
) -> None:
    typed = ["sandbox", "day", "--incidents", "3", "--seed", "5"]
    environment = environment_of(sandbox)
    told = await asyncio.to_thread(CliRunner().invoke, app, typed, env=environment)
    assert told.exit_code == 0, told.output
    assert "messages about 3 incidents are on the topics of sandbox." in told.output
    assert "--command" in CliRunner().invoke(app, ["sandbox", "verify", "--help"]).output
    process = await asyncio.create_subprocess_exec(
        *shlex.split(_example(sandbox, tmp_path)), stdout=asyncio.subprocess.PIPE, env={**os.environ, **UNBUFFERED}
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            first = (await process.stdout.readline()).decode()
    finally:
        process.kill()
        await process.wait()
    assert "EXERCISE" in first
    assert "received" in first


async def test_a_command_that_is_none_is_told(sandbox: Settings) -> None:
    with pytest.raises(Problem, match="no-such-program"):
        await _verify(sandbox, "sandbox", "no-such-program", 1)
