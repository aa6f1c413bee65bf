"""The embedded database: `python -m deploy.embedded.database PORT FOLDER`.

SecantusDB, which speaks MongoDB's protocol and keeps its data in WiredTiger. What it acknowledged is on disk:
by its own default a killed process loses its last commits.
"""

import signal
import sys
import threading

from secantus.server import SecantusDBServer


def main() -> None:
    """Serve until SIGTERM."""
    server = SecantusDBServer(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        storage_path=sys.argv[2],
        replica_set_name="rs0",
        enable_test_commands=False,
        sync_on_commit=True,
        cache_size="256M",
    )
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    server.start()
    told_to_stop.wait()
    server.stop()


if __name__ == "__main__":
    main()
