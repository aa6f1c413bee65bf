"""`python -m services.reports api|worker|sharing|bridges`."""

import sys

from shared.settings import Settings

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
        case ["worker"]:
            from services.reports.deadlines import watched_deadlines
            from services.reports.retention import daily_retention
            from services.reports.routes import ROUTES

            process.run_worker(ROUTES, Settings(), watched_deadlines, daily_retention)
        case ["sharing"]:
            from services.reports.sharing.answers import heard_agencies
            from services.reports.sharing.routes import SHARING

            process.run_worker(SHARING, Settings(), heard_agencies)
        case ["bridges"]:
            from services.reports.bridges.process import run

            run(Settings())
        case _:
            sys.exit(USAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
