"""`kentongan staff`, for the staff of each service that this installation can have."""

from shared.staff.cli import staff_app

SERVICES = {
    "queue": "services.queue.staff_cli:STAFF",
    "reports": "services.reports.staff_cli:STAFF",
}
"""Where each service tells the command line of its staff; loaded when it is asked for."""

app = staff_app(SERVICES)
