"""Real photos and videos, made by the tests, with everything in them that must not get out."""

import io
import random
import zlib
from fractions import Fraction
from struct import pack
from typing import Any

import av
import numpy as np
import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

SECRET = "Jalan-Rahasia-7"
"""Stands wherever a file can hold words."""
LATITUDE, LONGITUDE = -0.8917, 119.8707
ISO_6709 = "-00.8917+119.8707/"


def picture(width: int = 320, height: int = 200) -> Image.Image:
    """A picture whose corners can be told apart: red, green, blue, white."""
    image = Image.new("RGB", (width, height), "black")
    for box, colour in (
        ((0, 0), "red"),
        ((width // 2, 0), "green"),
        ((0, height // 2), "blue"),
        ((width // 2, height // 2), "white"),
    ):
        image.paste(colour, (*box, box[0] + width // 2, box[1] + height // 2))
    return image


def exif(orientation: int = 1, *, thumbnail: bytes = b"") -> Image.Exif:
    """What a phone's camera writes: where, when, by which phone, and whose it is."""
    found = Image.Exif()
    found[0x010F], found[0x0110] = SECRET, SECRET
    found[0x0112] = orientation
    found[0x010E], found[0x013B], found[0x8298] = SECRET, SECRET, SECRET
    found[0x0132] = "2026:03:02 08:15:00"
    inner = found.get_ifd(0x8769)
    inner[0x9003], inner[0x9286] = "2026:03:02 08:15:00", b"ASCII\0\0\0" + SECRET.encode()
    gps = found.get_ifd(0x8825)
    gps[1], gps[2] = "S", (0.0, 53.0, 30.12)
    gps[3], gps[4] = "E", (119.0, 52.0, 14.52)
    return found


def jpeg(orientation: int = 1, *, size: tuple[int, int] = (320, 200), more: bytes = b"") -> bytes:
    """A photo with EXIF, GPS, XMP, IPTC, a comment and a wide colour profile. `more` is behind its end."""
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture(*size).save(
        out, "JPEG", quality=92, exif=exif(orientation), icc_profile=profile, comment=SECRET.encode(),
        xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>{SECRET}</dc:creator></x:xmpmeta>".encode(),
    )  # fmt: skip
    data = out.getvalue()
    iptc = (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0" + pack(">I", len(SECRET) + 5) + b"\x1c\x02\x78" + pack(">H", len(SECRET))
    )
    segment = iptc + SECRET.encode()
    return data[:2] + b"\xff\xed" + pack(">H", len(segment) + 2) + segment + data[2:] + more


def png(*, transparent: bool = False) -> bytes:
    """A screenshot with words, EXIF and XMP in it."""
    out, words = io.BytesIO(), PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET)
    words.add_text("Location", ISO_6709, zip=True)
    words.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SECRET}</x:xmpmeta>")
    image = picture()
    if transparent:
        image = image.convert("RGBA")
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.save(out, "PNG", pnginfo=words, exif=exif())
    return out.getvalue()


def webp() -> bytes:
    """A picture as messengers send it."""
    out = io.BytesIO()
    picture().save(out, "WEBP", exif=exif(6), xmp=f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())
    return out.getvalue()


def heic(orientation: int = 1, *, more: bytes = b"") -> bytes:
    """A photo as iPhones take it, turned by its container, with EXIF, GPS and XMP. `more` is behind it."""
    out = io.BytesIO()
    pillow_heif.register_heif_opener()
    words = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>{SECRET}</dc:creator></x:xmpmeta>".encode()
    picture().save(out, "HEIF", quality=90, exif=exif(orientation).tobytes(), xmp=words)
    return out.getvalue() + more


def huge_png(side: int = 30_000) -> bytes:
    """A few kilobytes that want to become gigabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" * (side + 1)) for _ in range(200)) + rows.flush()
    header = pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def video(
    container: str = "mov", codec: str = "mjpeg", *, frames: int = 25, size: tuple[int, int] = (176, 144),
    sound: bool = False, place: bool = True, seed: int = 1,
) -> bytes:  # fmt: skip
    """A recording that says where it was made, who made it, and what its camera thought meanwhile."""
    out, dice = io.BytesIO(), np.random.default_rng(seed)
    with av.open(out, "w", format=container) as target:
        if place:
            target.metadata.update(
                {"location": ISO_6709, "com.apple.quicktime.location.ISO6709": ISO_6709, "title": SECRET,
                 "comment": SECRET, "artist": SECRET, "creation_time": "2026-03-02T08:15:00Z"}
            )  # fmt: skip
        stream: Any = target.add_stream(codec, rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if place:
            stream.metadata["handler_name"] = SECRET
        heard = target.add_stream("aac", rate=16_000) if sound else None
        for number in range(frames):
            shown = dice.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
        if heard is not None:
            for number in range(frames * 640 // 1024):
                silence = av.AudioFrame.from_ndarray(
                    np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono"
                )
                silence.rate, silence.pts = 16_000, number * 1024
                target.mux(heard.encode(silence))
            target.mux(heard.encode(None))
    return out.getvalue()


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes without meaning."""
    return random.Random(seed).randbytes(size)
