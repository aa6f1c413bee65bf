"""Which agency asks: every entry point of agencies takes a `Calling` or a `Visiting`.

A program brings its token as a bearer, or as the password of HTTP Basic, which is all that many readers of feeds have.
A person signs in on the agency's page with the same token, which stays in a cookie of that page alone.

Invariant: whatever an entry point answers, it asks for the caller's agency and the caller's office, and nothing that a
request says can name another.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.reports.bridges.tokens import Token
from services.reports.context import reports_of
from services.reports.entrypoints.agencies.room import room_of
from shared.auth.limits import Rule, network_of
from shared.contracts.reports.agencies import ACTOR
from shared.web.context import address_of
from shared.web.i18n import gettext
from shared.web.problems import Problem, too_many_requests

COOKIE = "agency"
PAGE = "/reports/agency"
WRONG = Rule(20, timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=1))
"""Tokens that are none, from one address."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An agency's program or person, as far as one office is concerned."""

    office: str
    agency: str
    token: str
    """The token's id."""
    name: str
    """What the token was made for."""

    @property
    def actor(self) -> str:
        """How the audit names the agency."""
        return f"{ACTOR}/{self.agency}"


async def calling(request: Request) -> Caller:
    """The agency of a program's request. Raises 401, 429."""
    text = token_of(request)
    return await signed_in(request, text) if text else _stranger(request)


async def visiting(request: Request) -> Caller:
    """The agency of a page's request. Leads strangers to the sign-in."""
    text = request.cookies.get(COOKIE)
    if text:
        try:
            return await signed_in(request, text)
        except Problem as problem:
            if problem.status != 401:
                raise
    raise HTTPException(303, headers={"Location": f"{PAGE}/sign-in"})


async def signed_in(request: Request, text: str) -> Caller:
    """Whose token it is. Raises 401 for one that is worth nothing, 429 where there were too many requests."""
    room = room_of(request)
    token = await room.bridges.tokens.find(text)
    if token is None or not await room.agencies.is_known(token.office, token.agency):
        await _count_wrong(request)
        _stranger(request)
    assert token is not None
    wait = room.allowance.take(token.id)
    if wait:
        raise too_many_requests(wait.total_seconds())
    return _caller(token)


async def lives(request: Request, caller: Caller) -> bool:
    """Whether the token is still worth something: for what goes on after a request has begun."""
    room = room_of(request)
    return await room.bridges.tokens.lives(caller.token) and await room.agencies.is_known(caller.office, caller.agency)


def token_of(request: Request) -> str | None:
    """The token that a program brings."""
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return told.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(told, validate=True).decode().partition(":")[2] or None
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


async def _count_wrong(request: Request) -> None:
    patience = reports_of(request).patience
    name = patience.name("agency-token", network_of(address_of(request)))
    wait = await patience.begin({name: WRONG})
    if wait:
        raise too_many_requests(wait.total_seconds())


def _stranger(_: Request) -> "Caller":
    raise Problem(
        401,
        "agency-token-needed",
        gettext("A token of your agency is needed"),
        gettext("The office that shares incidents with you makes one."),
        headers={"WWW-Authenticate": 'Bearer realm="kentongan", Basic realm="kentongan"'},
    )


def _caller(token: Token) -> Caller:
    return Caller(token.office, token.agency, token.id, token.name)


Calling = Annotated[Caller, Depends(calling)]
"""An agency's program. Raises 401."""
Visiting = Annotated[Caller, Depends(visiting)]
"""A person of an agency's at its page."""
