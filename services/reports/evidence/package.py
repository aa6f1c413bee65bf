"""An exported package: one zip with the original, its papers and what verifies them, made while it is sent.

Invariant: nothing of it is held but the piece that is on its way, however large the original is.
"""

import hashlib
import io
import time
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import NamedTuple

from services.reports.evidence.verify import LOG, MANIFEST, PAGE, SELF, SUMS

VERIFIER = Path(__file__).with_name("verify.py")


class Papers(NamedTuple):
    """What goes with the original."""

    manifest: bytes
    """Canonical JSON."""
    entries: Sequence[bytes]
    """The custody log, canonical JSON each."""
    page: bytes
    """For people."""


async def package(name: str, original: AsyncIterator[bytes], papers: Papers) -> AsyncIterator[bytes]:
    """The zip, a piece at a time. `name` is the original's within it."""
    out = _Outlet()
    sums: dict[str, str] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as target:
        for path, data in (
            (MANIFEST, papers.manifest),
            (LOG, b"".join(line + b"\n" for line in papers.entries)),
            (PAGE, papers.page),
            (SELF, VERIFIER.read_bytes()),
        ):
            sums[path] = hashlib.sha256(data).hexdigest()
            target.writestr(_entry(path), data)
        yield out.taken()
        digest = hashlib.sha256()
        with target.open(_entry(f"original/{name}"), "w", force_zip64=True) as file:
            async for piece in original:
                digest.update(piece)
                file.write(piece)
                yield out.taken()
        sums[f"original/{name}"] = digest.hexdigest()
        target.writestr(_entry(SUMS), "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode())
    yield out.taken()


def _entry(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, time.gmtime()[:6])
    info.external_attr = 0o444 << 16
    return info


class _Outlet(io.RawIOBase):
    """Takes what the zip writes until it is sent on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def]  # a readable buffer has no name before 3.12
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Everything since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
