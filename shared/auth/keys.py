"""Keys for single purposes, all from one secret of the installation.

Invariant: knowing one purpose's key tells nothing about another's. The secret itself signs nothing.
"""

import hashlib
import hmac

from pydantic import SecretStr

MIN_LENGTH = 32


def derive_key(secret: SecretStr, purpose: str) -> bytes:
    """The 256-bit key for a purpose, such as `queue/csrf`. Raises `ValueError` for a secret that is too short."""
    root = secret.get_secret_value().encode()
    if len(root) < MIN_LENGTH:
        raise ValueError(f"the secret key must have at least {MIN_LENGTH} characters (KENTONGAN_SECRET_KEY)")
    return hmac.new(root, b"kentongan/" + purpose.encode(), hashlib.sha256).digest()
