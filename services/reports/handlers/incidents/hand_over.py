"""HandOver: somebody else looks after an incident, as at a change of shift."""

from collections.abc import Iterator, Sequence

from services.reports.domain import errors
from services.reports.handlers.lookup import needs_incident, the_incident, username
from services.reports.handlers.timeline import written
from shared.contracts.reports.incidents import HandOver, IncidentHandedOver
from shared.messaging.routes import Ref
from shared.messaging.work import Work
from shared.staff.domain.account import Staff, staff_id

OUTSIDER = "_"
"""Begins the user name of a person who signs in by a provider and has no account here."""


def needs(command: HandOver, work: Work) -> Iterator[Ref]:
    """The incident, and the colleague."""
    yield from needs_incident(command, work)
    yield Ref(Staff, staff_id(command.office, command.to))


async def hand_over(command: HandOver, work: Work) -> Sequence[IncidentHandedOver]:
    """What the next person must know goes with it."""
    username(work)
    office, incident = await the_incident(command, work)
    colleague = await work.find(Staff, staff_id(office.id, command.to))
    if not command.to.startswith(OUTSIDER) and (colleague is None or colleague.is_removed):
        raise errors.ColleagueUnknown
    return written(work, incident.hand_over(command.to, work.now), words=command.note, about=command.to)
