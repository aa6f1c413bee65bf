"""Filing a report: from what a person or program sends to the command on the bus, for pages and API alike.

Invariant: a report's id says nothing of the key under which it was sent. The staff know the id; who knows the key may
send the same again and is answered with the reporter's link. So the id is a hash of the key, and the same key always
gives the same report.
"""

import hashlib
import uuid
from contextlib import suppress

from starlette.requests import Request

from services.reports.context import Reports, reports_of
from services.reports.entrypoints.representations import ReportBody, ReportFiledOut
from shared.contracts.reports.incidents import FileReport, IncidentReported, Way
from shared.messaging.errors import Pending, Transient
from shared.web.ask import ask, command_id


def id_of(key: str) -> str:
    """The id of what is made under a client's key."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"kentongan/{key}".encode()).digest()[:16]))


async def file(request: Request, body: ReportBody, key: str | None = None, *, way: Way = "web") -> IncidentReported:
    """Report something. Raises what `ask` does; a `Pending` names the client's key."""
    key = command_id(request, key)
    await _check_office(reports_of(request), body.office)
    command = command_of(reports_of(request), body, id_of(key), way)
    try:
        reported = await ask(request, command, key=id_of(key))
    except Pending:
        raise Pending(key) from None
    assert isinstance(reported, IncidentReported)
    return reported


async def _check_office(reports: Reports, office: str) -> None:
    """Raises `OfficeUnknown`. What somebody has written by mistake where the office stands, such as a telephone number,
    must not become the key of a message. Where the database is away the worker will say so.
    """
    with suppress(Transient):
        await reports.offices.office(office)


def command_of(reports: Reports, body: ReportBody, id: str, way: Way = "web") -> FileReport:
    """The command of a report. Nothing is kept of who an anonymous reporter is, whatever was sent."""
    identity = None if body.privacy == "anonymous" else body.contact.identity()
    return FileReport(
        office=body.office,
        category=body.category,
        words=body.words,
        place=body.place,
        privacy=body.privacy,
        answers=body.answers,
        happened_at=body.happened_at,
        reporter=identity and reports.identities.seal(identity, id=id),
        contact=identity and reports.identities.contact(identity),
        way=way,
    )


def filed_out(reports: Reports, reported: IncidentReported) -> ReportFiledOut:
    """A report that has just been taken in, with its link and code."""
    return ReportFiledOut(
        id=reported.incident,
        number=reported.number,
        code=reports.codes.code(reported.number, reported.incident),
        link=reports.links.path(reported.incident),
    )
