"""Signing in by an OpenID Connect provider: what must be right, each made wrong once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from authlib.oidc.core.util import create_half_hash
from starlette.requests import Request
from starlette.responses import Response

from shared.auth import oidc
from shared.auth.errands import ERRAND_LASTS, Errands, Unproven
from shared.auth.oidc import Provider, ProviderAway, claim
from shared.auth.registration import Registration
from tests.support import fake_provider
from tests.support.fake_provider import CLIENT, ISSUER, KEY, OTHER_KEY, SECRET, FakeProvider

BACK = "https://antrean.example/queue/sign-in/oidc/callback"
REGISTRATION = Registration(ISSUER, CLIENT, SECRET, BACK, "https://antrean.example/queue/sign-in")


class Stage:
    """A provider, us, and a browser between."""

    def __init__(self, registration: Registration = REGISTRATION) -> None:
        self.now = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
        self.fake = FakeProvider(lambda: self.now)
        self.provider = Provider(registration, lambda: self.now, transport=self.fake)
        self.errands = Errands("errand", b"key", lambda: self.now, secure=False)

    async def come_back(self, **changes: str | None) -> oidc.Proven:
        """Go to the provider and come back, with the answer's query changed."""
        errand, _ = self.errands.new()
        answer = self.fake.agree(await self.provider.address(errand)) | changes
        return await self.provider.proven({k: v for k, v in answer.items() if v is not None}, errand)


@pytest.fixture
def stage() -> Stage:
    return Stage()


# The right way --------------------------------------------------------------------------------------------


async def test_a_person_is_known_by_what_the_provider_says(stage: Stage) -> None:
    stage.fake.claims = {"preferred_username": "putri", "roles": ["loket"]}
    person = await stage.come_back()
    assert (person.issuer, person.subject) == (ISSUER, "u-1")
    assert claim(person.claims, "roles") == ["loket"]
    assert stage.fake.authentication == "client_secret_basic"


async def test_the_address_asks_for_a_code_that_only_we_can_use(stage: Stage) -> None:
    errand, _ = stage.errands.new()
    address = await stage.provider.address(errand)
    query = dict(parse_qsl(urlsplit(address).query))
    assert address.startswith(f"{ISSUER}/authorize?")
    assert query["redirect_uri"] == BACK
    assert query["state"] == errand.state
    assert query["nonce"] == errand.nonce
    assert errand.verifier not in address
    assert len(errand.verifier) == 43
    assert len({errand.state, errand.nonce, errand.verifier}) == 3


@pytest.mark.parametrize(
    ("secret", "methods", "used"),
    [
        (SECRET, ["client_secret_post", "client_secret_basic"], "client_secret_basic"),
        (SECRET, ["client_secret_post"], "client_secret_post"),
        (SECRET, ["private_key_jwt"], "client_secret_basic"),
        ("", ["none"], "none"),
    ],
)
async def test_we_prove_ourselves_in_a_way_that_the_provider_knows(secret: str, methods: list[str], used: str) -> None:
    stage = Stage(replace(REGISTRATION, client_secret=secret))
    stage.fake.metadata = {"token_endpoint_auth_methods_supported": methods}
    await stage.come_back()
    assert stage.fake.authentication == used


async def test_claims_that_the_token_lacks_are_asked_for(stage: Stage) -> None:
    stage.fake.userinfo = {"roles": ["loket"], "name": "Another Name"}
    stage.fake.claims = {"name": "Putri"}
    errand, _ = stage.errands.new()
    answer = stage.fake.agree(await stage.provider.address(errand))
    person = await stage.provider.proven(answer, errand, wanted=["name", "roles"])
    assert (person.claims["roles"], person.claims["name"]) == (["loket"], "Putri")
    assert "/userinfo" not in (await _asked_for_known_claims())


