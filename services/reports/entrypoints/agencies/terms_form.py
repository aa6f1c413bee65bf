"""A rule's terms as a form of a page brings them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData

from services.reports.domain.office import Office
from services.reports.entrypoints.agencies.areas import NoArea, read_area
from services.reports.entrypoints.cameras.moments import moment_in
from shared.contracts.reports.agencies import Terms
from shared.web.i18n import gettext
from shared.web.validation import field_errors

_TERMS = TypeAdapter(Terms)
_FIELDS = ("tier", "purpose", "least_severity", "expires_at", "area")


@dataclass(frozen=True, slots=True)
class TermsForm:
    """What was written, what is wrong in it, and the terms if nothing is."""

    written: Mapping[str, str] = field(default_factory=lambda: {"tier": "view", "least_severity": "minor"})
    categories: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    terms: Terms | None = None


def read_terms(sent: FormData, office: Office) -> TermsForm:
    """The terms of a form."""
    written = {name: value for name in _FIELDS if isinstance(value := sent.get(name, ""), str)}
    categories = tuple(value for value in sent.getlist("categories") if isinstance(value, str))
    errors: dict[str, str] = {}
    told: dict[str, object] = {
        "tier": written["tier"],
        "purpose": written["purpose"],
        "least_severity": written["least_severity"],
        "categories": categories,
    }
    try:
        told["area"] = read_area(written["area"])
    except NoArea:
        errors["area"] = gettext("This is no area: polygons in GeoJSON, without holes, are needed.")
    try:
        told["expires_at"] = _moment(office, written["expires_at"])
    except ValueError:
        errors["expires_at"] = gettext("This is no time.")
    try:
        terms = _TERMS.validate_python(told)
    except ValidationError as error:
        errors |= {one["field"].partition(".")[0]: one["message"] for one in field_errors(error.errors())}
        terms = None
    return TermsForm(written, categories, errors, None if errors else terms)


def _moment(office: Office, written: str) -> datetime | None:
    return moment_in(office, written) if written.strip() else None
