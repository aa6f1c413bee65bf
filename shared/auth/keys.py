"""Keys for single purposes, all from one secret of the installation.

Invariant: knowing one purpose's key tells nothing about another's. The secret itself signs nothing.
"""

import base64
import hashlib
import hmac

from pydantic import SecretStr

from shared.settings import WrongSetting

MIN_LENGTH = 32
MAC_LENGTH = 22
"""132 bits of base64url."""


def derive_key(secret: SecretStr, purpose: str) -> bytes:
    """The 256-bit key for a purpose, such as `queue/csrf`. Raises `WrongSetting` for a secret that is too short."""
    root = secret.get_secret_value().encode()
    if len(root) < MIN_LENGTH:
        raise WrongSetting(f"the secret key must have at least {MIN_LENGTH} characters (KENTONGAN_SECRET_KEY)")
    return hmac.new(root, b"kentongan/" + purpose.encode(), hashlib.sha256).digest()


def mac(key: bytes, told: str, length: int = MAC_LENGTH) -> str:
    """The code by which we know what we have told: HMAC-SHA-256 in base64url, so many characters of it."""
    digest = hmac.new(key, told.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:length]
