"""What parent and child say to each other: one byte of meaning, four of length, then so many bytes.

child → parent   R  offset and length (two 64-bit numbers) of the original that are wanted
                 W  bytes of the working copy, in order
                 D  JSON: what was found; the last word
                 E  JSON: the slug and details of a refusal; the last word
parent → child   J  JSON: the job; the first word
                 R  the bytes that were wanted
"""

import json
import struct
from typing import Any, BinaryIO

HEADER = struct.Struct(">cI")
SPAN = struct.Struct(">QQ")
OFFSET = struct.Struct(">Q")
READ, WRITE, PATCH, RESTART, DONE, REFUSED, JOB = b"R", b"W", b"P", b"S", b"D", b"E", b"J"
MOST_BYTES = 8 * 1024 * 1024
"""In one message."""


def packed(meaning: bytes, data: bytes) -> bytes:
    """A message."""
    return HEADER.pack(meaning, len(data)) + data


class Parent:
    """The child's view of who has started it."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def job(self) -> dict[str, Any]:
        """What is to be done."""
        found: dict[str, Any] = json.loads(self._receive(JOB))
        return found

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the original."""
        self._send(READ, SPAN.pack(offset, length))
        return self._receive(READ)

    def write(self, data: bytes) -> None:
        """Bytes of the working copy."""
        self._send(WRITE, data)

    def patch(self, offset: int, data: bytes) -> None:
        """Bytes that were written before are others now."""
        self._send(PATCH, OFFSET.pack(offset) + data)

    def restart(self) -> None:
        """What was written of the working copy is nothing."""
        self._send(RESTART, b"")

    def tell(self, meaning: bytes, what: dict[str, Any]) -> None:
        """The last word."""
        self._send(meaning, json.dumps(what).encode())

    def _send(self, meaning: bytes, data: bytes) -> None:
        self._outgoing.write(packed(meaning, data))
        self._outgoing.flush()

    def _receive(self, meaning: bytes) -> bytes:
        told, length = HEADER.unpack(self._exactly(HEADER.size))
        if told != meaning:
            raise EOFError("the parent says something else")
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        data = self._incoming.read(length)
        if len(data) != length:
            raise EOFError("the parent has gone")
        return data
