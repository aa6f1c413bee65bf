"""Signing in by an OpenID Connect provider, seen from the browser: who comes in, as what, and who does not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from httpx import AsyncClient, Response
from pydantic import SecretStr

from services.queue.app import create_app
from shared.auth.oidc import Provider
from shared.settings import Settings
from shared.staff.domain.account import staff_id
from tests.queue.running import API, BASE, HTML, Office, Site, in_own_task, of, problem_of, running, sign_in
from tests.support.fake_provider import CLIENT, ISSUER, OTHER_KEY, SECRET, FakeProvider

SIGN_IN, COUNTERS, GO = "/queue/sign-in", "/queue/counters", "/queue/sign-in/oidc"
BACK = f"{GO}/callback"
OIDC: dict[str, Any] = {
    "public_url": BASE,
    "oidc_issuer": ISSUER,
    "oidc_name": "SSO Polda",
    "oidc_client_id": CLIENT,
    "oidc_client_secret": SecretStr(SECRET),
    "oidc_office_claim": "unit",
    "oidc_roles_claim": "realm_access.roles",
    "oidc_roles": {"loket": "officer", "kanit": "manager", "admin-antrean": "administrator"},
}


class Outside:
    """A queue whose staff may come by a provider, and that provider."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.fake = FakeProvider(lambda: datetime.now(UTC))
        known = site.staff.outside
        assert known is not None
        provider = Provider(known.provider._registration, site.queue.clock, transport=self.fake)
        site.app.state.staff = replace(site.staff, outside=replace(known, provider=provider))

    def is_known_as(self, office: Office | str, *roles: str, **claims: Any) -> None:
        """What the provider says of the person from now on."""
        unit = office if isinstance(office, str) else office.id
        self.fake.claims = {
            "preferred_username": "Putri.Ayu@polri.go.id",
            "name": "Putri Ayu",
            "unit": unit,
            "realm_access": {"roles": ["offline_access", *roles]},
            **claims,
        }


@pytest.fixture(scope="module")
async def oidc_site(site: Site) -> AsyncIterator[Site]:
    async with in_own_task(running(site.settings.model_copy(update=OIDC), worker=False)) as outside:
        yield outside


@pytest.fixture
def outside(oidc_site: Site) -> Outside:
    return Outside(oidc_site)


@pytest.fixture
async def browser(oidc_site: Site) -> AsyncIterator[AsyncClient]:
    async with oidc_site.client(headers=HTML | {"accept-language": "en"}) as browser:
        yield browser


async def come(browser: AsyncClient, outside: Outside, **changes: str) -> Response:
    """Go to the provider, agree there, and come back."""
    sent = await browser.get(GO)
    assert sent.status_code == 303
    return await browser.get(BACK, params=outside.fake.agree(sent.headers["location"]) | changes)


# Coming ---------------------------------------------------------------------------------------------------


async def test_a_person_of_the_provider_works_here_without_an_account(
    outside: Outside, browser: AsyncClient, office: Office
) -> None:
    outside.is_known_as(office, "kanit")
    answer = await come(browser, outside)
    assert (answer.status_code, answer.headers["location"]) == (303, COUNTERS)
    assert "queue_errand" not in browser.cookies
    me = of(await browser.get(f"{API}/sessions/current"), 200)
    assert (me["office"], me["name"], me["roles"]) == (office.id, "Putri Ayu", ["manager"])
    assert me["username"].startswith("_putri.ayu.polri.go.id-")
    page = await browser.get(f"{COUNTERS}/loket-1")
    assert page.status_code == 200
    assert "/queue/password" not in page.text
    shown = await browser.get("/queue/password")
    assert "You have no password here" in shown.text


async def test_the_audit_names_the_person_as_nobody_else(
    site: Site, outside: Outside, browser: AsyncClient, office: Office
) -> None:
    names = set()
    for subject in ("u-1", "u-2"):
        outside.is_known_as(office, "loket", sub=subject)
        await come(browser, outside)
        key = f"an-idempotency-key-of-{subject}-{office.id}"
        headers = {"idempotency-key": key, "sec-fetch-site": "same-origin"}
        address = f"{office.path}/counters/loket-1/call-next"
        problem_of(
            await browser.post(address, headers=headers | {"accept": "application/json"}), 409, "counter-signed-off"
        )
        names.add((await site.journal(key)).actor)
    assert len(names) == 2
    assert all(name.startswith("staff/_putri.ayu.polri.go.id-") and name.endswith("/loket-1") for name in names)
    people = of(await browser.get(f"{API}/sessions"), 200)
    assert len(people) == 1


