"""`python -m services.queue api|worker`."""

import sys

from shared.settings import Settings, told_in_one_line

USAGE = "usage: python -m services.queue api|worker"


def main(arguments: list[str]) -> None:
    """Run one of the service's two processes until it is told to stop."""
    from shared import process

    match arguments:
        case ["api"]:
            from services.queue.app import create_app
            from shared.contracts.queue import SERVICE

            settings = Settings()
            process.run_api(create_app(settings), settings, SERVICE)
        case ["worker"]:
            from services.queue.readers import worker
            from shared.contracts.queue import SERVICE

            process.run_reader(worker, Settings(), SERVICE)
        case _:
            sys.exit(USAGE)


if __name__ == "__main__":
    with told_in_one_line():
        main(sys.argv[1:])