async def _asked_for_known_claims() -> list[str]:
    stage = Stage()
    stage.fake.claims = {"roles": ["loket"]}
    errand, _ = stage.errands.new()
    await stage.provider.proven(stage.fake.agree(await stage.provider.address(errand)), errand, wanted=["roles"])
    return stage.fake.asked


async def test_two_people_at_once_do_not_get_in_each_other_s_way(stage: Stage) -> None:
    people = await asyncio.gather(*(stage.come_back() for _ in range(10)))
    assert len({person.id_token for person in people}) == 10
    assert stage.fake.asked.count("/.well-known/openid-configuration") == 1
    assert stage.fake.asked.count("/keys") == 1


# The answer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"state": None},
        {"state": ""},
        {"state": "another browser's"},
        {"state": "\ud800"},
        {"code": None},
        {"code": ""},
        {"code": "x" * 5000},
        {"code": "invented"},
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"error": "access_denied"},
        {"error": "<script>"},
    ],
)
async def test_a_wrong_answer_proves_nothing(stage: Stage, changes: dict[str, str | None]) -> None:
    with pytest.raises(Unproven):
        await stage.come_back(**changes)


async def test_with_a_wrong_state_the_provider_is_not_even_asked(stage: Stage) -> None:
    with pytest.raises(Unproven):
        await stage.come_back(state="forged")
    assert "/token" not in stage.fake.asked


async def test_a_code_counts_once(stage: Stage) -> None:
    errand, _ = stage.errands.new()
    answer = stage.fake.agree(await stage.provider.address(errand))
    await stage.provider.proven(answer, errand)
    with pytest.raises(Unproven, match="invalid_grant"):
        await stage.provider.proven(answer, errand)


async def test_a_stolen_code_is_of_no_use_to_another_browser(stage: Stage) -> None:
    mine, _ = stage.errands.new()
    thief, _ = stage.errands.new()
    stolen = stage.fake.agree(await stage.provider.address(mine))
    with pytest.raises(Unproven):
        await stage.provider.proven(stolen | {"state": thief.state}, thief)


async def test_a_provider_that_promises_to_name_itself_must(stage: Stage) -> None:
    stage.fake.metadata = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(Unproven):
        await stage.come_back()
    assert await stage.come_back(iss=ISSUER)


@pytest.mark.parametrize("error", ["temporarily_unavailable", "server_error"])
async def test_a_provider_in_trouble_is_away(stage: Stage, error: str) -> None:
    with pytest.raises(ProviderAway):
        await stage.come_back(error=error)


# The ID token ---------------------------------------------------------------------------------------------

NOW = int(Stage().now.timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another errand"},
        {"nonce": None},
        {"nonce": ""},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": []},
        {"aud": ["another-client"]},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": CLIENT},
        {"azp": "another-client"},
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": NOW + 3600},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"at_hash": "of another access token"},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_claim_proves_nothing(stage: Stage, claims: dict[str, Any]) -> None:
    stage.fake.claims = claims
    with pytest.raises(Unproven):
        await stage.come_back()


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT]},
        {"azp": CLIENT},
        {"exp": NOW - 30},
        {"iat": NOW + 30},
        {"at_hash": create_half_hash("access", "RS256").decode()},
        {"unheard": {"of": 1}},
    ],
    ids=str,
)
async def test_a_token_that_is_right_in_another_way_is_right(stage: Stage, claims: dict[str, Any]) -> None:
    stage.fake.claims = claims
    assert (await stage.come_back()).subject == "u-1"


@pytest.mark.parametrize(
    "sign",
    [
        fake_provider.unsigned,
        fake_provider.by_public_key,
        fake_provider.by_client_secret,
        fake_provider.by_a_key_it_brings,
        fake_provider.tampered,
        lambda *_: "",
        lambda *_: "not.a.token",
        lambda *_: "a.b.c.d.e",
        lambda *_: 7,
        lambda *_: "x" * 100_000,
    ],
)
@pytest.mark.parametrize("algorithms", [["RS256"], ["RS256", "HS256", "none"]])
async def test_a_token_that_the_provider_has_not_signed_proves_nothing(
    stage: Stage, sign: Callable[[FakeProvider, dict[str, Any]], str], algorithms: list[str]
) -> None:
    stage.fake.metadata = {"id_token_signing_alg_values_supported": algorithms}
    stage.fake.sign = sign
    with pytest.raises(Unproven):
        await stage.come_back()


