"""A container's health check: `python -m deploy.probe URL` succeeds where the URL is answered with 200."""

import sys
from urllib.request import urlopen


def main() -> int:
    """Returns the exit code."""
    try:
        with urlopen(sys.argv[1], timeout=4) as answer:  # noqa: S310 - the Compose file's own address
            return 0 if answer.status == 200 else 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
