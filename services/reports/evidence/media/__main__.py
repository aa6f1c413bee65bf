"""The child: limits itself, does one job, and ends."""

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from services.reports.evidence.media.pipe import DONE, REFUSED, Parent
from services.reports.evidence.media.source import Original
from shared.errors import Refused

MEMORY_BYTES = 1536 * 1024 * 1024
"""Of addresses, of which most are never used."""
CPU_SECONDS = 120


def main() -> None:
    """Do what the parent wants."""
    _limit()
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints is no answer
    parent = Parent(sys.stdin.buffer, out)
    job = parent.job()
    try:
        found = _do(job, parent)
    except Refused as refusal:
        parent.tell(REFUSED, {"slug": refusal.slug, "details": refusal.details})
    except MemoryError:
        parent.tell(REFUSED, {"slug": "examination-failed", "details": {}})
    else:
        parent.tell(DONE, found)


def _do(job: dict[str, Any], parent: Parent) -> dict[str, Any]:
    original = Original(parent, job["size"])
    if job["kind"] == "photo":
        from services.reports.evidence.media import photos

        photos.warm_up(job["format"])
        _shut()
        copy, found = photos.make_copy(original.read(), job["format"])
        for start in range(0, len(copy), 1024 * 1024):
            parent.write(copy[start : start + 1024 * 1024])
        return found
    from services.reports.evidence.media import videos

    videos.warm_up()
    _shut()
    return videos.make_copy(original, job["format"], parent)


def _limit() -> None:
    with suppress(OSError):  # where memory is short, this process goes and not the one that serves people
        Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _shut() -> None:
    """From here on nothing can be opened, neither a file nor a connection: there is no number left for it."""
    free = os.dup(0)  # the lowest number there is
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))


if __name__ == "__main__":
    main()
