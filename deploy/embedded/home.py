"""The folder that a run keeps its data in: one run at a time, private to its user, and with room left.

lock  secret-key  identity-key  <role>-password  seeded-<service>  database/  log/
"""

import base64
import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.problem import Problem

ROOM_BYTES = 256 * 1024 * 1024
"""Less than this and the database soon could not write."""


def default_home() -> Path:
    """KENTONGAN_HOME, or the user's own data folder."""
    chosen = os.environ.get("KENTONGAN_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "kentongan"


class Home:
    """An opened home. Only `opened` makes one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log"
        self.database = path / "database"

    def secret_key(self) -> str:
        """The root of all keys: secret links stay valid from run to run by it."""
        return self._made_once("secret-key", 48)

    def identity_keys(self) -> str:
        """Opens what reporters said of themselves: without it nobody ever reads that again."""
        return self._kept("identity-key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())

    def password(self, role: str) -> str:
        """The password of the demo's person in that role."""
        return self._made_once(f"{role}-password", 9)

    def find(self, name: str) -> str | None:
        """What the file of that name holds; None where there is none."""
        try:
            return (self.path / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def keep(self, name: str, text: str) -> None:
        """Write the file whole or not at all, readable by its owner alone."""
        new = self.path / f"{name}.new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text + "\n")
            out.flush()
            os.fsync(descriptor)
        new.replace(self.path / name)

    def _made_once(self, name: str, random_bytes: int) -> str:
        return self._kept(name, lambda: secrets.token_urlsafe(random_bytes))

    def _kept(self, name: str, make: Callable[[], str]) -> str:
        kept = self.find(name)
        if kept is None:
            kept = make()
            self.keep(name, kept)
        return kept


@contextmanager
def opened(path: Path) -> Iterator[Home]:
    """The home at `path`, made where it is missing and held against a second run."""
    home = Home(path)
    try:
        for folder in (home.path, home.log, home.database):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Problem(f"can't write to {path}: {error.strerror}. Choose another folder: KENTONGAN_HOME=…") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(lock, 32).decode().strip() or "unknown"
            raise Problem(f"Kentongan runs on {path} already (process {owner})") from None
        if shutil.disk_usage(path).free < ROOM_BYTES:
            raise Problem(
                f"less than {ROOM_BYTES // 2**20} MB of room at {path}. Make some, or choose: KENTONGAN_HOME=…"
            )
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield home
    finally:
        os.close(lock)  # and with it the lock
