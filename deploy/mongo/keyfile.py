"""Makes the key by which a replica set's members know each other: `python -m deploy.mongo.keyfile PATH`.

Made once, on the volume, by mongod's own user: mongod takes no key that others can read.
"""

import base64
import os
import secrets
import sys
from pathlib import Path


def main() -> None:
    """Write the key unless it is there."""
    path = Path(sys.argv[1])
    if path.exists():
        return
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as out:
        out.write(base64.b64encode(secrets.token_bytes(567)))  # 756 characters; mongod takes 6 to 1024
        out.flush()
        os.fsync(descriptor)
    new.replace(path)


if __name__ == "__main__":
    main()
