"""Programs of a run: started, watched, stopped, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from deploy.embedded import child as child_module
from deploy.embedded import tether
from deploy.embedded.child import Child, Program
from deploy.problem import Problem
from tests.support.waiting import until, until_now

READY = "import pathlib, signal; pathlib.Path('ready').touch(); "


def program(
    folder: Path, code: str, *, ready: Callable[[], Awaitable[bool]] | None = None, stop_seconds: float = 5
) -> Program:
    async def touched() -> bool:
        return (folder / "ready").exists()

    return Program(
        name="program",
        command=[sys.executable, "-c", f"import os; os.chdir({str(folder)!r}); {code}"],
        environment=dict(os.environ),
        ready=ready or touched,
        start_seconds=20,
        stop_seconds=stop_seconds,
    )


def pid_of(folder: Path) -> int:
    return int((folder / "pid").read_text())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_program_serves_and_is_gone_afterwards(tmp_path: Path) -> None:
    code = "open('pid', 'w').write(str(os.getpid())); " + READY + "signal.pause()"
    async with Child(program(tmp_path, code), tmp_path, print).running():
        pid = pid_of(tmp_path)
        assert os.getpgid(pid) != os.getpgid(0)
    assert not alive(pid)


async def test_one_that_ends_at_once_shows_the_end_of_its_log(tmp_path: Path) -> None:
    child = Child(program(tmp_path, "print('no luck today'); raise SystemExit(3)"), tmp_path, print)
    with pytest.raises(Problem, match=r"(?s)ended at once.*no luck today"):
        await child.start()
    await child.stop()


STUBBORN = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if len(sys.argv) == 1:
    subprocess.Popen([sys.executable, "-c", os.environ["STUBBORN"], "other"])
else:
    open("pid", "w").write(str(os.getpid()))
    open("ready", "w")
signal.pause()
"""


async def test_one_that_does_not_stop_is_killed_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUBBORN", STUBBORN)
    said: list[str] = []
    code = "exec(os.environ['STUBBORN'])"
    async with Child(program(tmp_path, code, stop_seconds=0.2), tmp_path, said.append).running():
        other = pid_of(tmp_path)
    await until(lambda: not alive(other))
    assert "is killed" in said[0]


async def test_one_that_dies_is_started_again(tmp_path: Path) -> None:
    code = "open('pid', 'w').write(str(os.getpid())); " + READY + "signal.pause()"
    said: list[str] = []
    child = Child(program(tmp_path, code), tmp_path, said.append)
    async with child.running():
        first = pid_of(tmp_path)
        keeping = asyncio.create_task(child.keep())
        os.kill(first, signal.SIGKILL)
        await until(lambda: pid_of(tmp_path) != first)
        await until(lambda: len(said) == 2)
        keeping.cancel()
    assert "was killed by SIGKILL" in said[0]
    assert said[1] == "the program serves again"


async def test_one_that_dies_again_and_again_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "FIRST_PAUSE_SECONDS", 0.001)
    said: list[str] = []
    once = "first = not os.path.exists('ready'); " + READY + "signal.pause() if first else None"
    child = Child(program(tmp_path, once), tmp_path, said.append)
    async with child.running():
        child.kill()
        with pytest.raises(Problem, match="so everything stops"):
            await child.keep()
    assert len(said) >= child_module.TRIES


@pytest.mark.parametrize("how", ["become", "accompany"])
def test_a_program_dies_with_a_parent_that_is_killed(how: str, tmp_path: Path) -> None:
    """`become` is Linux's way, `accompany` everybody's; both must leave nothing."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, tether.__file__, how, str(tmp_path / "pid")])
    until_now(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
    sleeping = pid_of(tmp_path)
    assert alive(sleeping)
    parent.kill()
    parent.wait()
    until_now(lambda: not alive(sleeping))


PARENT = """
import os, signal, subprocess, sys

file, how, pid_file = sys.argv[1:]
program = "import os, signal, sys; open(sys.argv[1], 'w').write(str(os.getpid())); signal.pause()"
tethered = "import runpy, sys; tether = runpy.run_path(sys.argv[1]); "
if how == "become":
    tethered += f"tether['become']({os.getpid()}, sys.argv[2:])"
else:
    tethered += "tether['accompany'](sys.argv[2:])"
subprocess.Popen(
    [sys.executable, "-c", tethered, file, sys.executable, "-c", program, pid_file],
    stdin=subprocess.PIPE, start_new_session=True,
)
signal.pause()
"""
