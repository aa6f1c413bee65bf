"""An OpenID Connect provider in memory, honest until a test makes it lie."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

ISSUER = "https://id.example"
CLIENT = "kentongan"
SECRET = "s3cret+with/odd:characters"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


KEY, OTHER_KEY = new_key("k1"), new_key("k2")


@dataclass
class Asked:
    """What the provider remembers of a code."""

    nonce: str
    challenge: str
    redirect_uri: str
    used: bool = False


@dataclass
class FakeProvider(httpx2.AsyncBaseTransport):
    """Answers requests instead of a network."""

    now: Callable[[], datetime]
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims of the ID token besides, or instead of, the usual ones; None leaves one out."""
    userinfo: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    """Changes of what it tells of itself."""
    key: RSAKey = field(default_factory=lambda: KEY)
    published: tuple[RSAKey, ...] = (KEY,)
    away: bool = False
    answers: dict[str, httpx2.Response] = field(default_factory=dict)
    """Path → an answer in place of the right one."""
    sign: Callable[["FakeProvider", dict[str, Any]], str] | None = None
    """How the ID token is made, where not honestly."""
    with_access_token: bool = True
    asked: list[str] = field(default_factory=list)
    """Paths, in order."""
    codes: dict[str, Asked] = field(default_factory=dict)
    authentication: str = ""
    """How the client proved itself last."""

    def agree(self, address: str) -> dict[str, str]:
        """A person signs in at the provider; returns the query with which the browser is sent back."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = Asked(query["nonce"], query["code_challenge"], query["redirect_uri"])
        return {"code": code, "state": query["state"]}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(path)
        if self.away:
            raise httpx2.ConnectError("refused", request=request)
        if path in self.answers:
            return self.answers[path]
        body = (await request.aread()).decode()
        match path:
            case "/.well-known/openid-configuration":
                return httpx2.Response(200, json=self._about_itself())
            case "/keys":
                return httpx2.Response(200, json=KeySet(list(self.published)).as_dict(private=False))
            case "/token":
                return self._token(request, parse_qs(body))
            case "/userinfo":
                assert request.headers["authorization"] == "Bearer access"
                return httpx2.Response(200, json={"sub": self.claims.get("sub", "u-1"), **self.userinfo})
        return httpx2.Response(404)

    def _about_itself(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "end_session_endpoint": f"{ISSUER}/end?tenant=1",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            **self.metadata,
        }

    def _token(self, request: httpx2.Request, form: dict[str, list[str]]) -> httpx2.Response:
        if not self._is_our_client(request, form):
            return httpx2.Response(401, json={"error": "invalid_client"})
        asked = self.codes.get(form["code"][0])
        verifier = form.get("code_verifier", [""])[0]
        challenge = _text(hashlib.sha256(verifier.encode()).digest())
        if asked is None or asked.used or (challenge, form["redirect_uri"][0]) != (asked.challenge, asked.redirect_uri):
            return httpx2.Response(400, json={"error": "invalid_grant", "error_description": "used or not yours"})
        asked.used = True
        answer: dict[str, Any] = {"token_type": "Bearer", "id_token": self._id_token(asked.nonce)}
        return httpx2.Response(200, json=answer | ({"access_token": "access"} if self.with_access_token else {}))

    def _is_our_client(self, request: httpx2.Request, form: dict[str, list[str]]) -> bool:
        header = request.headers.get("authorization", "")
        if header.startswith("Basic "):
            self.authentication = "client_secret_basic"
            id, _, secret = base64.b64decode(header[6:]).decode().partition(":")
            return (unquote_plus(id), unquote_plus(secret)) == (CLIENT, SECRET)
        self.authentication = "client_secret_post" if "client_secret" in form else "none"
        return form["client_id"] == [CLIENT] and form.get("client_secret", [SECRET]) == [SECRET]

    def _id_token(self, nonce: str) -> str:
        now = int(self.now().timestamp())
        usual = {"iss": ISSUER, "sub": "u-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: value for name, value in (usual | self.claims).items() if value is not None}
        if self.sign:
            return self.sign(self, claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def unsigned(_: FakeProvider, claims: dict[str, Any]) -> str:
    """Nobody's signature: `alg` none."""
    return ".".join([_encoded({"alg": "none"}), _encoded(claims), ""])


def by_public_key(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """A shared secret that everybody knows: the public key itself."""
    return _by_secret(provider.key.as_pem(private=False), provider, claims)


def by_client_secret(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """The client's secret, which is no proof of the provider's."""
    return _by_secret(SECRET.encode(), provider, claims)


def by_a_key_it_brings(_: FakeProvider, claims: dict[str, Any]) -> str:
    """Another's key, sent along in the header."""
    header = {"alg": "RS256", "kid": "k1", "jwk": OTHER_KEY.as_dict(private=False)}
    return jwt.encode(header, claims, OTHER_KEY)


def tampered(provider: FakeProvider, claims: dict[str, Any]) -> str:
    """Other claims under a good signature."""
    header, _, signature = jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key).split(".")
    return ".".join([header, _encoded({**claims, "sub": "u-2"}), signature])


def _by_secret(secret: bytes, provider: FakeProvider, claims: dict[str, Any]) -> str:
    signed = ".".join([_encoded({"alg": "HS256", "kid": provider.key.kid}), _encoded(claims)])
    return f"{signed}.{_text(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def _encoded(part: dict[str, Any]) -> str:
    return _text(json.dumps(part).encode())


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")
