"""What was wrong with which field, said so that the person who filled it in can act on it."""

from collections.abc import Sequence
from typing import Any, TypedDict

from fastapi.exceptions import RequestValidationError

from shared.web.i18n import gettext, gettext_noop


class FieldError(TypedDict):
    """One complaint."""

    field: str
    """Its name as sent; inner ones with dots, `plan.services.0.id`. Empty: the whole body."""
    message: str


_MESSAGES = {
    "missing": gettext_noop("This is needed."),
    "string_type": gettext_noop("This must be a text."),
    "string_too_short": gettext_noop("This is too short."),
    "string_too_long": gettext_noop("This is too long."),
    "string_pattern_mismatch": gettext_noop("This does not have the right form."),
    "int_parsing": gettext_noop("This must be a whole number."),
    "int_type": gettext_noop("This must be a whole number."),
    "greater_than_equal": gettext_noop("This is too small."),
    "less_than_equal": gettext_noop("This is too large."),
    "uuid_parsing": gettext_noop("This must be a UUID."),
    "literal_error": gettext_noop("This is not one of the possible values."),
    "enum": gettext_noop("This is not one of the possible values."),
    "extra_forbidden": gettext_noop("There is no such field."),
    "json_invalid": gettext_noop("This is not valid JSON."),
}
_WRONG = gettext_noop("This value is not valid.")
_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def field_errors(errors: Sequence[Any]) -> list[FieldError]:
    """Pydantic's complaints in the request's language, without a word of what was sent."""
    return [
        {"field": _name(error["loc"]), "message": gettext(_MESSAGES.get(error["type"], _WRONG))} for error in errors
    ]


def is_unreadable_type(error: RequestValidationError, content_type: str) -> bool:
    """Whether a body could not be read because it was not sent as JSON."""
    about_whole_body = any(tuple(e["loc"]) == ("body",) and e["type"] != "missing" for e in error.errors())
    return about_whole_body and not content_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def _name(location: Sequence[str | int]) -> str:
    parts = list(location)
    if parts and parts[0] in _PLACES:
        parts = parts[1:]
    if len(parts) == 1 and isinstance(parts[0], int):  # a place in broken JSON, which is no field
        return ""
    return ".".join(str(part) for part in parts)
