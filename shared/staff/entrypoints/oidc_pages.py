"""The way to an OpenID Connect provider and back.

Invariant: nothing in the answer's address decides where the browser goes next.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.auth.errands import Unproven
from shared.auth.oidc import Proven, ProviderAway
from shared.auth.sessions import Outsider
from shared.errors import Refused
from shared.log import get_logger
from shared.staff.entrypoints.sign_in import enter
from shared.staff.entrypoints.sign_in_pages import sign_in_page
from shared.staff.kit import StaffKit, staff_of
from shared.staff.outside import Outside
from shared.staff.outsiders import NoPlaceHere
from shared.staff.rules import StaffRules
from shared.web.i18n import gettext
from shared.web.outcomes import see
from shared.web.problems import RETRY_AFTER_SECONDS, Problem, problem

log = get_logger(__name__)

_pages = APIRouter()


def oidc_pages(rules: StaffRules) -> APIRouter:
    """The pages of one service."""
    router = APIRouter()
    router.include_router(_pages, prefix=f"{rules.home}/sign-in/oidc", include_in_schema=False)
    return router


@_pages.get("")
async def go(request: Request) -> Response:
    """To the provider."""
    outside = _outside(request)
    errand, cookie = outside.errands.new()
    try:
        response = RedirectResponse(await outside.provider.address(errand), 303)
    except ProviderAway as away:
        return await _away(request, away)
    outside.errands.begin(response, cookie)
    return response


@_pages.get("/callback")
async def come_back(request: Request) -> Response:
    """From the provider, and to work."""
    kit, outside = staff_of(request), _outside(request)
    try:
        errand = outside.errands.find(request)
        person = await outside.provider.proven(request.query_params, errand, wanted=outside.outsiders.wanted)
        token = await _signed_in(request, kit, outside, person)
    except ProviderAway as away:
        return await _away(request, away)
    except Unproven as unproven:
        log.warning("nobody was signed in", reason=str(unproven))
        response = await sign_in_page(request, _failed())
    except (NoPlaceHere, Refused) as stranger:
        log.warning("a person of the provider's has no place here", reason=str(stranger))
        response = await sign_in_page(request, _no_place())
    else:
        response = see(kit.rules.start)
        await enter(request, response, token)
    outside.errands.end(response)
    return response


async def _signed_in(request: Request, kit: StaffKit, outside: Outside, person: Proven) -> str:
    officer = outside.outsiders.officer(person)
    await kit.offices.time_zone(officer.office)  # which refuses an office that is none
    return await kit.sessions.start(
        f"{officer.office}:{officer.username}",
        request.headers.get("user-agent", ""),
        outsider=Outsider(officer.name, officer.roles, person.id_token),
    )


def _outside(request: Request) -> Outside:
    outside = staff_of(request).outside
    if outside is None:
        raise problem(404)
    return outside


async def _away(request: Request, away: ProviderAway) -> Response:
    log.warning("nobody can sign in by the provider now", reason=str(away))
    told = Problem(
        503,
        "sign-in-provider-away",
        gettext("The sign-in service does not answer"),
        gettext("Please try again in a while. Who is signed in can go on working."),
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
    return await sign_in_page(request, told)


def _failed() -> Problem:
    return Problem(
        400,
        "sign-in-failed",
        gettext("The sign-in did not work"),
        gettext("It was cancelled, took too long or was begun in another browser. Please try again."),
    )


def _no_place() -> Problem:
    return Problem(
        403,
        "no-place-here",
        gettext("Your account has no place here"),
        gettext("It has no role, or no office, in Kentongan. Please ask your administrator."),
    )