async def test_a_token_without_a_key_s_name_is_checked_all_the_same(stage: Stage) -> None:
    stage.fake.key = OTHER_KEY
    with pytest.raises(Unproven):
        await stage.come_back()


async def test_user_information_about_somebody_else_proves_nothing(stage: Stage) -> None:
    stage.fake.userinfo = {"sub": "u-2", "roles": ["loket"]}
    errand, _ = stage.errands.new()
    answer = stage.fake.agree(await stage.provider.address(errand))
    with pytest.raises(Unproven, match="somebody else"):
        await stage.provider.proven(answer, errand, wanted=["roles"])


# Keys and metadata change ---------------------------------------------------------------------------------


async def test_a_new_key_is_fetched_when_it_is_met(stage: Stage) -> None:
    await stage.come_back()
    stage.fake.key, stage.fake.published = OTHER_KEY, (OTHER_KEY,)
    assert (await stage.come_back()).subject == "u-1"
    assert stage.fake.asked.count("/keys") == 2


async def test_a_key_that_was_withdrawn_is_soon_trusted_no_more(stage: Stage) -> None:
    await stage.come_back()
    stage.fake.published = (OTHER_KEY,)  # whoever took the old key goes on to sign with it
    stage.now += oidc.KEYS_FRESH
    with pytest.raises(Unproven):
        await stage.come_back()


async def test_what_cannot_be_read_among_the_keys_does_not_hide_the_others(stage: Stage) -> None:
    keys = [{"kty": "AKP", "kid": "post-quantum", "alg": "ML-DSA-44", "pub": "AA"}, KEY.as_dict(private=False)]
    stage.fake.answers["/keys"] = httpx2.Response(200, json={"keys": keys})
    assert (await stage.come_back()).subject == "u-1"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": ISSUER + "/"},
        {"authorization_endpoint": "http://id.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": "http://10.0.0.1/keys"},
        {"token_endpoint": None},
        {"jwks_uri": "//id.example/keys"},
        {"userinfo_endpoint": "file:///etc/passwd"},
        {"end_session_endpoint": "https://user:password@id.example/end"},
    ],
    ids=str,
)
async def test_a_provider_that_tells_wrong_things_of_itself_is_none(stage: Stage, metadata: dict[str, Any]) -> None:
    stage.fake.metadata = metadata
    with pytest.raises(ProviderAway):
        await stage.provider.address(stage.errands.new()[0])


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", httpx2.Response(404)),
        ("/.well-known/openid-configuration", httpx2.Response(200, text="<html>")),
        ("/.well-known/openid-configuration", httpx2.Response(200, json=["no", "object"])),
        ("/.well-known/openid-configuration", httpx2.Response(302, headers={"location": "https://evil.example"})),
        ("/keys", httpx2.Response(503)),
        ("/keys", httpx2.Response(200, json={"keys": []})),
        ("/keys", httpx2.Response(200, json={"keys": "none"})),
        ("/token", httpx2.Response(503)),
        ("/token", httpx2.Response(200, text="<html>")),
    ],
)
async def test_a_provider_that_answers_nonsense_is_away(stage: Stage, path: str, answer: httpx2.Response) -> None:
    stage.fake.answers[path] = answer
    with pytest.raises(ProviderAway):
        await stage.come_back()


