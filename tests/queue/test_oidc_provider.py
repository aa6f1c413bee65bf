"""Signing in by a real OpenID Connect provider that runs on this machine, from the first page to the last."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from httpx import AsyncClient, Response
from pydantic import SecretStr

from shared.auth.oidc import Provider
from tests.queue.running import API, BASE, HTML, Office, Site, in_own_task, of, running
from tests.support.fake_provider import CLIENT, SECRET
from tests.support.real_provider import NotHere, RealProvider, real_provider

SIGN_IN, COUNTERS, GO = "/queue/sign-in", "/queue/counters", "/queue/sign-in/oidc"


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    registered = {
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
        "REDIRECT_URI": f"{BASE}{GO}/callback",
        "AFTER_SIGN_OUT": f"{BASE}{SIGN_IN}",
    }
    try:
        with real_provider(**registered) as provider:
            yield provider
    except NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
async def outside(site: Site, provider: RealProvider) -> AsyncIterator[Site]:
    settings = site.settings.model_copy(
        update={
            "public_url": BASE,
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "oidc_office_claim": "unit",
            "oidc_roles": {"loket": "officer", "admin": "administrator"},
        }
    )
    async with in_own_task(running(settings, worker=False)) as outside:
        yield outside


@dataclass
class Browser:
    """One person's browser: at our pages, and at the provider's."""

    here: AsyncClient
    there: AsyncClient

    async def come(self, account: str) -> Response:
        """Follow the link to the provider, sign in there where it asks, and come back."""
        sent = await self.here.get(GO)
        assert sent.status_code == 303, sent.text
        return await self.here.get(await self._agree(sent.headers["location"], account))

    async def _agree(self, address: str, account: str) -> str:
        """Returns the address at which the provider sends the browser back to us."""
        answer = await self._follow(await self.there.get(address))
        if answer.is_redirect:
            return answer.headers["location"]
        form = {"prompt": "login", "login": account, "password": "any"}
        answer = await self._follow(await self.there.post(action_of(answer), data=form))
        assert answer.is_redirect, answer.text
        return answer.headers["location"]

    async def leave(self) -> str:
        """Sign out here and then at the provider; returns where that leads."""
        page = await self.here.get(COUNTERS)
        csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        answer = await self.here.post("/queue/sign-out", data={"csrf": csrf})
        asked = await self.there.get(answer.headers["refresh"].partition("; url=")[2])
        assert asked.status_code == 200, asked.text
        form = dict(re.findall(r'name="(xsrf)" value="([^"]+)"', asked.text)) | {"logout": "yes"}
        answer = await self._follow(await self.there.post(action_of(asked), data=form))
        return answer.headers["location"]

    async def _follow(self, answer: Response) -> Response:
        """Up to a page, or to an address of ours."""
        while answer.is_redirect and not answer.headers["location"].startswith(BASE):
            answer = await self.there.get(urljoin(str(answer.url), answer.headers["location"]))
        return answer


def action_of(page: Response) -> str:
    found = re.search(r'<form[^>]* action="([^"]+)"', page.text)
    assert found, page.text
    return urljoin(str(page.url), unescape(found[1]))


@pytest.fixture
async def browser(outside: Site) -> AsyncIterator[Browser]:
    async with outside.client(headers=HTML) as here, AsyncClient() as there:
        yield Browser(here, there)


async def test_a_person_comes_in_works_and_goes(browser: Browser, office: Office) -> None:
    came = await browser.come(f"loket:{office.id}:putri")
    assert (came.status_code, came.headers["location"]) == (303, COUNTERS)
    me = of(await browser.here.get(f"{API}/sessions/current"), 200)
    assert (me["office"], me["name"], me["roles"]) == (office.id, "putri", ["officer"])
    assert me["username"].startswith("_putri-")
    assert (await browser.here.get(f"{COUNTERS}/loket-1")).status_code == 200
    assert (await browser.here.get("/queue/staff")).status_code == 403

    assert await browser.leave() == f"{BASE}{SIGN_IN}"
    assert (await browser.here.get(COUNTERS)).headers["location"] == SIGN_IN
    # The provider has forgotten the person too: somebody else can sign in at the same device.
    await browser.come(f"admin:{office.id}:kepala")
    assert of(await browser.here.get(f"{API}/sessions/current"), 200)["name"] == "kepala"
    assert (await browser.here.get("/queue/staff")).status_code == 200


async def test_who_is_signed_in_at_the_provider_is_not_asked_again(browser: Browser, office: Office) -> None:
    for _ in range(2):
        came = await browser.come(f"loket:{office.id}:putri")
        assert came.status_code == 303
    assert len(of(await browser.here.get(f"{API}/sessions"), 200)) == 1


async def test_who_has_no_role_is_turned_away(browser: Browser, office: Office) -> None:
    assert (await browser.come(f"tamu:{office.id}:putri")).status_code == 403
    assert (await browser.come("loket:nowhere:putri")).status_code == 403


async def test_a_code_counts_once_and_in_one_browser(browser: Browser, outside: Site, office: Office) -> None:
    sent = await browser.here.get(GO)
    errand = browser.here.cookies["queue_errand"]
    back = await browser._agree(sent.headers["location"], f"loket:{office.id}:putri")
    async with outside.client(headers=HTML) as other:
        await other.get(GO)
        assert (await other.get(back)).status_code == 400
        query = dict(parse_qsl(urlsplit(back).query))
        forged = await other.get(GO)
        state = dict(parse_qsl(urlsplit(forged.headers["location"]).query))["state"]
        stolen = await other.get(f"{GO}/callback", params=query | {"state": state})
        assert stolen.status_code == 400, "without the verifier a code is worth nothing"
    assert (await browser.here.get(back)).status_code == 303
    browser.here.cookies.set("queue_errand", errand, domain="kentongan.test")  # kept by who wants to use it again
    assert (await browser.here.get(back)).status_code == 400


async def test_a_refusal_at_the_provider_leads_back_to_the_sign_in(browser: Browser) -> None:
    sent = await browser.here.get(GO)
    asked = await browser._follow(await browser.there.get(sent.headers["location"]))
    abort = urljoin(str(asked.url) + "/", "abort")
    answer = await browser._follow(await browser.there.get(abort))
    assert "error=access_denied" in answer.headers["location"]
    assert (await browser.here.get(answer.headers["location"])).status_code == 400


async def test_new_keys_and_an_outage_of_the_provider(
    browser: Browser, outside: Site, provider: RealProvider, office: Office
) -> None:
    assert (await browser.come(f"loket:{office.id}:putri")).status_code == 303
    provider.kill()
    known = outside.staff.outside
    assert known is not None
    later = replace(known, provider=Provider(known.provider._registration, outside.queue.clock))
    outside.app.state.staff = replace(outside.staff, outside=later)
    answer = await browser.here.get(GO)
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert (await browser.here.get(COUNTERS)).status_code == 200, "who is in goes on"
    provider.start()
    outside.app.state.staff = replace(outside.staff, outside=known)  # which still has the old keys
    assert (await browser.come(f"loket:{office.id}:putri")).status_code == 303
