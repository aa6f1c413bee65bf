"""What comes in with a place, a name and a thumbnail in it comes out without; what is hostile does not come in."""

import asyncio
import io
import os
import signal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

from services.reports.evidence import refusals
from services.reports.evidence.formats import HEAD_BYTES, HEIC, JPEG, MATROSKA, MP4, PNG, Format, check_tail, recognise
from services.reports.evidence.workshop import ROOT, Findings, Workshop
from shared.errors import Refused
from tests.reports.evidence import media
from tests.reports.evidence.media import ISO_6709, SECRET, heic, jpeg, noise, png, video, webp
from tests.support.waiting import until

WORKSHOP = Workshop()


async def made(data: bytes, *, workshop: Workshop = WORKSHOP) -> tuple[bytes, Findings, Format]:
    """The working copy of a file, made as an intake makes it."""
    format = recognise(data[:HEAD_BYTES])
    check_tail(data[-HEAD_BYTES:])
    copy = Held()

    async def read(start: int, length: int) -> bytes:
        return data[start : start + length]

    found = await workshop.copy(format, len(data), read, copy)
    return bytes(copy.data), found, format


class Held:
    """A working copy in memory."""

    def __init__(self) -> None:
        self.data = bytearray()

    async def write(self, piece: bytes) -> None:
        self.data += piece

    def patch(self, offset: int, piece: bytes) -> None:
        assert offset + len(piece) <= len(self.data)
        self.data[offset : offset + len(piece)] = piece

    def restart(self) -> None:
        self.data.clear()


def says_nothing(data: bytes) -> bool:
    """Whether nothing of what was hidden in a file is in its bytes, in the encodings that metadata come in."""
    hidden = (SECRET, ISO_6709, "2026:03:02", "2026-03-02", "adobe", "Exif", "8BIM")
    return not any(word.encode(code) in data for word in hidden for code in ("utf-8", "utf-16-le", "utf-16-be"))


def cut(data: bytes) -> bytes:
    """What is left where a copy broke off."""
    return data[: len(data) * 2 // 3]


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_photo_loses_its_metadata_and_stands_upright(orientation: int) -> None:
    original = jpeg(orientation)
    assert not says_nothing(original)
    copy, found, _ = await made(original)
    assert says_nothing(copy)
    with Image.open(io.BytesIO(copy)) as image, Image.open(io.BytesIO(original)) as before:
        assert image.format == "JPEG"
        assert not image.getexif()
        assert not {"icc_profile", "xmp", "exif", "photoshop", "comment"} & image.info.keys()
        assert image.size == (found.width, found.height)
        assert image.size == ((320, 200) if orientation < 5 else (200, 320))
        from PIL import ImageOps

        upright = ImageOps.exif_transpose(before).convert("RGB")
        for corner in ((20, 20), (image.width - 20, 20), (20, image.height - 20)):
            shown, meant = image.convert("RGB").getpixel(corner), upright.getpixel(corner)
            assert max(abs(a - b) for a, b in zip(shown, meant, strict=True)) < 12  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [png, webp, lambda: png(transparent=True)])
async def test_other_pictures_lose_theirs_too(make: Callable[[], bytes]) -> None:
    original = make()
    assert not says_nothing(original)
    copy, found, _ = await made(original)
    assert says_nothing(copy)
    with Image.open(io.BytesIO(copy)) as image:
        assert not image.getexif()
        assert not image.info.keys() & {"Comment", "Location", "XML:com.adobe.xmp", "xmp", "exif", "icc_profile"}
        assert image.size == (found.width, found.height)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
async def test_a_photo_of_an_iphone_becomes_a_jpeg_that_tells_nothing(orientation: int, brand: bytes) -> None:
    original = heic(orientation)
    original = original[:8] + brand + original[12:]
    assert not says_nothing(original)
    copy, found, format = await made(original)
    assert format is HEIC
    assert (found.codec, found.copy_format) == ("hevc", JPEG)
    assert says_nothing(copy)
    with Image.open(io.BytesIO(copy)) as image:
        assert image.format == "JPEG"
        assert not image.getexif()
        assert not {"icc_profile", "xmp", "exif", "comment"} & image.info.keys()
        assert image.size == (found.width, found.height) == ((320, 200) if orientation < 5 else (200, 320))
        red, green, blue = image.convert("RGB").getpixel((20, 20))  # type: ignore[misc]
        colour = {1: (255, 0, 0), 3: (255, 255, 255), 6: (0, 0, 255), 8: (0, 128, 0)}[orientation]
        assert max(abs(a - b) for a, b in zip((red, green, blue), colour, strict=True)) < 40


async def test_what_is_seen_through_stays_so() -> None:
    copy, _, _ = await made(png(transparent=True))
    with Image.open(io.BytesIO(copy)) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((10, 10))[3] < 40  # type: ignore[index]