@pytest.mark.parametrize(
    ("claims", "username"),
    [
        ({"preferred_username": "PUTRI"}, "_putri-"),
        ({"preferred_username": "../..//kepala"}, "_kepala-"),
        ({"preferred_username": "ᮕᮥᮒᮢᮤ"}, "_-"),
        ({"preferred_username": None, "sub": "248289761001"}, "_248289761001-"),
        ({"preferred_username": "x" * 500}, "_" + "x" * 40 + "-"),
    ],
    ids=str,
)
async def test_whatever_a_person_is_called_the_audit_can_name_them(
    outside: Outside, browser: AsyncClient, office: Office, claims: dict[str, Any], username: str
) -> None:
    outside.is_known_as(office, "loket", **claims)
    await come(browser, outside)
    me = of(await browser.get(f"{API}/sessions/current"), 200)
    assert me["username"].startswith(username)
    address = f"{office.path}/counters/loket-1/call-next"
    problem_of(await browser.post(address, headers={"sec-fetch-site": "same-origin"}), 409, "counter-signed-off")


async def test_rights_are_those_of_the_mapped_roles(outside: Outside, browser: AsyncClient, office: Office) -> None:
    for roles, status in ((("loket",), 403), (("loket", "kanit"), 403), (("admin-antrean",), 200)):
        outside.is_known_as(office, *roles)
        await come(browser, outside)
        assert (await browser.get("/queue/staff")).status_code == status


@pytest.mark.parametrize(
    "claims",
    [
        {"realm_access": {"roles": ["offline_access"]}},
        {"realm_access": {"roles": "administrator"}},
        {"realm_access": None},
        {"realm_access": ["loket"]},
        {"realm_access": {"roles": [7, None, {"loket": True}]}},
        {"unit": None},
        {"unit": "polres-tidak-ada"},
        {"unit": {"id": "x"}},
        {"unit": "../../etc"},
        {"unit": ""},
    ],
    ids=str,
)
async def test_who_has_no_role_or_no_office_here_is_told_so(
    outside: Outside, browser: AsyncClient, office: Office, claims: dict[str, Any]
) -> None:
    outside.is_known_as(office, "loket", **claims)
    answer = await come(browser, outside)
    assert (answer.status_code, "Your account has no place here" in answer.text) == (403, True)
    assert "queue_session" not in browser.cookies


async def test_a_person_of_one_office_is_a_stranger_to_another(
    site: Site, outside: Outside, browser: AsyncClient, office: Office
) -> None:
    outside.is_known_as(office, "loket")
    await come(browser, outside)
    elsewhere = await site.open_office()
    problem_of(await browser.get(f"{elsewhere.path}/counters/loket-1"), 403, "forbidden")


async def test_both_ways_stand_side_by_side(oidc_site: Site, browser: AsyncClient, office: Office) -> None:
    shown = await browser.get(SIGN_IN)
    assert f'href="{GO}"' in shown.text
    assert "Sign in with SSO Polda" in shown.text
    await office.add_staff("sari")
    async with oidc_site.client() as client:
        of(await sign_in(client, office.id, "sari"), 201)


# What does not prove anything -----------------------------------------------------------------------------


async def test_an_answer_in_another_browser_signs_nobody_in(
    outside: Outside, oidc_site: Site, browser: AsyncClient, office: Office
) -> None:
    outside.is_known_as(office, "loket")
    async with oidc_site.client(headers=HTML) as attacker:
        sent = await attacker.get(GO)
    planted = outside.fake.agree(sent.headers["location"])
    assert (await browser.get(BACK, params=planted)).status_code == 400
    await browser.get(GO)  # on an errand of one's own
    answer = await browser.get(BACK, params=planted)
    assert (answer.status_code, "queue_session" in browser.cookies) == (400, False)
    assert "/token" not in outside.fake.asked


async def test_an_answer_counts_once(outside: Outside, browser: AsyncClient, office: Office) -> None:
    outside.is_known_as(office, "loket")
    sent = await browser.get(GO)
    errand = browser.cookies["queue_errand"]
    answer = outside.fake.agree(sent.headers["location"])
    assert (await browser.get(BACK, params=answer)).status_code == 303
    assert (await browser.get(BACK, params=answer)).status_code == 400
    browser.cookies.set("queue_errand", errand, domain="kentongan.test")  # kept by who wants to use it again
    assert (await browser.get(BACK, params=answer)).status_code == 400


