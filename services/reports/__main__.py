"""`python -m services.reports api|worker|sharing|bridges`."""

import sys

from shared.settings import Settings, told_in_one_line

USAGE = "usage: python -m services.reports api|worker|sharing|bridges"


def main(arguments: list[str]) -> None:
    """Run one of the service's processes until it is told to stop."""
    from shared import process

    match arguments:
        case ["api"]:
            from services.reports.app import create_app
            from shared.contracts.reports import SERVICE

            settings = Settings()
            process.run_api(create_app(settings), settings, SERVICE)
        case ["worker" | "sharing" | "bridges" as role]:
            from services.reports import readers
            from shared.contracts.reports import SERVICE

            process.run_reader(getattr(readers, role), Settings(), SERVICE, role)
        case _:
            sys.exit(USAGE)


if __name__ == "__main__":
    with told_in_one_line():
        main(sys.argv[1:])
