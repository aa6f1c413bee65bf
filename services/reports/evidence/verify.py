"""Verifies an exported package of evidence. Needs nothing but Python 3.9 or later: no network, no other file.

    python3 verify.py PACKAGE.zip [--fingerprint HASH]

It holds every file to the checksums, the original to the manifest, the manifest to the custody log and each entry of
the log to the one before it. What it cannot know by itself is whether somebody has made a whole new package: for that
compare the fingerprint that it prints with the one on the page of the evidence, on a printed letter, or in the
service's own events. With `--fingerprint` it does so itself.

A copy of this file lies in each package, but use one that you trust.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

FORMAT = "kentongan-evidence-1"
BEGINNING = "0" * 64
MANIFEST, LOG, SUMS, PAGE, SELF = "manifest.json", "custody.jsonl", "checksums.txt", "index.html", "verify.py"
PIECE = 1024 * 1024
SMALL = 64 * 1024 * 1024
"""Bytes, at most, of anything but the original."""


class Broken(Exception):
    """The package is not what was exported."""


def canonical(value: Any) -> bytes:
    """The one way to write something down."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def verify(path: Path, fingerprint: str | None = None) -> dict[str, Any]:
    """What a package holds, as a dict of facts. Raises `Broken`."""
    try:
        with zipfile.ZipFile(path) as package:
            return _verified(package, fingerprint)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError) as error:
        raise Broken(f"the package cannot be read: {error}") from error


def _verified(package: zipfile.ZipFile, fingerprint: str | None) -> dict[str, Any]:
    names = package.namelist()
    if len(set(names)) != len(names):
        raise Broken("a file is in the package twice")
    originals = [name for name in names if name.startswith("original/")]
    if sorted(names) != sorted([MANIFEST, LOG, SUMS, PAGE, SELF, *originals]) or len(originals) != 1:
        raise Broken("files are missing, or there are others")
    sums = _sums(_small(package, SUMS))
    if sorted(sums) != sorted(name for name in names if name != SUMS):
        raise Broken("the checksums are of other files")
    sizes = {}
    for name, expected in sums.items():
        found, sizes[name] = _hash(package, name)
        if found != expected:
            raise Broken(f"{name} was changed")
    raw = _small(package, MANIFEST)
    manifest = json.loads(raw)
    if canonical(manifest) != raw:
        raise Broken("the manifest is not written as it was")
    entries = _entries(_small(package, LOG))
    _hold_together(manifest, raw, entries, sums[originals[0]], sizes[originals[0]])
    head = entries[-1]["hash"]
    if fingerprint is not None and fingerprint.strip().lower().replace(" ", "") != head:
        raise Broken("the fingerprint is another one: entries were cut off, or the whole package was made anew")
    return {
        "evidence": manifest["evidence"],
        "incident": manifest["incident_number"],
        "original": originals[0],
        "sha256": manifest["original"]["sha256"],
        "size": manifest["original"]["size"],
        "entries": len(entries),
        "fingerprint": head,
    }


def _hold_together(manifest: Any, raw: bytes, entries: list[Any], original: str, size: int) -> None:
    if manifest.get("format") != FORMAT:
        raise Broken("the package is of another kind")
    if manifest["original"]["sha256"] != original or manifest["original"]["size"] != size:
        raise Broken("the original is not the one of the manifest")
    previous = BEGINNING
    for number, entry in enumerate(entries, 1):
        content = {name: value for name, value in entry.items() if name != "hash"}
        if entry["number"] != number or entry["previous"] != previous or entry["evidence"] != manifest["evidence"]:
            raise Broken(f"entry {number} of the custody log does not follow the one before it")
        if sha256(canonical(content)) != entry["hash"]:
            raise Broken(f"entry {number} of the custody log was changed")
        previous = entry["hash"]
    first, last = entries[0], entries[-1]
    if first["action"] != "collected" or first["details"].get("sha256") != original:
        raise Broken("the custody log does not begin with this original")
    if manifest["custody_entries"] != len(entries) or last["action"] != "exported":
        raise Broken("the custody log does not end with this export")
    if last["details"].get("manifest_sha256") != sha256(raw):
        raise Broken("the manifest is not the one of this export")


def _entries(data: bytes) -> list[Any]:
    if not data.endswith(b"\n"):
        raise Broken("the custody log ends in the middle of an entry")
    entries: list[Any] = []
    for line in data[:-1].split(b"\n"):
        entry = json.loads(line)
        if canonical(entry) != line:
            raise Broken("an entry of the custody log is not written as it was")
        entries.append(entry)
    return entries


def _sums(data: bytes) -> dict[str, str]:
    sums: dict[str, str] = {}
    for line in data.decode().splitlines():
        digest, _, name = line.partition("  ")
        sums[name] = digest
    return sums


def _hash(package: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with package.open(name) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _small(package: zipfile.ZipFile, name: str) -> bytes:
    if package.getinfo(name).file_size > SMALL:
        raise Broken(f"{name} is far too large")
    return package.read(name)


def main(arguments: list[str]) -> int:
    """Print what was found; 0 where everything holds."""
    fingerprint = None
    if len(arguments) == 3 and arguments[1] == "--fingerprint":
        arguments, fingerprint = arguments[:1], arguments[2]
    if len(arguments) != 1:
        sys.stderr.write("usage: python3 verify.py PACKAGE.zip [--fingerprint HASH]\n")
        return 2
    try:
        found = verify(Path(arguments[0]), fingerprint)
    except Broken as broken:
        sys.stderr.write(f"NOT INTACT: {broken}\n")
        return 1
    for name, value in found.items():
        sys.stdout.write(f"{name:12} {value}\n")
    compared = "and is the one that was given" if fingerprint else "(compare it with a printed one)"
    sys.stdout.write(f"INTACT: {found['entries']} entries hold each other; the fingerprint is above {compared}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