async def test_a_large_photo_gets_a_working_copy_that_a_phone_can_show() -> None:
    copy, found, _ = await made(jpeg(size=(9000, 6000)))
    assert (found.width, found.height) == (9000, 6000)
    with Image.open(io.BytesIO(copy)) as image:
        assert max(image.size) <= 4096


@pytest.mark.parametrize(
    ("container", "codec", "sound", "becomes"),
    [
        ("mov", "mjpeg", False, "mp4"),
        ("mp4", "libx264", True, "mp4"),
        ("matroska", "libx264", True, "mp4"),
        ("avi", "mpeg4", False, "mp4"),
        ("mpegts", "mpeg2video", False, "mp4"),
        ("webm", "libvpx", False, "webm"),
        ("3gp", "h263", False, "3gp"),
    ],
)
async def test_a_video_loses_its_metadata_and_keeps_its_pictures(
    container: str, codec: str, sound: bool, becomes: str
) -> None:
    original = video(container, codec, sound=sound, size=(176, 144))
    copy, found, _ = await made(original)
    assert found.copy_format is not None
    assert found.copy_format.name == becomes
    assert says_nothing(copy)
    with av.open(io.BytesIO(copy), "r") as shown:
        assert not {"location", "title", "comment", "artist", "creation_time"} & shown.metadata.keys()
        assert [stream.type for stream in shown.streams] == (["video", "audio"] if sound else ["video"])
        assert len(list(shown.decode(video=0))) == 25
    assert (found.width, found.height) == (176, 144)
    assert 0.9 < found.seconds < 1.1
    assert bool(found.sound) == sound


async def test_the_pictures_of_a_video_are_the_very_ones() -> None:
    original = video("mov", "mjpeg")
    copy, _, _ = await made(original)

    def pictures(data: bytes) -> list[bytes]:
        with av.open(io.BytesIO(data), "r") as container:
            return [bytes(packet) for packet in container.demux(video=0) if packet.size]

    assert pictures(copy) == pictures(original)


