"""A service that is started by a setting nobody can work by ends with one line that names the variable."""

import os
import subprocess
import sys
from base64 import b64encode

import pytest

EVERY = ("queue api", "queue worker", "reports api", "reports worker")
GOOD = {"KENTONGAN_SECRET_KEY": "x" * 40, "KENTONGAN_IDENTITY_KEYS": b64encode(bytes(32)).decode()}
WRONG = {
    "KENTONGAN_SECRET_KEY": ({"KENTONGAN_SECRET_KEY": ""}, EVERY),
    "KENTONGAN_LOG": ({"KENTONGAN_LOG": "loud"}, EVERY),
    "KENTONGAN_BATCH_SIZE": ({"KENTONGAN_BATCH_SIZE": "many"}, EVERY),
    "KENTONGAN_PUBLIC_URL": ({"KENTONGAN_OIDC_ISSUER": "https://sso.example"}, ("queue api", "reports api")),
}


@pytest.mark.parametrize(
    ("variable", "process"),
    [(variable, process) for variable, (_, processes) in WRONG.items() for process in processes],
)
def test_it_is_one_line(variable: str, process: str) -> None:
    environment, _ = WRONG[variable]
    service, role = process.split()
    told = subprocess.run(
        [sys.executable, "-m", f"services.{service}", role],
        env={**os.environ, **GOOD, **environment},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert told.returncode == 1, told.stderr
    assert told.stderr.startswith("kentongan: ")
    assert variable in told.stderr
    assert told.stderr.count("\n") == 1
