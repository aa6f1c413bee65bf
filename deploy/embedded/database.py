"""The embedded database: `python -m deploy.embedded.database PORT FOLDER`.

SecantusDB, which speaks MongoDB's protocol and keeps its data in WiredTiger. What it acknowledged is on disk:
by its own default a killed process loses its last commits. And where its storage fails, as on a full disk, it ends, so
that what asked for something waits: by itself it answers everything that comes after with the same error, which is
taken for a fault of each message.
"""

import logging
import os
import shutil
import signal
import sys
import threading
from typing import TextIO

from secantus.server import SecantusDBServer
from wiredtiger import WiredTigerError  # type: ignore[import-untyped]

ROOM_BYTES = 32 * 1024 * 1024
"""Less than this and it could not begin: it waits until there is more."""
STORAGE_FAILED = 3
"""The exit code that says so."""


class EndsWithItsStorage(logging.StreamHandler[TextIO]):
    """Shows what is logged, and ends the process where that is the storage's failure, before it is answered."""

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if record.exc_info and isinstance(record.exc_info[1], WiredTigerError):
            os._exit(STORAGE_FAILED)


def main() -> None:
    """Serve until SIGTERM."""
    port, folder = int(sys.argv[1]), sys.argv[2]
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    if not room(folder, told_to_stop):
        return
    logging.getLogger("secantus").addHandler(EndsWithItsStorage())
    server = SecantusDBServer(
        host="127.0.0.1",
        port=port,
        storage_path=folder,
        replica_set_name="rs0",
        enable_test_commands=False,
        sync_on_commit=True,
        cache_size="256M",
    )
    server.start()
    told_to_stop.wait()
    server.stop()


def room(folder: str, told_to_stop: threading.Event) -> bool:
    """Wait until there is some. False: to be stopped before."""
    while shutil.disk_usage(folder).free < ROOM_BYTES:
        if told_to_stop.wait(1):
            return False
    return True


if __name__ == "__main__":
    main()
