"""Writes `.env`, from which Docker Compose takes its secrets: `make secrets`, `kentongan secrets`.

What is there already stays as it is, so a new service's secret can be added to an old file. Needs nothing but
a Python, so that a host with Docker alone can run it.
"""

import os
import secrets
import sys
from pathlib import Path

FILE = Path(__file__).parent.parent / ".env"
HEADER = """\
# Secrets of this installation, for docker compose. Readable by you alone; keep a copy in a safe place, never in git.
# Without KENTONGAN_SECRET_KEY every link to a ticket that was given out is void.
#
# For a public address, add:
#   EDGE_SITE=antrean.example.go.id
#   EDGE_HTTP=80
#   EDGE_HTTPS=443
"""
NAMES = ("KENTONGAN_SECRET_KEY", "KENTONGAN_MONGO_ROOT_PASSWORD", "KENTONGAN_MONGO_QUEUE_PASSWORD")


def write_secrets(path: Path = FILE) -> list[str]:
    """Add the secrets that are missing; returns their names."""
    text = path.read_text(encoding="utf-8") if path.exists() else HEADER
    present = {line.split("=", 1)[0].strip() for line in text.splitlines() if "=" in line}
    missing = [name for name in NAMES if name not in present]
    if missing:
        text = text.rstrip("\n") + "\n"
        text += "".join(f"{name}={secrets.token_hex(32)}\n" for name in missing)
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
