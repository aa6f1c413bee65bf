"""A reporter's identity, and the boxes in which it leaves the process that heard of it.

Invariants: only a private key opens a box, and worker and database have none; equal boxes are one command's, sent
twice; what was sealed says nothing about its length beyond a step of `STEP_BYTES`, which is more than name, number and
address of most people take; a box names its key, so that keys can be renewed while old boxes stay readable
(`reseal.py`); no text of an error and no `repr` tells who somebody is.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey, SealedBox
from nacl.utils import random
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from shared.contracts.fields import Phone
from shared.contracts.reports.base import PersonHash, Sealed
from shared.settings import WrongSetting

STEP_BYTES = 512


class Identity(BaseModel):
    """Who somebody is and how they can be reached, as far as they have said."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)

    name: str = Field("", max_length=120, repr=False)
    phone: Phone | None = Field(None, repr=False)
    email: str = Field("", max_length=254, repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.name or self.phone or self.email)


class Unreadable(Exception):
    """None of our keys opens the box, or somebody has changed it."""


class Identities:
    """Seals what reporters say of themselves, and opens it where a private key is at hand."""

    def __init__(self, private_keys: Sequence[str]) -> None:
        """Base64 of 32 bytes each; the first one seals. Raises `WrongSetting` for anything else."""
        if not private_keys:
            raise WrongSetting("a key for reporters' identities is needed (KENTONGAN_IDENTITY_KEYS)")
        keys = [PrivateKey(_decoded(key)) for key in private_keys]
        self._keys = {_name(key.public_key): key for key in keys}
        self._seal_with = keys[0].public_key
        self.key_name = _name(self._seal_with)
        """Of the key that seals."""
        self._boxes = hashlib.blake2b(bytes(keys[0]), person=b"boxes", digest_size=32).digest()
        self._contacts = hashlib.blake2b(bytes(keys[-1]), person=b"contacts", digest_size=32).digest()

    @classmethod
    def of(cls, setting: SecretStr) -> "Identities":
        """By the keys of `Settings.identity_keys`. Raises `WrongSetting`."""
        return cls([key for part in setting.get_secret_value().split(",") if (key := part.strip())])

    def seal(self, identity: Identity, *, id: str) -> Sealed | None:
        """None where nothing was said. `id` is the command's: sent again with the same identity it is the same box.

        A sealed box is made with a key pair of its own, thrown away at once. Here that pair follows from a secret,
        the command and the identity instead of chance: a report that a telephone sends twice must be one report.
        """
        if identity.is_empty:
            return None
        plain = identity.model_dump_json(exclude_defaults=True).encode()
        padded = plain + b" " * (-len(plain) % STEP_BYTES)
        once = PrivateKey(hmac.new(self._boxes, id.encode() + b"\n" + padded, hashlib.sha256).digest())
        nonce = hashlib.blake2b(bytes(once.public_key) + bytes(self._seal_with), digest_size=Box.NONCE_SIZE).digest()
        box = bytes(once.public_key) + Box(once, self._seal_with).encrypt(padded, nonce).ciphertext
        return Sealed(self.key_name, base64.b64encode(box).decode())

    def open(self, sealed: Sealed) -> Identity:
        """Who it is. Raises `Unreadable`."""
        key = self._keys.get(sealed.key)
        if key is None:
            raise Unreadable(f"no key {sealed.key}")
        try:
            return Identity.model_validate_json(SealedBox(key).decrypt(base64.b64decode(sealed.box, validate=True)))
        except (CryptoError, ValueError):
            raise Unreadable("the box was changed") from None  # whose text may be what was in it

    def contact(self, identity: Identity) -> PersonHash | None:
        """A keyed hash by which a contact is known again; None where there is none.

        Its key comes from the oldest private key, so that a new one does not make known contacts strangers. When the
        oldest is taken away they are: how often they told the truth is then counted anew.
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
        raise WrongSetting("a key for reporters' identities is base64 of 32 bytes (KENTONGAN_IDENTITY_KEYS)")
    return decoded
