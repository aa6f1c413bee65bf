"""The folder of a run."""

import multiprocessing
import os
import stat
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.embedded import home as home_module
from deploy.embedded.home import default_home, opened
from deploy.problem import Problem
from services.reports.identity.identity import Identities


def _hold(path: Path, pipe: Connection) -> None:
    with opened(path):
        pipe.send("held")
        pipe.recv()


def test_what_is_made_stays_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "home"
    with opened(path) as home:
        made = home.secret_key(), home.identity_keys(), home.password("officer")
    with opened(path) as home:
        assert (home.secret_key(), home.identity_keys(), home.password("officer")) == made
    assert len(made[0]) >= 32
    Identities.of(SecretStr(made[1]))
    for name in ("secret-key", "identity-key", "officer-password"):
        assert stat.S_IMODE((path / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_second_run_on_one_home_is_refused_with_the_first_ones_id(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    first = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path, theirs))
    first.start()
    try:
        assert ours.poll(30)
        with pytest.raises(Problem, match=f"process {first.pid}"), opened(tmp_path):
            pass
    finally:
        ours.send("done")
        first.join()
    with opened(tmp_path):
        pass


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="KENTONGAN_HOME"), opened(tmp_path / "file" / "home"):
        pass


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_module, "ROOM_BYTES", 2**62)
    with pytest.raises(Problem, match="MB of room"), opened(tmp_path):
        pass


def test_the_home_is_the_users_unless_another_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KENTONGAN_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert default_home() == Path.home() / ".local" / "share" / "kentongan"
    monkeypatch.setenv("KENTONGAN_HOME", "elsewhere")
    assert default_home() == Path(os.getcwd()) / "elsewhere"
