"""Writes `.env`, from which Docker Compose takes its secrets: `make secrets`, `kentongan secrets`.

What is there already stays as it is, so a new service's secret can be added to an old file. Needs nothing but
a Python, so that a host with Docker alone can run it.
"""

import base64
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

FILE = Path(__file__).parent.parent / ".env"
HEADER = """\
# Secrets of this installation, for docker compose. Readable by you alone; keep a copy in a safe place, never in git.
# Without KENTONGAN_SECRET_KEY every link to a ticket or a report that was given out is void.
# Without KENTONGAN_IDENTITY_KEYS nobody can read any more who reported something, and nothing brings that back.
#
# For a public address, add:
#   EDGE_SITE=antrean.example.go.id
#   EDGE_HTTP=80
#   EDGE_HTTPS=443
"""
SERVICES = ("queue", "reports")


def _word() -> str:
    return secrets.token_hex(32)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


SECRETS: Mapping[str, Callable[[], str]] = {
    "KENTONGAN_SECRET_KEY": _word,
    "KENTONGAN_IDENTITY_KEYS": _key,
    "KENTONGAN_MONGO_ROOT_PASSWORD": _word,
    **{f"KENTONGAN_MONGO_{service.upper()}_PASSWORD": _word for service in SERVICES},
}
"""Variable → what makes its value."""


def write_secrets(path: Path = FILE) -> list[str]:
    """Add the secrets that are missing; returns their names."""
    text = path.read_text(encoding="utf-8") if path.exists() else HEADER
    present = {line.split("=", 1)[0].strip() for line in text.splitlines() if "=" in line}
    missing = [name for name in SECRETS if name not in present]
    if missing:
        text = text.rstrip("\n") + "\n"
        text += "".join(f"{name}={SECRETS[name]()}\n" for name in missing)
        new = path.with_name(path.name + ".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
        new.replace(path)
    return missing


def main() -> None:
    """Write them and say so."""
    try:
        written = write_secrets()
    except OSError as error:
        sys.exit(f"kentongan: can't write {error.filename}: {error.strerror}")
    sys.stdout.write(f"{FILE.name}: " + (f"made {', '.join(written)}\n" if written else "all secrets are there\n"))


if __name__ == "__main__":
    main()
