"""What can be seen of requests: `GET requests` and `GET requests/{service_request_id}`.

Two kinds of ids lead to one. The id of a public incident shows what everybody sees of it. The id that a program was
given when it posted shows, besides, how far it is, and nothing that was told: programs hand such ids on, so that one
must not open what the reporter's own link does.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.errors import IncidentUnknown
from services.reports.domain.office import Office
from services.reports.domain.publication import SHOWN_DAYS, DayPart, Shown
from services.reports.entrypoints.public.caching import cached, edition_headers
from services.reports.entrypoints.public.open311.answers import Standard, StandardRoute, answer
from services.reports.entrypoints.public.open311.jurisdiction import office_of
from services.reports.entrypoints.public.open311.services import PREFIX, Jurisdiction, local
from services.reports.views.incidents import ReportView, category_name
from shared.contracts.reports.incidents import State
from shared.web.i18n import gettext, gettext_noop

MOST = 1_000
IDS_MOST = 50

router = APIRouter(prefix=PREFIX, route_class=StandardRoute, include_in_schema=False)

_HOURS: Mapping[DayPart, int] = {"night": 0, "morning": 6, "afternoon": 12, "evening": 18}
_NOTES: Mapping[State, str] = {
    "quarantined": gettext_noop("Received"),
    "received": gettext_noop("Received"),
    "triaged": gettext_noop("The desk has looked at it"),
    "dispatched": gettext_noop("Officers are on their way"),
    "on-scene": gettext_noop("Officers are there"),
    "resolved": gettext_noop("There is an outcome"),
    "closed": gettext_noop("Closed"),
    "duplicate": gettext_noop("It is dealt with together with another report"),
}
_OVER: tuple[State, ...] = ("resolved", "closed", "duplicate")

Ids = Annotated[str, Query(alias="service_request_id", max_length=5_000)]
Codes = Annotated[str, Query(alias="service_code", max_length=2_000)]
Statuses = Annotated[str, Query(alias="status", pattern=r"^((open|closed)(,(open|closed))*)?$")]


@router.get("/requests.{format}")
async def requests(
    request: Request,
    format: str,
    jurisdiction: Jurisdiction = "",
    ids: Ids = "",
    codes: Codes = "",
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    statuses: Statuses = "",
) -> Response:
    """What everybody may see of an office's incidents, the latest first. They are over, so all of them are closed."""
    if ids:
        wanted = [id.strip() for id in ids.split(",") if id.strip()][:IDS_MOST]
        found = [await _by_id(request, jurisdiction, id) for id in wanted]
        return answer(format, "service_requests", "request", [one for one in found if one is not None])
    office = await office_of(request, jurisdiction)
    edition = await reports_of(request).public.edition(office)
    start, end = _span(office, start_date, end_date, edition.ends)
    kinds = {code.strip() for code in codes.split(",") if code.strip()}
    shown = [
        one for one in edition.shown if (not kinds or one.category in kinds) and start <= _happened(office, one) <= end
    ]
    if statuses and "closed" not in statuses.split(","):
        shown = []
    made = answer(format, "service_requests", "request", [_public(office, one) for one in shown[:MOST]])
    headers = edition_headers(edition, reports_of(request).clock()) | {"Vary": "Accept-Language, Cookie"}
    headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private")
    return cached(request, bytes(made.body), made.headers["content-type"], headers)


@router.get("/requests/{id}.{format}")
async def one_request(request: Request, id: str, format: str, jurisdiction: Jurisdiction = "") -> Response:
    """One of them, or the one that was posted."""
    found = await _by_id(request, jurisdiction, id)
    if found is None:
        raise Standard(404, "The service_request_id provided was not found")
    return answer(format, "service_requests", "request", [found])


async def _by_id(request: Request, jurisdiction: str, id: str) -> dict[str, Any] | None:
    reports = reports_of(request)
    try:
        view = await reports.incidents.reported(reports.requests.read(id))
    except IncidentUnknown:
        pass
    else:
        return _posted(await reports.offices.office(view.office), id, view)
    for office in [await office_of(request, jurisdiction)] if jurisdiction else await reports.offices.all():
        for one in (await reports.public.edition(office)).shown:
            if one.id == id:
                return _public(office, one)
    return None


def _span(office: Office, start: datetime | None, end: datetime | None, last: datetime) -> tuple[datetime, datetime]:
    """From when to when; at most the days that the standard allows. A time without a zone is the office's own."""
    zone = ZoneInfo(office.plan.time_zone)
    start, end = (at.replace(tzinfo=zone) if at is not None and at.tzinfo is None else at for at in (start, end))
    days = timedelta(days=SHOWN_DAYS)
    try:
        end = end or (start + days if start else last)
        start = start or end - days
    except OverflowError:
        raise Standard(400, "start_date or end_date is not valid") from None
    if end - start > days + timedelta(days=1):
        raise Standard(400, "start_date and end_date may not span more than 90 days")
    return start, end


def _happened(office: Office, one: Shown) -> datetime:
    """The beginning of the quarter of a day."""
    return datetime.combine(one.day, time(_HOURS[one.part]), ZoneInfo(office.plan.time_zone))


def _public(office: Office, one: Shown) -> dict[str, Any]:
    shown_from = datetime.combine(one.shown_from, time(0), ZoneInfo(office.plan.time_zone))
    where = gettext("somewhere in the district")
    if one.area:
        where = gettext("in an area of about %(kilometres)s km") % {"kilometres": round(one.area.width * 1.1)}
    latitude, longitude = one.area.middle if one.area else (None, None)
    return _request(
        office,
        one.id,
        one.category,
        status="closed",
        note=None,
        description=where,
        requested=_happened(office, one),
        updated=shown_from,
        latitude=latitude,
        longitude=longitude,
    )


def _posted(office: Office, id: str, view: ReportView) -> dict[str, Any]:
    return _request(
        office,
        id,
        view.category,
        status="closed" if view.state in _OVER else "open",
        note=gettext(_NOTES[view.state]),
        description=None,
        requested=view.filed_at,
        updated=view.timeline[-1].at if view.timeline else view.filed_at,
        latitude=None,
        longitude=None,
    )


def _request(
    office: Office,
    id: str,
    category: str,
    *,
    status: str,
    note: str | None,
    description: str | None,
    requested: datetime,
    updated: datetime,
    latitude: float | None,
    longitude: float | None,
) -> dict[str, Any]:
    return {
        "service_request_id": id,
        "status": status,
        "status_notes": note,
        "service_name": local(category_name(office, category)),
        "service_code": category,
        "description": description,
        "agency_responsible": local(office.plan.name),
        "service_notice": None,
        "requested_datetime": requested.isoformat(timespec="seconds"),
        "updated_datetime": updated.isoformat(timespec="seconds"),
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": latitude,
        "long": longitude,
        "media_url": None,
    }
