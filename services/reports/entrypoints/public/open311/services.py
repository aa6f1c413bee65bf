"""What can be reported to an office, and what each kind asks: `GET services`, `GET services/{service_code}`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.reports.context import reports_of
from services.reports.domain.office import Office
from services.reports.entrypoints.public.open311.answers import StandardRoute, answer, single
from services.reports.entrypoints.public.open311.jurisdiction import category_of, office_of
from shared.contracts.fields import Text
from shared.contracts.reports.office import Category, Question
from shared.web.i18n import gettext, language

PREFIX = "/reports/open311/v2"

router = APIRouter(prefix=PREFIX, route_class=StandardRoute, include_in_schema=False)

Jurisdiction = Annotated[str, Query(alias="jurisdiction_id", max_length=64)]
_DATATYPES = {"choice": "singlevaluelist", "yes-no": "singlevaluelist", "number": "number", "text": "text"}


@router.get("/discovery.{format}")
async def discovery(request: Request, format: str) -> Response:
    """Where the interface is, and which formats it speaks."""
    base = (reports_of(request).public_url or str(request.base_url)).rstrip("/")
    return single(
        format,
        "discovery",
        {
            "changeset": "2026-11-24T00:00:00Z",
            "contact": f"{base}/reports/",
            "key_service": f"{base}/reports/api",
            "endpoints": [
                {
                    "specification": "http://wiki.open311.org/GeoReport_v2",
                    "url": f"{base}{PREFIX}",
                    "changeset": "2026-11-24T00:00:00Z",
                    "type": "production",
                    "formats": ["text/xml", "application/json"],
                }
            ],
        },
    )


@router.get("/services.{format}")
async def services(request: Request, format: str, jurisdiction: Jurisdiction = "") -> Response:
    """Every kind that can be reported to an office."""
    office = await office_of(request, jurisdiction)
    return answer(format, "services", "service", [_service(office, category) for category in office.plan.categories])


@router.get("/services/{code}.{format}")
async def service(request: Request, code: str, format: str, jurisdiction: Jurisdiction = "") -> Response:
    """What a kind asks."""
    category = category_of(await office_of(request, jurisdiction), code)
    attributes = [_attribute(place, question) for place, question in enumerate(category.questions, 1)]
    return single(format, "service_definition", {"service_code": category.id, "attributes": attributes})


def local(text: Text) -> str:
    """In the language of the request."""
    return text.en if language() == "en" else text.id


def call_first(office: Office) -> str:
    """What to do where somebody is in danger."""
    told = gettext("Is somebody in danger? Call %(number)s first.")
    return told % {"number": office.plan.emergency_number}


def _service(office: Office, category: Category) -> dict[str, Any]:
    hint = local(category.hint)
    return {
        "service_code": category.id,
        "service_name": local(category.name),
        "description": f"{hint} {call_first(office)}".strip() if category.emergency else hint,
        "metadata": bool(category.questions),
        "type": "realtime",
        "keywords": "",
        "group": "",
    }


def _attribute(place: int, question: Question) -> dict[str, Any]:
    choices = [{"key": choice.id, "name": local(choice.name)} for choice in question.choices]
    if question.kind == "yes-no":
        choices = [{"key": "yes", "name": gettext("Yes")}, {"key": "no", "name": gettext("No")}]
    return {
        "variable": True,
        "code": question.id,
        "datatype": _DATATYPES[question.kind],
        "required": question.required,
        "datatype_description": "",
        "order": place,
        "description": local(question.ask),
        "values": choices,
    }
