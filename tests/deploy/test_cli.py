"""The command line as a whole."""

import os
import subprocess
import sys

import pytest

from deploy.cli import COMMANDS, load


def kentongan(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_overview_can_be_loaded(name: str) -> None:
    assert load(name).name == name


def test_the_overview_loads_no_command() -> None:
    heavy = {"aiokafka", "fastapi", "motor", "pydantic"}
    code = f"import deploy.cli, sys; print({heavy} & sys.modules.keys())"
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert listed.stdout == "set()\n"
    assert "topics" in kentongan("--help").stdout


def test_a_wrong_setting_is_one_line_that_names_its_variable() -> None:
    told = kentongan("topics", "plan", KENTONGAN_KAFKA_PROTOCOL="CARRIER_PIGEON")
    assert told.returncode == 1
    assert told.stderr.startswith("kentongan: KENTONGAN_KAFKA_PROTOCOL: ")
    assert told.stderr.count("\n") == 1


def test_an_absent_broker_is_one_line() -> None:
    told = kentongan("topics", "plan", KENTONGAN_KAFKA="127.0.0.1:1")
    assert told.returncode == 1
    assert told.stderr == "kentongan: Kafka at 127.0.0.1:1 does not answer, or does not let us in\n"
