"""Whether a recording has all that its container says it has, where its container says so.

MP4 and its kin have an index that promises every picture, which is counted in `videos`. AVI and Matroska say at their
beginning how long they are, once their recorder has come to the end: what is shorter was cut off later, by a copy or a
connection that broke, and the whole of it is somewhere still. Where a recorder never came to the end, as when the power
went, the length stands there unknown, and such a recording is taken as far as it goes: nobody has more of it. MPEG
streams and what browsers record live never say how long they are.
"""

import io
from struct import unpack
from typing import Protocol

from services.reports.evidence.refusals import FileDamaged

_UNFINISHED_RIFF = (0, 0xFFFFFFFF)
_SEGMENT = 0x18538067
_ELEMENTS_MOST = 16
"""Before a segment. There is one, and a filler now and then."""


class Readable(Protocol):
    """The original."""

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int: ...

    def read(self, size: int = -1, /) -> bytes: ...


def must_be_whole(original: Readable, demuxer: str) -> None:
    """Raises `FileDamaged` for what ends before its time."""
    size = original.seek(0, io.SEEK_END)
    if demuxer == "avi":
        _whole_avi(original, size)
    elif demuxer == "matroska":
        _whole_matroska(original, size)


def _whole_avi(original: Readable, size: int) -> None:
    """One list after the other: a long recording has several, each up to a gigabyte."""
    at = 0
    while len(header := _read(original, at, 8)) == 8 and header[:4] == b"RIFF":
        (length,) = unpack("<I", header[4:])
        if length in _UNFINISHED_RIFF:
            return
        at += 8 + length
        if at > size:
            raise FileDamaged
        at += length & 1


def _whole_matroska(original: Readable, size: int) -> None:
    at = 0
    for _ in range(_ELEMENTS_MOST):
        element = _element(_read(original, at, 12))
        if element is None:
            return
        id, header, length = element
        if length is None:
            return
        at += header + length
        if id == _SEGMENT:
            if at > size:
                raise FileDamaged
            return


def _element(data: bytes) -> tuple[int, int, int | None] | None:
    """Id, length of the header, and length of what follows, None for unknown. None: this is no element."""
    if not data or not data[0] & 0xF0:
        return None
    id_length = 9 - data[0].bit_length()
    written = data[id_length : id_length + 8]
    if not written or not written[0]:
        return None
    length_length = 9 - written[0].bit_length()
    if len(written) < length_length:
        return None
    found = int.from_bytes(written[:length_length], "big") & ((1 << 7 * length_length) - 1)
    unknown = found == (1 << 7 * length_length) - 1
    return int.from_bytes(data[:id_length], "big"), id_length + length_length, None if unknown else found


def _read(original: Readable, at: int, length: int) -> bytes:
    original.seek(at)
    return original.read(length)
