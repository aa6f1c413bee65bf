"""What a reporter can wish of the own report, as commands; the same for pages and API."""

from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.domain.incident import Incident
from shared.contracts.reports.base import IncidentCommand
from shared.contracts.reports.incidents import ConfirmOutcome, EraseReporter, ReopenIncident, SendMessage


def write(incident: Incident, words: str) -> IncidentCommand:
    """Write to the desk."""
    return SendMessage(office=incident.office, incident=incident.id, words=words, via="reporter")


def reopen(incident: Incident, words: str) -> IncidentCommand:
    """Say why the outcome is not right."""
    return ReopenIncident(office=incident.office, incident=incident.id, words=words, via="reporter")


def confirm_outcome(incident: Incident) -> IncidentCommand:
    """Say that the outcome is right."""
    return ConfirmOutcome(office=incident.office, incident=incident.id)


def erase_reporter(incident: Incident) -> IncidentCommand:
    """Have nobody know any more who reported it."""
    return EraseReporter(office=incident.office, incident=incident.id, via="reporter")


def address_of(request: Request, path: str) -> str:
    """A whole address, to be written down or sent."""
    base = reports_of(request).public_url or str(request.base_url).rstrip("/")
    return f"{base}{path}"
