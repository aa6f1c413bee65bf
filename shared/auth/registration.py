"""What an OpenID Connect provider and we know of each other.

Invariant: nothing secret goes to an address where it could be overheard.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from shared.settings import WrongSetting

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Registration:
    """What the provider and we have agreed on. Raises `WrongSetting` where the issuer could be overheard."""

    issuer: str
    client_id: str
    client_secret: str
    """Empty for a public client, which PKCE alone protects."""
    redirect_uri: str
    after_sign_out: str
    """Where the provider sends who has signed out there."""
    scopes: str = "openid profile"
    ca: str = ""
    """Path of the certificate authority's file, where the system's own do not do."""

    def __post_init__(self) -> None:
        if not self.client_id:
            raise WrongSetting("a client id is needed beside the issuer (KENTONGAN_OIDC_CLIENT_ID)")
        if not is_private(self.issuer):
            raise WrongSetting("the issuer must be an https address (KENTONGAN_OIDC_ISSUER)")


class Metadata(BaseModel):
    """What a provider tells of itself, as far as it is used here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


def is_private(address: str) -> bool:
    """Whether nobody between can read what is sent there. Loopback is safe without encryption, and for trying out."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
