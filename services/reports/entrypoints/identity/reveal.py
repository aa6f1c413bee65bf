"""Opening the box in which a reporter's identity lies: for pages and API alike.

Invariants: no box is opened before the journal holds who opens it and why; what the journal holds under a key is only
worth something to the person who wrote it, and only for a while; nothing is shown of an anonymous report, since nothing
is kept of one.
"""

from datetime import timedelta

from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.domain.errors import IncidentUnknown, NobodyKnown
from services.reports.domain.incident import Incident
from services.reports.identity.identity import Identity, Unreadable
from services.reports.identity.looks import RIGHTS
from shared.contracts.reports.incidents import EraseReporter, RevealIdentity
from shared.log import get_logger
from shared.messaging.attempt import ACCEPTED
from shared.staff.entrypoints.officer import Officer
from shared.web.ask import ask, command_id
from shared.web.i18n import gettext
from shared.web.problems import Problem, problem

log = get_logger(__name__)

SHOWN_FOR = timedelta(minutes=10)
"""How long the same request shows it again without another entry, as when an answer was lost on its way."""


async def incident_of(request: Request, officer: Officer, id: str) -> Incident:
    """An incident of the officer's own office. Raises `IncidentUnknown`."""
    incident = await reports_of(request).incidents.known(id)
    if incident.office != officer.office or incident.removed:
        raise IncidentUnknown
    return incident


def must_be_allowed(officer: Officer, incident: Incident) -> None:
    """Raises `NobodyKnown` for an anonymous report, and 403 without the right."""
    right = RIGHTS[incident.privacy]
    if right is None:
        raise NobodyKnown
    if not officer.may(right):
        raise problem(403)


async def revealed(
    request: Request, officer: Officer, incident: Incident, reason: str, key: str | None = None
) -> Identity:
    """Who reported it, once it is written down who asks and why. Raises what `ask` does, and `NobodyKnown`."""
    must_be_allowed(officer, incident)
    reports, key = reports_of(request), command_id(request, key)
    command = RevealIdentity(office=incident.office, incident=incident.id, reason=reason)
    await ask(request, command, actor=officer.actor(), key=key)
    entry = (await reports.store.entries([key])).get(key)
    if (
        entry is None
        or (entry.type, entry.outcome, entry.actor) != (RevealIdentity.type(), ACCEPTED, officer.actor())
        or entry.handled_at + SHOWN_FOR < reports.clock()
    ):
        raise _asked_before()
    reporter = await reports.looks.reporter(incident)
    if reporter is None or reporter.sealed is None:
        raise NobodyKnown
    try:
        return reports.identities.open(reporter.sealed)
    except Unreadable as unreadable:
        log.error("a reporter's identity cannot be opened", incident=incident.id, why=str(unreadable))
        raise Problem(
            409,
            "identity-unreadable",
            gettext("It cannot be opened"),
            gettext("The key with which it was sealed is not here. Please tell who operates the service."),
        ) from None


async def erased(request: Request, officer: Officer, incident: Incident, key: str | None = None) -> None:
    """Forget who reported it, on behalf of the reporter. Raises what `ask` does."""
    command = EraseReporter(office=incident.office, incident=incident.id, via="desk")
    await ask(request, command, actor=officer.actor(), key=key)


def _asked_before() -> Problem:
    return Problem(
        409,
        "look-is-over",
        gettext("This look is over"),
        gettext("Please say again why you need to know who reported it."),
    )