async def test_a_provider_that_is_away_is_soon_noticed_and_soon_back(stage: Stage) -> None:
    await stage.come_back()
    stage.fake.away = True
    stage.now += oidc.METADATA_FRESH
    with pytest.raises(ProviderAway):
        await stage.provider.address(stage.errands.new()[0])
    assert await stage.provider.sign_out_address("h.p.s") is None
    stage.fake.away = False
    assert (await stage.come_back()).subject == "u-1"


# Going ----------------------------------------------------------------------------------------------------


async def test_who_goes_also_signs_out_at_the_provider(stage: Stage) -> None:
    address = await stage.provider.sign_out_address("h.p.s")
    assert address is not None
    assert dict(parse_qsl(urlsplit(address).query)) == {
        "tenant": "1",
        "id_token_hint": "h.p.s",
        "client_id": CLIENT,
        "post_logout_redirect_uri": REGISTRATION.after_sign_out,
    }


async def test_where_the_provider_has_no_sign_out_there_is_none(stage: Stage) -> None:
    stage.fake.metadata = {"end_session_endpoint": None}
    assert await stage.provider.sign_out_address("h.p.s") is None


# Settings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("issuer", ["http://id.example", "id.example", "", "ftp://id.example", "https://", "https://["])
def test_an_issuer_that_could_be_overheard_is_refused(issuer: str) -> None:
    with pytest.raises(ValueError, match="OIDC_ISSUER"):
        replace(REGISTRATION, issuer=issuer)


@pytest.mark.parametrize("issuer", ["https://id.example/realms/polda", "http://127.0.0.1:8081", "http://localhost"])
def test_an_issuer_on_loopback_or_by_https_is_fine(issuer: str) -> None:
    assert replace(REGISTRATION, issuer=issuer).issuer == issuer


def test_claims_are_found_by_name_or_path() -> None:
    claims = {"a.b": 1, "a": {"b": 2, "c": {"d": 3}}, "e": None, "f": ["g"]}
    assert [claim(claims, name) for name in ("a.b", "a.c.d", "e", "e.f", "f.g", "", "x.y.z")] == [
        1, 3, None, None, None, None, None,
    ]  # fmt: skip


# The errand -----------------------------------------------------------------------------------------------


def returning(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"errand={cookie}".encode())]})


def test_an_errand_is_found_again_in_the_browser_that_was_sent(stage: Stage) -> None:
    errand, cookie = stage.errands.new()
    assert stage.errands.find(returning(cookie)) == errand
    for part in (errand.state, errand.nonce, errand.verifier):
        assert part not in cookie
    assert Errands("errand", b"another key", lambda: stage.now, secure=False).find(returning(cookie)) != errand


def test_an_errand_that_took_too_long_is_over(stage: Stage) -> None:
    _, cookie = stage.errands.new()
    stage.now += ERRAND_LASTS + timedelta(seconds=1)
    with pytest.raises(Unproven, match="too long"):
        stage.errands.find(returning(cookie))


def test_its_time_cannot_be_put_back(stage: Stage) -> None:
    errand, cookie = stage.errands.new()
    stage.now += ERRAND_LASTS + timedelta(seconds=1)
    forged = f"{int(stage.now.timestamp())}.{cookie.partition('.')[2]}"
    assert stage.errands.find(returning(forged)).state != errand.state


@pytest.mark.parametrize("cookie", ["", "x", "1.", ".x", "9" * 20 + "." + "a" * 43, "1." + "a" * 44, "-1." + "a" * 43])
def test_an_invented_errand_is_none(stage: Stage, cookie: str) -> None:
    with pytest.raises(Unproven):
        stage.errands.find(returning(cookie))


def test_the_errand_s_cookie_is_out_of_reach_and_does_not_last() -> None:
    errands = Errands("errand", b"key", lambda: datetime.now(UTC), secure=True)
    response = Response()
    errands.begin(response, errands.new()[1])
    header = response.headers["set-cookie"]
    assert header.startswith("__Host-errand=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"} <= set(header.split("; "))
    errands.end(response)
    assert "Max-Age=0" in response.headers.getlist("set-cookie")[1]