@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"aud": "another"}, {"exp": 1}, {"iss": "https://evil"}], ids=str
)
async def test_a_wrong_token_signs_nobody_in(
    outside: Outside, browser: AsyncClient, office: Office, claims: dict[str, Any]
) -> None:
    outside.is_known_as(office, "loket", **claims)
    answer = await come(browser, outside)
    assert (answer.status_code, "The sign-in did not work" in answer.text) == (400, True)
    assert "queue_session" not in browser.cookies
    outside.fake.claims, outside.fake.key = {}, OTHER_KEY
    assert (await come(browser, outside)).status_code == 400


@pytest.mark.parametrize(
    "extra",
    [
        {"next": "https://evil.example"},
        {"redirect_uri": "https://evil.example"},
        {"post_logout_redirect_uri": "//evil.example"},
        {"back": "\\\\evil.example"},
    ],
    ids=str,
)
async def test_nothing_that_is_added_to_the_answer_decides_where_it_leads(
    outside: Outside, browser: AsyncClient, office: Office, extra: dict[str, str]
) -> None:
    outside.is_known_as(office, "loket")
    sent = await browser.get(GO, params=extra)
    assert "evil" not in sent.headers["location"]
    assert urlsplit(sent.headers["location"]).netloc == urlsplit(ISSUER).netloc
    answer = await browser.get(BACK, params=outside.fake.agree(sent.headers["location"]) | extra)
    assert (answer.status_code, answer.headers["location"]) == (303, COUNTERS)


async def test_a_host_that_is_made_up_does_not_get_the_answer(outside: Outside, browser: AsyncClient) -> None:
    sent = await browser.get(GO, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    query = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
    assert query["redirect_uri"] == f"{BASE}{BACK}"


async def test_a_refusal_by_the_person_is_no_error_of_ours(outside: Outside, browser: AsyncClient) -> None:
    sent = await browser.get(GO)
    state = dict(parse_qsl(urlsplit(sent.headers["location"]).query))["state"]
    answer = await browser.get(
        BACK, params={"error": "access_denied", "error_description": "<b>no</b>", "state": state}
    )
    assert (answer.status_code, "<b>no" in answer.text) == (400, False)


# The provider is away -------------------------------------------------------------------------------------


async def test_while_the_provider_is_away_the_sign_in_says_so_and_who_is_in_goes_on(
    outside: Outside, oidc_site: Site, browser: AsyncClient, office: Office
) -> None:
    outside.is_known_as(office, "loket")
    await come(browser, outside)
    outside.fake.away = True
    outside.site.app.state.staff = replace(oidc_site.staff, outside=_forgetful(oidc_site))
    async with oidc_site.client(headers=HTML | {"accept-language": "en"}) as newcomer:
        answer = await newcomer.get(GO)
        assert (answer.status_code, "The sign-in service does not answer" in answer.text) == (503, True)
        assert int(answer.headers["retry-after"]) > 0
        assert 'name="password"' in answer.text, "local accounts can still be used"
    assert (await browser.get(f"{COUNTERS}/loket-1")).status_code == 200
    assert (await browser.get("/readyz")).status_code == 200
    outside.fake.away = False
    assert (await browser.get(GO)).status_code == 303


def _forgetful(site: Site) -> Any:
    """The provider as it is known after a while."""
    known = site.staff.outside
    assert known is not None
    registration, transport = known.provider._registration, known.provider._options["transport"]
    return replace(known, provider=Provider(registration, site.queue.clock, transport=transport))


async def test_a_provider_that_goes_away_in_between_is_told_too(
    outside: Outside, oidc_site: Site, browser: AsyncClient, office: Office
) -> None:
    outside.is_known_as(office, "loket")
    sent = await browser.get(GO)
    answer = outside.fake.agree(sent.headers["location"])
    outside.fake.away = True
    assert (await browser.get(BACK, params=answer)).status_code == 503
    outside.fake.away = False
    assert (await browser.get(BACK, params=answer)).status_code == 303, "the errand is still good"


# Going ----------------------------------------------------------------------------------------------------


async def sign_out(browser: AsyncClient) -> Response:
    page = await browser.get(COUNTERS)
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    return await browser.post("/queue/sign-out", data={"csrf": csrf})


async def test_who_goes_signs_out_at_the_provider_too(outside: Outside, browser: AsyncClient, office: Office) -> None:
    outside.is_known_as(office, "loket")
    await come(browser, outside)
    token = browser.cookies["queue_session"]
    answer = await sign_out(browser)
    assert answer.status_code == 200
    delay, _, address = answer.headers["refresh"].partition("; url=")
    assert delay == "0"
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query))
    assert f"{parts.scheme}://{parts.netloc}" == ISSUER
    assert query["post_logout_redirect_uri"] == f"{BASE}{SIGN_IN}"
    assert query["id_token_hint"].count(".") == 2
    assert await outside.site.staff.sessions.find(token) is None
    assert (await browser.get(COUNTERS)).headers["location"] == SIGN_IN


