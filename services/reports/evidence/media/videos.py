"""A video opened as what it was recognised as, and its pictures and sound put into a new container.

Nothing is encoded anew: what is seen and heard is what was recorded. Titles, places, times, chapters, data tracks,
subtitles, attachments and messages inside of the picture stream stay behind.
"""

import io
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.stream import Stream

from services.reports.evidence.media.sink import Sink
from services.reports.evidence.media.source import Original
from services.reports.evidence.media.wholeness import must_be_whole
from services.reports.evidence.refusals import FileDamaged

DEMUXERS = {"mp4": "mov", "mov": "mov", "3gp": "mov", "webm": "matroska", "matroska": "matroska", "avi": "avi",
            "mpegts": "mpegts", "mpeg": "mpeg"}  # fmt: skip
IN_MP4 = frozenset({"h264", "hevc", "av1", "mpeg4", "aac", "mp3", "mjpeg", "mpeg2video", "mpeg1video", "ac3"})
IN_WEBM = frozenset({"vp8", "vp9", "av1", "opus", "vorbis"})
MESSAGES = {"h264": "filter_units=remove_types=6", "hevc": "filter_units=remove_types=39-40"}
"""SEI: where cameras for cars and drones write where they are."""
LARGEST_SIDE = 8192
SEARCHED_PACKETS = 600
"""Until a first picture must have come out."""


class Copy(Protocol):
    """Where the working copy goes."""

    def write(self, data: bytes) -> None: ...

    def patch(self, offset: int, data: bytes) -> None: ...

    def restart(self) -> None: ...


def warm_up() -> None:
    """Load all that is loaded when it is needed first, as long as it can be."""
    sample = io.BytesIO()
    with av.open(sample, "w", format="mov") as target:
        stream: Any = target.add_stream("mjpeg", rate=1)
        stream.width = stream.height = 16
        stream.pix_fmt = "yuvj420p"
        target.mux(stream.encode(av.VideoFrame(16, 16, "yuvj420p")))
        target.mux(stream.encode(None))
    make_copy(sample, "mov", _Nowhere())


class _Nowhere:
    def write(self, data: bytes) -> None: ...

    def patch(self, offset: int, data: bytes) -> None: ...

    def restart(self) -> None: ...


def make_copy(original: Original | io.BytesIO, format: str, copy: Copy) -> dict[str, Any]:
    """Write the working copy of a video; returns what was found. Raises `FileDamaged`."""
    must_be_whole(original, DEMUXERS[format])
    try:
        found, codecs = _look(original, format)
        for container in dict.fromkeys((_container(codecs), "matroska", "3gp")):
            copy.restart()
            try:
                _rewrap(original, format, container, Sink(copy.write, copy.patch))
            except (FFmpegError, ValueError):
                continue  # sound in itself, but not in this container
            return {**found, "copy_format": container}
        copy.restart()
    except (FFmpegError, ValueError, OverflowError, EOFError) as error:
        raise FileDamaged from error
    return found


def _open(original: Original | io.BytesIO, format: str) -> InputContainer:
    original.seek(0)
    return av.open(original, "r", format=DEMUXERS[format], metadata_errors="replace", buffer_size=256 * 1024)


def _look(original: Original | io.BytesIO, format: str) -> tuple[dict[str, Any], set[str]]:
    """Show the first picture; returns what was found, and all codecs."""
    with _open(original, format) as container:
        if not container.streams.video:
            raise FileDamaged
        video = container.streams.video[0]
        context = video.codec_context
        context.thread_count = 1
        if not (16 <= context.width <= LARGEST_SIDE and 16 <= context.height <= LARGEST_SIDE):
            raise FileDamaged
        _show(container, video)
        codecs = [_codec(stream) for stream in _kept(container)]
        seconds = container.duration / av.time_base if container.duration else 0.0
        found = {
            "width": context.width,
            "height": context.height,
            "codec": codecs[0],
            "sound": codecs[1] if len(codecs) > 1 else "",
            "seconds": round(max(0.0, seconds), 3),
        }
        return found, set(codecs)


def _codec(stream: Any) -> str:
    name: str = stream.codec_context.codec.canonical_name
    return name


def _show(container: InputContainer, video: Any) -> None:
    for count, packet in enumerate(container.demux(video)):
        try:
            if packet.decode():
                return
        except FFmpegError:
            pass  # recordings often begin in the middle of a group of pictures
        if count > SEARCHED_PACKETS:
            break
    raise FileDamaged


def _container(codecs: set[str]) -> str:
    if codecs <= IN_WEBM:
        return "webm"
    return "mp4" if codecs <= IN_MP4 else "matroska"


def _rewrap(original: Original | io.BytesIO, format: str, container: str, sink: Sink) -> None:
    with _open(original, format) as source, _new(sink, container) as target:
        pairs = {s.index: _joined(s, target) for s in _kept(source)}
        expected = {s.index: s.frames for s in _kept(source) if DEMUXERS[format] == "mov"}
        counted = dict.fromkeys(pairs, 0)
        for packet in _packets(source):
            index = packet.stream.index
            counted[index] += 1
            stream, clean = pairs[index]
            for part in clean(packet):
                part.stream = stream
                target.mux(part)
        if any(counted[index] < frames for index, frames in expected.items()):
            raise FileDamaged


def _packets(source: InputContainer) -> Iterator[Any]:
    """All of them. Raises `FileDamaged` where they end before their time."""
    try:
        for packet in source.demux(_kept(source)):
            if packet.size:  # the demuxer's own farewell has none
                yield packet
    except FFmpegError as error:
        raise FileDamaged from error


def _kept(source: InputContainer) -> list[Stream]:
    return [*source.streams.video[:1], *source.streams.audio]


def _new(sink: Sink, container: str) -> OutputContainer:
    return av.open(sink, "w", format=container, options={"fflags": "+bitexact"}, buffer_size=256 * 1024)


def _joined(stream: Any, target: OutputContainer) -> tuple[Stream, Callable[[Any], list[Any]]]:
    """A stream of the new container, and what its packets go through before."""
    joined = target.add_stream_from_template(stream, opaque=True)
    joined.metadata.clear()
    described = MESSAGES.get(_codec(stream))
    if described is None:
        return joined, lambda packet: [packet]
    messages = BitStreamFilterContext(described, stream)

    def without_messages(packet: Any) -> list[Any]:
        try:
            return messages.filter(packet)
        except FFmpegError:
            return []  # a broken picture, as recordings have them: nobody could see it

    return joined, without_messages
