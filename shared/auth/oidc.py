"""Signing in by an OpenID Connect provider: authorization code flow with PKCE, on Authlib and joserfc.

Invariants: an answer counts only in the browser that asked, once, and within minutes; an ID token counts only
if this provider signed it, for us, for this very question, and lately. What does not hold is `Unproven`, whose
reason is for the log alone. The provider is asked when somebody comes and when somebody goes, and never in
between: while it is away, who is signed in goes on.
"""

import asyncio
import hmac
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import ValidationError

from shared.auth.errands import Errand, Unproven
from shared.auth.registration import Metadata, Registration, is_private
from shared.clock import Clock
from shared.messaging.errors import Transient

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that only the provider's private key can make: never `none`, never one by a shared secret."""
LEEWAY_SECONDS = 60
"""How far two clocks may be apart."""
PATIENCE_SECONDS = 5.0
METADATA_FRESH = timedelta(seconds=10)
"""How soon a provider that went away is noticed before somebody is sent there."""
KEYS_FRESH = timedelta(minutes=10)
"""How soon a key that the provider has withdrawn is trusted no more. A new one is fetched when it is met."""
_LONGEST_CODE = 4096
_PASSING_ERRORS = frozenset({"temporarily_unavailable", "server_error"})


class ProviderAway(Transient):
    """The provider does not answer, or not as one: nobody can sign in by it now."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who a provider says somebody is."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]
    id_token: str


class Provider:
    """One OpenID Connect provider."""

    def __init__(
        self, registration: Registration, clock: Clock, *, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """`transport` is for tests. Nothing is asked before somebody comes."""
        self._registration = registration
        self._clock = clock
        self._options: dict[str, Any] = {
            "timeout": PATIENCE_SECONDS,
            "verify": ssl.create_default_context(cafile=registration.ca or None),
            "transport": transport,
        }
        self._turn = asyncio.Lock()
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def address(self, errand: Errand) -> str:
        """Where to send the person's browser. Raises `ProviderAway`."""
        metadata = await self._known()
        async with self._client(code_challenge_method="S256") as client:
            address, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(address)

    async def proven(self, answer: Mapping[str, str], errand: Errand, *, wanted: Collection[str] = ()) -> Proven:
        """Who has come back with `answer`, the query of our address. Raises `Unproven`, `ProviderAway`.

        Claims of `wanted` that the ID token lacks are asked for at the provider.
        """
        if not hmac.compare_digest(answer.get("state", "").encode("utf-8", "replace"), errand.state.encode()):
            raise Unproven("the state is not that of this browser's errand")
        metadata = await self._known()
        self._check_sender(answer, metadata)
        token = await self._exchange(answer.get("code", ""), errand, metadata)
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise Unproven("there is no ID token")
        claims = await self._verified(id_token, token.get("access_token"), errand, metadata)
        if metadata.userinfo_endpoint and any(claim(claims, name) is None for name in wanted):
            claims = {**await self._userinfo(metadata.userinfo_endpoint, token, claims["sub"]), **claims}
        return Proven(metadata.issuer, claims["sub"], claims, id_token)

    async def sign_out_address(self, id_token: str) -> str | None:
        """Where the person signs out at the provider too; None where it offers nothing, or is away."""
        try:
            metadata = await self._known()
        except ProviderAway:
            return None
        if metadata.end_session_endpoint is None:
            return None
        address = httpx2.URL(metadata.end_session_endpoint).copy_merge_params(
            {
                "id_token_hint": id_token,
                "client_id": self._registration.client_id,
                "post_logout_redirect_uri": self._registration.after_sign_out,
            }
        )
        return str(address)

    def _check_sender(self, answer: Mapping[str, str], metadata: Metadata) -> None:
        """That the answer is this provider's (RFC 9207), and no refusal."""
        sender = answer.get("iss")
        if sender is None and metadata.authorization_response_iss_parameter_supported:
            raise Unproven("the answer does not say whose it is")
        if sender is not None and sender != metadata.issuer:
            raise Unproven("the answer is another issuer's")
        if error := answer.get("error"):
            if error in _PASSING_ERRORS:
                raise ProviderAway(f"the provider answers {error}")
            raise Unproven(f"the provider answers {error[:100]!r}")

    async def _exchange(self, code: str, errand: Errand, metadata: Metadata) -> Mapping[str, Any]:
        """The tokens for a code, which the provider gives once."""
        if not 0 < len(code) <= _LONGEST_CODE:
            raise Unproven("there is no code")
        with _asking():
            async with self._client() as client:
                try:
                    token: Mapping[str, Any] = await client.fetch_token(
                        metadata.token_endpoint,
                        grant_type="authorization_code",
                        code=code,
                        code_verifier=errand.verifier,
                        redirect_uri=self._registration.redirect_uri,
                        auth=self._authentication(client, metadata),
                    )
                except OAuthError as error:
                    raise Unproven(f"the provider gives no tokens: {error.error}") from error
                return token

    def _authentication(self, client: AsyncOAuth2Client, metadata: Metadata) -> Any:
        """How we prove who we are, by a method that the provider knows."""
        registration, known = self._registration, metadata.token_endpoint_auth_methods_supported
        if not registration.client_secret:
            return client.client_auth("none")
        if "client_secret_basic" in known or "client_secret_post" not in known:
            # Both are encoded first (RFC 6749, 2.3.1), which Authlib leaves out.
            return httpx2.BasicAuth(quote_plus(registration.client_id), quote_plus(registration.client_secret))
        return client.client_auth("client_secret_post")

    async def _verified(
        self, id_token: str, access_token: str | None, errand: Errand, metadata: Metadata
    ) -> dict[str, Any]:
        """The claims of an ID token that proves what it says."""
        ours = self._registration.client_id
        options: Any = {
            "iss": {"essential": True, "value": metadata.issuer},
            "aud": {"essential": True, "value": ours},
            "nonce": {"essential": True, "value": errand.nonce},
        }
        known = {"nonce": errand.nonce, "client_id": ours, "access_token": access_token}
        try:
            token = await self._decoded(id_token, metadata)
            claims = CodeIDToken(token.claims, token.header, options, known)
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise Unproven(f"the ID token is not good: {error}") from error
        if claims["aud"] not in (ours, [ours]):
            raise Unproven("the ID token is for others too")
        if not 0 < len(claims["sub"]) <= 255:
            raise Unproven("the ID token is about nobody")
        return dict(claims)

    async def _decoded(self, id_token: str, metadata: Metadata) -> jwt.Token:
        """Checks the signature; by the provider's newest keys where those at hand do not fit."""
        algorithms = [name for name in ALGORITHMS if name in metadata.id_token_signing_alg_values_supported]
        registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
        keys = await self._trusted_keys(metadata)
        try:
            return jwt.decode(id_token, keys, registry=registry)
        except (InvalidKeyIdError, BadSignatureError):
            keys = await self._trusted_keys(metadata, anew=True)
            return jwt.decode(id_token, keys, registry=registry)

    async def _userinfo(self, endpoint: str, token: Mapping[str, Any], subject: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token.get('access_token', '')}"}
        found = await self._get(endpoint, headers)
        if found.get("sub") != subject:
            raise Unproven("the user information is about somebody else")
        return found

    async def _known(self) -> Metadata:
        """What the provider tells of itself, asked anew every few seconds."""
        async with self._turn:
            now = self._clock()
            if self._metadata is None or now - self._metadata[0] >= METADATA_FRESH:
                told = await self._get(self._registration.issuer.rstrip("/") + "/.well-known/openid-configuration")
                self._metadata = now, self._checked(told)
            return self._metadata[1]

    def _checked(self, told: dict[str, Any]) -> Metadata:
        try:
            metadata = Metadata.model_validate(told)
        except ValidationError as error:
            raise ProviderAway(
                f"what the provider tells of itself is incomplete: {error.error_count()} fields"
            ) from error
        if metadata.issuer != self._registration.issuer:
            raise ProviderAway(f"another issuer answers: {metadata.issuer[:200]!r}")
        addresses = (
            metadata.authorization_endpoint,
            metadata.token_endpoint,
            metadata.jwks_uri,
            metadata.userinfo_endpoint,
            metadata.end_session_endpoint,
        )
        if not all(is_private(address) for address in addresses if address is not None):
            raise ProviderAway("an address of the provider's could be overheard")
        return metadata

    async def _trusted_keys(self, metadata: Metadata, *, anew: bool = False) -> KeySet:
        async with self._turn:
            now = self._clock()
            if anew or self._keys is None or now - self._keys[0] >= KEYS_FRESH:
                told = await self._get(metadata.jwks_uri)
                try:
                    self._keys = now, KeySet.import_key_set(told)  # type: ignore[arg-type]  # checked by it
                except (JoseError, KeyError, TypeError, ValueError) as error:
                    raise ProviderAway(f"the provider's keys cannot be read: {error}") from error
            return self._keys[1]

    async def _get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        with _asking():
            async with httpx2.AsyncClient(**self._options) as client:
                answer = await client.get(address, headers={"Accept": "application/json", **(headers or {})})
                answer.raise_for_status()
                told = answer.json()
        if not isinstance(told, dict):
            raise ProviderAway("the provider does not answer as one")
        return told

    def _client(self, **options: Any) -> AsyncOAuth2Client:
        """A client for one exchange: it remembers tokens."""
        registration = self._registration
        return AsyncOAuth2Client(
            client_id=registration.client_id,
            client_secret=registration.client_secret or None,
            scope=registration.scopes,
            redirect_uri=registration.redirect_uri,
            **self._options,
            **options,
        )


@contextmanager
def _asking() -> Iterator[None]:
    """Turns a provider that does not answer, or not as one, into `ProviderAway`."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ProviderAway(f"the provider is away: {error!r}"[:500]) from error
    except ValueError as error:
        raise ProviderAway("the provider does not answer as one") from error


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by its path: `realm_access.roles`. None where there is none."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
