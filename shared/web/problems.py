"""What a client is told when something cannot be done: RFC 9457 for programs, a page for people.

Invariant: every error leaves as one `Problem`, in the language of the request, and says nothing about our
insides: no trace, no address of a server, not what was sent. The log has the rest, under the request id that
the answer names.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import Refused
from shared.messaging.errors import Declined, Transient
from shared.web.i18n import gettext, gettext_noop, ngettext
from shared.web.validation import FieldError, field_errors, is_unreadable_type

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
"""How soon a client may come back when broker or database are away."""
MANY_SECONDS = 90
"""More are told as minutes."""

Details = Mapping[str, str | int]


class Problem(HTTPException):
    """The request ends here, with this answer. Title and detail are already in the reader's language."""

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(status, detail, headers)
        self.status = status
        self.slug = slug
        self.title = title
        self.extensions = extensions

    def body(self, instance: str) -> dict[str, Any]:
        """The members of the JSON document."""
        members = {"type": f"urn:kentongan:problem:{self.slug}", "title": self.title, "status": self.status}
        if self.detail:
            members["detail"] = self.detail
        return {**self.extensions, **members, "instance": f"urn:kentongan:request:{instance}"}


@dataclass(frozen=True, slots=True)
class RefusalText:
    """How a refusal of the domain is told. Texts are marked by `gettext_noop` where they are written down."""

    status: int
    title: str
    detail: str | Callable[[Details], str] = ""
    """May name the refusal's details, `%(next_opening)s`; a function where they must be formatted first."""


class _Usual(NamedTuple):
    slug: str
    title: str
    detail: str


_BY_STATUS: Mapping[int, _Usual] = {
    400: _Usual(
        "bad-request",
        gettext_noop("This request cannot be read"),
        gettext_noop("Something in it is broken. Please go back and try again."),
    ),
    401: _Usual(
        "sign-in-needed",
        gettext_noop("Please sign in"),
        gettext_noop("This page is for staff of the office."),
    ),
    403: _Usual(
        "forbidden",
        gettext_noop("You may not do this"),
        gettext_noop("Your account does not allow it."),
    ),
    404: _Usual(
        "not-found",
        gettext_noop("There is nothing here"),
        gettext_noop("The address may be mistyped, or what it led to is gone."),
    ),
    405: _Usual(
        "method-not-allowed",
        gettext_noop("This address cannot be used that way"),
        gettext_noop("Please go back to the page you came from."),
    ),
    413: _Usual(
        "too-large",
        gettext_noop("That is too much at once"),
        gettext_noop("The request is larger than this address accepts."),
    ),
    415: _Usual(
        "unsupported-media-type",
        gettext_noop("This kind of content is not accepted"),
        gettext_noop("Send JSON with the content type application/json."),
    ),
    422: _Usual(
        "invalid",
        gettext_noop("Something is missing or wrong"),
        gettext_noop("Please check what is marked and send it again."),
    ),
    500: _Usual(
        "internal",
        gettext_noop("Something went wrong on our side"),
        gettext_noop("We have been told. Please try again in a while."),
    ),
    503: _Usual(
        "unavailable",
        gettext_noop("The service cannot answer right now"),
        gettext_noop("Nothing is lost. Please try again in a few seconds."),
    ),
}


def problem(status: int, *, headers: Mapping[str, str] | None = None, **extensions: Any) -> Problem:
    """The usual problem of an HTTP status."""
    usual = _BY_STATUS.get(status)
    if usual is None:
        phrase = HTTPStatus(status).phrase
        return Problem(status, phrase.lower().replace(" ", "-"), phrase, headers=headers, **extensions)
    title, detail = gettext(usual.title), gettext(usual.detail)
    return Problem(status, usual.slug, title, detail, headers=headers, **extensions)


def unavailable() -> Problem:
    """Broker or database are away: the same request may succeed soon."""
    return problem(503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def too_many_requests(wait_seconds: float) -> Problem:
    """Come back later: how much later is said also to who reads no headers."""
    seconds = max(1, ceil(wait_seconds))
    if seconds <= MANY_SECONDS:
        told = ngettext("Please try again in %(num)s second.", "Please try again in %(num)s seconds.", seconds)
        detail = told % {"num": seconds}
    else:
        detail = gettext("Please try again in %(minutes)s minutes.") % {"minutes": ceil(seconds / 60)}
    headers = {"Retry-After": str(seconds)}
    return Problem(429, "too-many-requests", gettext("Please wait a moment"), detail, headers=headers)


@dataclass(frozen=True, slots=True)
class Problems:
    """Turns whatever was raised into a `Problem`."""

    refusals: Mapping[str, RefusalText] = field(default_factory=dict)
    """Slug → text, of the service's domain."""

    def refusal(self, slug: str, details: Details) -> Problem:
        """How a refusal is told."""
        text = self.refusals.get(slug)
        if text is None:
            return Problem(409, slug, gettext("This is not possible now"), details=dict(details))
        return Problem(text.status, slug, gettext(text.title), _detail(text, details), details=dict(details))

    def of(self, error: Exception, *, content_type: str = "") -> Problem:
        """The answer to any exception. Whoever calls logs those that come out as 500."""
        match error:
            case Problem():
                return error
            case Refused() | Declined():
                return self.refusal(error.slug, error.details)
            case Transient():
                return unavailable()
            case RequestValidationError() if is_unreadable_type(error, content_type):
                return problem(415)
            case RequestValidationError():
                return invalid(field_errors(error.errors()))
            case HTTPException():
                return problem(error.status_code, headers=error.headers)
            case _:
                return problem(500)


def invalid(errors: Sequence[FieldError]) -> Problem:
    """Some fields are missing or wrong: each is named, with what is wrong in it."""
    return problem(422, errors=list(errors))


def _detail(text: RefusalText, details: Details) -> str:
    if callable(text.detail):
        return text.detail(details)
    if not text.detail:
        return ""
    try:
        return gettext(text.detail) % details
    except KeyError:  # an older worker may still send fewer details
        return ""


class ProblemResponse(Response):
    """A problem as a JSON document."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, instance: str) -> None:
        text = json.dumps(problem.body(instance), ensure_ascii=False, separators=(",", ":"))
        # A lone surrogate in a client's text must not break the answer that complains about it.
        super().__init__(text.encode("utf-8", "replace"), problem.status, problem.headers)


Answer = Callable[[Request, Problem], Awaitable[Response]]
"""How a problem is shown, to a program or a person."""
