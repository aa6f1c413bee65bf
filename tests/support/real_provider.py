"""The certified OpenID Connect provider `oidc-provider`, run on loopback by node."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.support.servers import LOOPBACK, free_port
from tests.support.waiting import until_now

FOLDER = Path(__file__).parent / "oidc_provider"
INSTALL_SECONDS = 180


class NotHere(Exception):
    """The provider cannot be run on this machine."""


class RealProvider:
    """One that is running, or has been killed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.issuer = f"http://{LOOPBACK}:{self.port}"
        self._environment = {**os.environ, **environment, "PORT": str(self.port), "NODE_ENV": "test"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, with keys of its own that it never had before."""
        self._process = subprocess.Popen(
            ["node", "provider.mjs"],
            cwd=FOLDER,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until_now(self._answers, what=f"{self.issuer} answers")

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the provider has ended by itself"
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.issuer}/.well-known/openid-configuration").status_code == 200
        return False


@contextmanager
def real_provider(**environment: str) -> Iterator[RealProvider]:
    """A running provider. Raises `NotHere` with the reason where it cannot be had."""
    _install()
    provider = RealProvider(environment)
    try:
        provider.start()
        yield provider
    finally:
        provider.kill()


def _install() -> None:
    """Fetch what the lock file names, once."""
    if missing := [program for program in ("node", "npm") if shutil.which(program) is None]:
        raise NotHere(f"{missing[0]} is not installed")
    if (FOLDER / "node_modules" / ".package-lock.json").exists():
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except subprocess.SubprocessError as error:
        raise NotHere(f"npm could not install the provider: {error}") from error
