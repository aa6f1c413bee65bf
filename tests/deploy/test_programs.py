"""The settings of a run."""

from pathlib import Path

import pytest

from deploy.embedded.home import opened
from deploy.embedded.programs import new_settings
from deploy.problem import Problem


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8080.5", " 8080", "²"])
def test_a_port_that_is_none_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("KENTONGAN_PORT", port)
    with opened(tmp_path) as home, pytest.raises(Problem, match="is no port number"):
        new_settings(home)