@pytest.mark.parametrize("why", ["away", "nothing offered"])
async def test_where_the_provider_has_no_sign_out_one_is_signed_out_here(
    outside: Outside, oidc_site: Site, browser: AsyncClient, office: Office, why: str
) -> None:
    outside.is_known_as(office, "loket")
    await come(browser, outside)
    if why == "away":
        outside.fake.away = True
    else:
        outside.fake.metadata = {"end_session_endpoint": None}
    oidc_site.app.state.staff = replace(oidc_site.staff, outside=_forgetful(oidc_site))
    answer = await sign_out(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, SIGN_IN)
    assert (await browser.get(COUNTERS)).headers["location"] == SIGN_IN


async def test_the_provider_s_people_list_and_end_their_sessions(
    outside: Outside, oidc_site: Site, browser: AsyncClient, office: Office
) -> None:
    outside.is_known_as(office, "loket")
    await come(browser, outside)
    async with oidc_site.client(headers=HTML) as other:
        await come(other, outside)
        assert len(of(await browser.get(f"{API}/sessions"), 200)) == 2
        answer = await browser.request("DELETE", f"{API}/sessions", headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code == 204
        assert (await other.get(COUNTERS)).headers["location"] == SIGN_IN
    assert (await browser.get(COUNTERS)).status_code == 200


# Settings -------------------------------------------------------------------------------------------------


async def test_local_accounts_can_be_switched_off(site: Site, outside: Outside, office: Office) -> None:
    await office.add_staff("sari")
    before = await site.staff.sessions.start(
        staff_id(office.id, "sari"), account="any", revision=1
    )  # from before it was switched off
    off = outside.site.settings.model_copy(update={"local_sign_in": False})
    async with in_own_task(running(off, worker=False)) as strict, strict.client() as client:
        shown = await client.get(SIGN_IN, headers=HTML)
        assert (f'href="{GO}"' in shown.text, 'name="password"' in shown.text) == (True, False)
        problem_of(await sign_in(client, office.id, "sari"), 403, "local-sign-in-off")
        client.headers["authorization"] = f"Bearer {before}"
        problem_of(await client.get(f"{API}/sessions"), 401, "sign-in-needed")


async def test_without_a_provider_there_is_no_way_to_one(
    site: Site, outside: Outside, browser: AsyncClient, office: Office
) -> None:
    outside.is_known_as(office, "loket")
    await come(browser, outside)
    token = browser.cookies["queue_session"]
    async with site.client(headers=HTML) as without:
        assert (await without.get(GO)).status_code == 404
        assert (await without.get(BACK)).status_code == 404
        assert GO not in (await without.get(SIGN_IN)).text
        without.headers["authorization"] = f"Bearer {token}"
        problem_of(await without.get(f"{API}/sessions", headers={"accept": "*/*"}), 401, "sign-in-needed")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"public_url": ""}, "PUBLIC_URL"),
        ({"oidc_issuer": "http://id.example"}, "OIDC_ISSUER"),
        ({"oidc_client_id": ""}, "CLIENT_ID"),
        ({"oidc_office_claim": ""}, "OIDC_OFFICE"),
        ({"oidc_roles": {}}, "OIDC_ROLES"),
        ({"oidc_roles": {"x": "chief"}}, "chief"),
        ({"oidc_issuer": "", "local_sign_in": False}, "OIDC_ISSUER"),
    ],
    ids=str,
)
def test_settings_by_which_the_staff_could_not_sign_in_stop_the_process(changes: dict[str, Any], told: str) -> None:
    settings = Settings(**{"secret_key": SecretStr("x" * 32), **OIDC, **changes})
    with pytest.raises(ValueError, match=told):
        create_app(settings)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENTONGAN_OIDC_ROLES", '{"loket": "officer"}')
    monkeypatch.setenv("KENTONGAN_OIDC_OFFICES", '{"Polres Palu": "polres-palu"}')
    monkeypatch.setenv("KENTONGAN_PUBLIC_URL", "https://antrean.example.go.id")
    settings = Settings()
    assert settings.oidc_roles == {"loket": "officer"}
    assert settings.oidc_offices == {"Polres Palu": "polres-palu"}
    monkeypatch.setenv("KENTONGAN_PUBLIC_URL", "https://antrean.example.go.id/queue")
    with pytest.raises(ValueError, match="public_url"):
        Settings()
