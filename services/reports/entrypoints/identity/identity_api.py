"""The JSON API about who reported an incident."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request

from services.reports.context import reports_of
from services.reports.entrypoints.api import ACCEPTED_LATER, PREFIX
from services.reports.entrypoints.identity.reveal import erased, incident_of, revealed
from services.reports.entrypoints.staff import MaySeeIdentities, MayWorkAtDesk
from services.reports.identity.looks import IdentityView
from shared.contracts.reports.base import Reason
from shared.contracts.reports.incidents import Privacy
from shared.web.outcomes import PROBLEM
from shared.web.representations import Body, Resource

router = APIRouter(
    prefix=PREFIX + "/offices/{office}/incidents/{incident}/reporter", tags=["identities"], responses=PROBLEM
)

Incident = Annotated[str, Path(max_length=64)]


class LookOut(Resource):
    """Somebody has seen who reported it."""

    at: datetime
    by: str
    """The user name; empty where it has been forgotten."""
    reason: str


class ReporterOut(Resource):
    """What is known about who reported it, without who it is."""

    privacy: Privacy
    known: bool
    """Whether something is kept that could be seen."""
    right: str | None
    """Which right it needs. None: nobody can."""
    looks: list[LookOut]

    @classmethod
    def of(cls, view: IdentityView) -> "ReporterOut":
        """What a view tells."""
        return cls.model_validate(view)


class LookBody(Body):
    """Why somebody needs to know."""

    reason: Reason
    """Stays with the incident, with the name of who asks."""


class IdentityOut(Resource):
    """Who reported it. Not to be kept anywhere else."""

    name: str
    phone: str | None
    email: str


@router.get("")
async def reporter(request: Request, office: str, incident: Incident, officer: MayWorkAtDesk) -> ReporterOut:
    """Whether anybody can know who reported it, and who has looked, when and why."""
    officer.must_work_at(office)
    known = await incident_of(request, officer, incident)
    reports = reports_of(request)
    return ReporterOut.of(await reports.looks.of(await reports.offices.office(office), known))


@router.post("/looks", responses=ACCEPTED_LATER)
async def look(
    request: Request, office: str, incident: Incident, body: LookBody, officer: MayWorkAtDesk
) -> IdentityOut:
    """See who reported it. The look is written down first: where that takes longer the answer is 202 and tells nothing,
    and the same request with the same `Idempotency-Key` is to be sent again.
    """
    officer.must_work_at(office)
    known = await incident_of(request, officer, incident)
    identity = await revealed(request, officer, known, body.reason)
    return IdentityOut.model_validate(identity)


@router.delete("", responses=ACCEPTED_LATER)
async def erase(request: Request, office: str, incident: Incident, officer: MaySeeIdentities) -> ReporterOut:
    """Forget who reported it, where the reporter has asked for that. The report stays."""
    officer.must_work_at(office)
    known = await incident_of(request, officer, incident)
    await erased(request, officer, known)
    reports = reports_of(request)
    return ReporterOut.of(await reports.looks.of(await reports.offices.office(office), known))