async def test_the_place_that_a_video_tells_in_an_atom_is_gone() -> None:
    original = video("mov", "mjpeg")
    assert b"\xa9xyz" in original
    copy, _, _ = await made(original)
    assert b"\xa9xyz" not in copy
    assert b"loci" not in copy


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", refusals.FileEmpty),
        (b"just words", refusals.FileNotRecognised),
        (b"%PDF-1.7\n%\xe2\xe3", refusals.FileNotRecognised),
        (b"<!doctype html><script>alert(1)</script>", refusals.FileNotRecognised),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", refusals.FileNotRecognised),
        (b"PK\x03\x04" + noise(200), refusals.FileNotRecognised),
        (b"MZ" + noise(200), refusals.FileNotRecognised),
        (b"GIF89a" + noise(200), refusals.FileNotRecognised),
        (b"#EXTM3U\nfile:///etc/passwd\n", refusals.FileNotRecognised),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + noise(200), refusals.FileNotRecognised),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif" + noise(200), refusals.FileNotRecognised),
        (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc" + noise(200), refusals.FileNotRecognised),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + noise(5000), refusals.FileDamaged),
        (heic()[:-40], refusals.FileDamaged),
        (heic(more=b"\n<script>alert(1)</script>"), refusals.FileDisguised),
        (b"\xff\xd8\xff\xe0" + noise(5000), refusals.FileDamaged),
        (b"\xff\xd8\xff\xe0<html><script>alert(1)</script>" + noise(100), refusals.FileDisguised),
        (jpeg()[:200] + b"%PDF-1.7" + jpeg()[200:], refusals.FileDisguised),
        (jpeg()[:-4000], refusals.FileDamaged),
        (jpeg()[: len(jpeg()) // 2], refusals.FileDamaged),
        (png()[: len(png()) // 2], refusals.FileDamaged),
        (media.huge_png(), refusals.PictureTooLarge),
        (b"\0\0\0\x18ftypmp42" + noise(50_000), refusals.FileDamaged),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01webm" + noise(50_000), refusals.FileDamaged),
        (b"RIFF\0\0\0\0AVI " + noise(50_000), refusals.FileDamaged),
        (video("mov", "mjpeg")[:80_000], refusals.FileDamaged),
        (video("mp4", "libx264")[:100_000], refusals.FileDamaged),
        (cut(video("matroska", "libx264")), refusals.FileDamaged),
        (video("webm", "libvpx")[:-1], refusals.FileDamaged),
        (cut(video("avi", "mpeg4")), refusals.FileDamaged),
        (video("avi", "mpeg4")[:-1], refusals.FileDamaged),
    ],
    ids=[
        "empty", "words", "pdf", "html", "svg", "zip", "program", "gif", "playlist", "avif", "avif by another name",
        "pictures that move", "noise as heic", "heic without end", "page behind heic", "noise as jpeg",
        "html as jpeg", "pdf in jpeg", "jpeg without end", "half a jpeg", "half a png", "bomb", "noise as mp4",
        "noise as webm", "noise as avi", "half a mov", "half an mp4",
        "half a matroska", "a webm without its last byte", "half an avi", "an avi without its last byte",
    ],
)  # fmt: skip
async def test_what_is_wrong_is_refused_by_name(data: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        await made(data)


@pytest.mark.parametrize(
    ("container", "codec", "size_at", "unknown"),
    [("avi", "mpeg4", b"RIFF", b"\0\0\0\0"), ("avi", "mpeg4", b"RIFF", b"\xff\xff\xff\xff"),
     ("matroska", "libx264", b"\x18\x53\x80\x67", b"\x01\xff\xff\xff\xff\xff\xff\xff")],
    ids=["avi", "avi by ffmpeg", "matroska"],
)  # fmt: skip
async def test_what_a_recorder_never_finished_is_taken_as_far_as_it_goes(
    container: str, codec: str, size_at: bytes, unknown: bytes
) -> None:
    finished = video(container, codec)
    at = finished.index(size_at) + len(size_at)
    copy, found, _ = await made(cut(finished[:at] + unknown + finished[at + len(unknown) :]))
    assert found.copy_format == MP4
    with av.open(io.BytesIO(copy), "r") as shown:
        assert 5 < len(list(shown.decode(video=0))) < 25


async def test_what_stands_behind_a_recording_is_no_harm_to_it() -> None:
    for container, codec in (("avi", "mpeg4"), ("matroska", "libx264")):
        assert (await made(video(container, codec) + bytes(4096)))[1].copy_format == MP4


async def test_an_archive_or_a_page_behind_a_photo_is_found() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("evil.js", "alert(1)")
    for hidden in (packed.getvalue(), b"\n<script>alert(1)</script>", b"\n<?php system($_GET['c']); ?>"):
        with pytest.raises(refusals.FileDisguised):
            await made(jpeg(more=hidden))


async def test_what_phones_themselves_put_behind_a_photo_is_no_disguise() -> None:
    copy, _, _ = await made(jpeg(more=video("mp4", "libx264", place=False)))
    assert b"ftyp" not in copy


async def test_a_video_whose_index_comes_first_must_have_all_its_pictures(tmp_path: Path) -> None:
    path = tmp_path / "fast.mp4"
    with (
        av.open(io.BytesIO(video("mp4", "libx264")), "r") as source,
        av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    whole = path.read_bytes()
    assert whole.index(b"moov") < whole.index(b"mdat")
    assert (await made(whole))[1].copy_format == MP4
    with pytest.raises(refusals.FileDamaged):
        await made(whole[: len(whole) * 2 // 3])


async def test_a_child_that_hangs_is_ended_and_the_next_file_is_looked_at() -> None:
    impatient = Workshop(patience_seconds=0.01)
    with pytest.raises(refusals.ExaminationFailed):
        await made(jpeg(), workshop=impatient)
    assert (await made(jpeg()))[1].width == 320


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """The processes that are started."""
    started: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noticed(*arguments: object, **options: object) -> asyncio.subprocess.Process:
        started.append(await start(*arguments, **options))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr("asyncio.create_subprocess_exec", noticed)
    return started


async def test_a_child_that_dies_is_a_refusal_and_no_more(children: list[asyncio.subprocess.Process]) -> None:
    data = jpeg()

    async def read(start: int, length: int) -> bytes:
        os.kill(children[0].pid, signal.SIGKILL)
        return data[start : start + length]

    with pytest.raises(refusals.ExaminationFailed):
        await Workshop().copy(JPEG, len(data), read, Held())


async def test_a_store_may_be_slower_than_the_child_that_has_said_all(
    children: list[asyncio.subprocess.Process],
) -> None:
    data = jpeg()

    class Slow(Held):
        async def write(self, piece: bytes) -> None:
            await until(lambda: children[0].returncode is not None, within=60, what="the child has ended")
            await super().write(piece)

    async def read(start: int, length: int) -> bytes:
        return data[start : start + length]

    copy = Slow()
    assert (await Workshop().copy(JPEG, len(data), read, copy)).width == 320
    assert recognise(bytes(copy.data)) is JPEG


def test_a_name_counts_for_nothing() -> None:
    assert recognise(png()) is PNG
    assert recognise(video("matroska", "libx264")[:HEAD_BYTES]) is MATROSKA


_SHUT = """
import socket
from services.reports.evidence.media import __main__ as child, photos, videos
photos.warm_up("HEIF"); videos.warm_up(); child._limit(); child._shut()
for attempt in (lambda: open("/etc/passwd"), socket.socket, lambda: open("/tmp/out", "w"), lambda: __import__("wave")):
    try:
        attempt()
    except OSError:
        print("shut")
"""


async def test_from_its_first_byte_on_a_file_meets_a_process_that_can_open_nothing() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SHUT, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await child.communicate()
    assert told.split() == [b"shut"] * 4, told.decode()
