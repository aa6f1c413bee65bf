"""What a file is by its content. Its name and what its sender calls it count for nothing.

Invariant: whatever is recognised here is opened later as exactly that format, so that no library guesses again and
follows a playlist or a document to somewhere else. A file that also speaks another language, which a browser or an
office program would understand, is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.reports.evidence.refusals import FileDisguised, FileEmpty, FileNotRecognised, FileTooLarge

Kind = Literal["photo", "video"]

HEAD_BYTES = 64 * 1024
"""So much of a file's beginning, and of its end, is looked at before anything opens it."""
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that is taken."""

    name: str
    """As the libraries call it."""
    kind: Kind
    media_type: str
    extension: str


JPEG = Format("JPEG", "photo", "image/jpeg", "jpg")
HEIC = Format("HEIF", "photo", "image/heic", "heic")
PNG = Format("PNG", "photo", "image/png", "png")
WEBP = Format("WEBP", "photo", "image/webp", "webp")
MP4 = Format("mp4", "video", "video/mp4", "mp4")
MOV = Format("mov", "video", "video/quicktime", "mov")
THREE_GP = Format("3gp", "video", "video/3gpp", "3gp")
WEBM = Format("webm", "video", "video/webm", "webm")
MATROSKA = Format("matroska", "video", "video/x-matroska", "mkv")
AVI = Format("avi", "video", "video/x-msvideo", "avi")
MPEG_TS = Format("mpegts", "video", "video/mp2t", "ts")
MPEG_PS = Format("mpeg", "video", "video/mpeg", "mpg")

FORMATS: Mapping[str, Format] = {
    f.name: f for f in (JPEG, HEIC, PNG, WEBP, MP4, MOV, THREE_GP, WEBM, MATROSKA, AVI, MPEG_TS, MPEG_PS)
}

PHOTO_MOST_BYTES = 40 * MIB
VIDEO_MOST_BYTES = 2048 * MIB

_HEIC_BRANDS = frozenset({b"heic", b"heix"})
"""One picture of HEVC, as phones take it; what is `mif1` first must be that too."""
_OTHER_STILL_BRANDS = frozenset(
    {b"heim", b"heis", b"hevm", b"hevs", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis", b"crx ", b"jxl "}
)
"""Several views, sequences, and pictures of other codecs."""
_FOREIGN = re.compile(rb"<(?:script|html|svg)[\s>/]|<!doctype|<\?php|<%@", re.IGNORECASE)
_ARCHIVES = (b"PK\x05\x06", b"PK\x06\x07", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_PDF = b"%PDF-"
_PDF_WITHIN = 1024
"""Readers take a PDF that begins so late."""


def recognise(head: bytes) -> Format:
    """The format of a file that begins with `head`. Raises `FileEmpty`, `FileNotRecognised`, `FileDisguised`."""
    if not head:
        raise FileEmpty
    found = _by_signature(head)
    if found is None:
        raise FileNotRecognised
    if _FOREIGN.search(head) or _PDF in head[:_PDF_WITHIN]:
        raise FileDisguised
    return found


def check_tail(tail: bytes) -> None:
    """Refuse what a file hides behind its end. Raises `FileDisguised`."""
    if _FOREIGN.search(tail) or any(mark in tail for mark in _ARCHIVES):
        raise FileDisguised


def check_size(format: Format, size: int) -> None:
    """Raises `FileTooLarge`."""
    most = PHOTO_MOST_BYTES if format.kind == "photo" else VIDEO_MOST_BYTES
    if size > most:
        raise FileTooLarge(most_mib=most // MIB)


def _by_signature(head: bytes) -> Format | None:
    if head[:3] == b"\xff\xd8\xff":
        return JPEG
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"AVI ": AVI}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in (b"moov", b"wide", b"mdat"):
        return MOV
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return WEBM if b"webm" in head[:80] else MATROSKA if b"matroska" in head[:80] else None
    if head[:4] == b"\x00\x00\x01\xba":
        return MPEG_PS
    if len(head) > 564 and all(head[at] == 0x47 for at in (0, 188, 376, 564)):
        return MPEG_TS
    return None


def _by_brand(head: bytes) -> Format | None:
    brand = head[8:12]
    if brand in _HEIC_BRANDS or (brand == b"mif1" and _HEIC_BRANDS & _compatible(head)):
        return HEIC
    if brand in _OTHER_STILL_BRANDS:
        return None
    if brand == b"qt  ":
        return MOV
    return THREE_GP if brand[:2] == b"3g" else MP4


def _compatible(head: bytes) -> set[bytes]:
    """The brands that a file also is."""
    end = min(int.from_bytes(head[:4], "big"), 256)
    return {head[at : at + 4] for at in range(16, end - 3, 4)}
