"""A photo looked at from its first to its last pixel, and painted anew.

Invariant: of the original nothing but pixels reaches the working copy, so no metadata can, of whatever kind and
wherever it was hidden.
"""

import io
import warnings
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageFile, ImageOps

from services.reports.evidence.refusals import FileDamaged, PictureTooLarge

LONGEST_SIDE = 4096
"""Of a working copy, in pixels."""
MOST_MEGAPIXELS = {"JPEG": 220, "HEIF": 52, "PNG": 30, "WEBP": 30}
"""A JPEG can be read smaller than it is; others are held in memory as a whole, three times, and HEIC, of which phones
take 48 megapixels, in three colours alone."""
QUALITY = 90
CODECS = {"HEIF": "hevc"}
"""Where a format is not called by it."""

_DAMAGES = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, ArithmeticError, RuntimeError,
)  # fmt: skip
"""What the libraries say of a file that cannot be shown."""

ImageFile.LOAD_TRUNCATED_IMAGES = False


def warm_up(format: str) -> None:
    """Load all that is loaded when it is needed first, as long as it can be."""
    if format == "HEIF":
        _register_heif()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    orientation = Image.Exif()
    orientation[0x0112] = 6
    Image.init()
    for known in ("JPEG", "PNG", "WEBP", *(["HEIF"] if format == "HEIF" else [])):
        sample = io.BytesIO()
        Image.new("RGB", (2, 1)).save(sample, known, icc_profile=profile, exif=orientation, xmp=b"<x/>")
        make_copy(sample.getvalue(), known)


def _register_heif() -> None:
    """By one thread, and the picture itself alone: no thumbnail, depth or other picture beside it is ever opened."""
    pillow_heif.register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=1, preferred_decoder={"HEIF": "libde265"}
    )


def make_copy(data: bytes, format: str) -> tuple[bytes, dict[str, Any]]:
    """The working copy of a photo, and what was found. Raises `FileDamaged`, `PictureTooLarge`."""
    most = MOST_MEGAPIXELS[format]
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, below, and an error instead of a warning
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=[format]) as original:
            warnings.simplefilter("ignore")
            width, height = original.size
            if width * height > most * 1_000_000:
                raise PictureTooLarge(most_megapixels=most)
            turned = original.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            copy, as_png = _painted(original, format)
    except PictureTooLarge:
        raise
    except _DAMAGES as error:
        raise FileDamaged from error
    out = io.BytesIO()
    if as_png:
        copy.save(out, "PNG", optimize=False)
    else:
        copy.save(out, "JPEG", quality=QUALITY)
    found = {
        "width": height if turned else width,
        "height": width if turned else height,
        "codec": CODECS.get(format, format.lower()),
        "copy_format": "PNG" if as_png else "JPEG",
    }
    return out.getvalue(), found


def _painted(original: Image.Image, format: str) -> tuple[Image.Image, bool]:
    if format == "JPEG" and max(original.size) > LONGEST_SIDE:
        original.draft(original.mode, (LONGEST_SIDE // 2, LONGEST_SIDE // 2))  # a half, a quarter or an eighth
    original.load()
    as_png = format != "JPEG" and (_is_transparent(original) or format == "PNG")
    original.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BILINEAR)  # before there is a second one
    upright = ImageOps.exif_transpose(original)
    mode = "RGBA" if _is_transparent(upright) else "RGB"
    plain = _in_srgb(upright, mode)
    clean = Image.new(mode, plain.size)
    clean.paste(plain)
    return clean, as_png


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _in_srgb(image: Image.Image, mode: str) -> Image.Image:
    """The colours as a screen without colour management shows them right."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a profile that cannot be used is none
        if converted is not None:
            return converted
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert(mode)
