"""A reporter's identity, and the boxes in which it leaves the process that heard of it.

Invariants: whoever has only the public key can seal and never open; what was sealed says nothing about its
length beyond a step of `STEP_BYTES`; a box names its key, so that keys can be renewed while old boxes stay readable.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random
from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.fields import Phone
from shared.contracts.reports.base import PersonHash, Sealed

STEP_BYTES = 256


class Identity(BaseModel):
    """Who somebody is and how they can be reached, as far as they have said."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    name: str = Field("", max_length=120)
    phone: Phone | None = None
    email: str = Field("", max_length=254)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.name or self.phone or self.email)


class Unreadable(Exception):
    """None of our keys opens the box, or somebody has changed it."""


class Identities:
    """Seals what reporters say of themselves, and opens it where a private key is at hand."""

    def __init__(self, private_keys: Sequence[str]) -> None:
        """Base64 of 32 bytes each; the first one seals. Raises `ValueError` for anything else."""
        if not private_keys:
            raise ValueError("a key for reporters' identities is needed (KENTONGAN_IDENTITY_KEYS)")
        keys = [PrivateKey(_decoded(key)) for key in private_keys]
        self._keys = {_name(key.public_key): key for key in keys}
        self._seal_with = keys[0].public_key
        self._contacts = hashlib.blake2b(bytes(keys[-1]), person=b"contacts", digest_size=32).digest()

    def seal(self, identity: Identity) -> Sealed | None:
        """None where nothing was said."""
        if identity.is_empty:
            return None
        plain = identity.model_dump_json(exclude_defaults=True).encode()
        padded = plain + b" " * (-len(plain) % STEP_BYTES)
        box = SealedBox(self._seal_with).encrypt(padded)
        return Sealed(_name(self._seal_with), base64.b64encode(box).decode())

    def open(self, sealed: Sealed) -> Identity:
        """Who it is. Raises `Unreadable`."""
        key = self._keys.get(sealed.key)
        if key is None:
            raise Unreadable(f"no key {sealed.key}")
        try:
            return Identity.model_validate_json(SealedBox(key).decrypt(base64.b64decode(sealed.box)))
        except (CryptoError, ValueError) as error:
            raise Unreadable("the box was changed") from error

    def contact(self, identity: Identity) -> PersonHash | None:
        """A keyed hash by which a contact is known again; None where there is none.

        Its key comes from the oldest private key, so that a renewed one does not make known contacts strangers.
        """
        told = identity.phone or identity.email.lower()
        return hmac.new(self._contacts, told.encode(), hashlib.sha256).hexdigest()[:32] if told else None


def new_key() -> str:
    """A private key, for the settings."""
    return base64.b64encode(random(PrivateKey.SIZE)).decode()


def _name(key: PublicKey) -> str:
    return hashlib.sha256(bytes(key)).hexdigest()[:16]


def _decoded(key: str) -> bytes:
    try:
        decoded = base64.b64decode(key, validate=True)
    except ValueError:
        decoded = b""
    if len(decoded) != PrivateKey.SIZE:
        raise ValueError("a key for reporters' identities is base64 of 32 bytes (KENTONGAN_IDENTITY_KEYS)")
    return decoded
