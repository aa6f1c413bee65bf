"""Signatures of webhooks as Standard Webhooks has them, version 1: HMAC-SHA-256 by a secret that both sides know.

A secret must be at hand to sign with, so it is kept: in a box that only a process with the installation's secret key
opens, so that a copy of the database signs nothing.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime

from nacl.secret import SecretBox

PREFIX = "whsec_"
SECRET_BYTES = 32


class Signatures:
    """Makes secrets and signs by them."""

    def __init__(self, key: bytes) -> None:
        """`key` closes the boxes."""
        self._box = SecretBox(key)

    def new(self) -> tuple[str, bytes]:
        """A secret as the receiver needs it, and sealed."""
        secret = secrets.token_bytes(SECRET_BYTES)
        return PREFIX + base64.b64encode(secret).decode(), bytes(self._box.encrypt(secret))

    def headers(self, sealed: bytes, id: str, at: datetime, body: bytes) -> Mapping[str, str]:
        """The three headers. `id` is the message's, the same at every try."""
        stamp = str(int(at.timestamp()))
        signed = f"{id}.{stamp}.".encode() + body
        mac = hmac.new(self._box.decrypt(sealed), signed, hashlib.sha256).digest()
        return {
            "webhook-id": id,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
        }
