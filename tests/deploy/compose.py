"""A Compose installation of a test's own: the repository's own file, other secrets, other ports, another name."""

import json
import os
import re
import subprocess
from pathlib import Path
from secrets import token_hex
from typing import Any

from deploy.embedded.programs import free_ports
from deploy.secrets_file import write_secrets

REPOSITORY = Path(__file__).parents[2]
UP_SECONDS = 420
COMMAND_SECONDS = 120
REAUTH_MS = 5_000
"""After how long an agency's client must sign in again: soon, so that a test sees it."""


class Compose:
    """One installation."""

    def __init__(self, folder: Path) -> None:
        self._secrets = folder / ".env"
        write_secrets(self._secrets)
        self.project = f"kentongan-{token_hex(4)}"
        http, https, agencies = free_ports(3)
        self.agencies = f"127.0.0.1:{agencies}"
        """Where other agencies reach the broker."""
        self.address = f"http://127.0.0.1:{http}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KENTONGAN_", "EDGE_"))},
            "EDGE_HTTP": f"127.0.0.1:{http}",
            "EDGE_HTTPS": f"127.0.0.1:{https}",
            "KAFKA_AGENCIES": self.agencies,
            "KENTONGAN_AGENCIES_KAFKA": self.agencies,
            "KENTONGAN_AGENCIES_REAUTH_MS": str(REAUTH_MS),
            "KENTONGAN_VERSION": self.project,
        }

    def run(self, *arguments: str, seconds: float = COMMAND_SECONDS, check: bool = True) -> str:
        """`docker compose …`; returns what it printed."""
        done = subprocess.run(
            ["docker", "compose", "-p", self.project, "--env-file", str(self._secrets), *arguments],
            cwd=REPOSITORY, env=self._environment, capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0 or not check, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def up(self, *arguments: str) -> None:
        """As the README has it."""
        try:
            self.run("up", "-d", "--wait", "--quiet-pull", *arguments, seconds=UP_SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.run('logs', '--tail', '20', check=False)}") from None

    def down(self) -> None:
        """Remove everything, data too."""
        self.run("down", "--volumes", "--timeout", "25", check=False)
        subprocess.run(["docker", "image", "rm", f"kentongan:{self.project}"], capture_output=True, check=False)

    def seed(self, *options: str) -> dict[str, str]:
        """Set the demo office up in every service; returns user name → password."""
        said = self.run("exec", "-T", "queue-worker", "kentongan", "demo", "--always-open", *options)
        return dict(re.findall(r"^\w+: (\w+), password: (\S+)$", said, re.MULTILINE))

    def containers(self) -> dict[str, Any]:
        """What Docker says of each container, by service; finished ones too."""
        ids = self.run("ps", "--all", "--quiet").split()
        described = json.loads(subprocess.run(["docker", "inspect", *ids], capture_output=True, check=True).stdout)
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in described}
