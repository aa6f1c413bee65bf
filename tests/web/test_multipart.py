"""A form with files is read as it comes, wherever its pieces are cut."""

import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from starlette.requests import Request

from shared.web.multipart import PARTS_MOST, FormStream
from shared.web.problems import Problem

BOUNDARY = "edge"


def body_of(parts: Sequence[tuple[str, str | None, bytes]]) -> bytes:
    """A form as a browser writes it."""
    written = b""
    for name, filename, data in parts:
        called = "" if filename is None else f'; filename="{filename}"'
        written += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{called}\r\n\r\n'.encode()
        written += data + b"\r\n"
    return written + f"--{BOUNDARY}--\r\n".encode()


def request_of(pieces: Sequence[bytes], content_type: str = f"multipart/form-data; boundary={BOUNDARY}") -> Request:
    """A request whose body comes in these pieces, and then ends."""
    left = list(pieces)

    async def receive() -> dict[str, Any]:
        piece = left.pop(0) if left else b""
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", content_type.encode())]}
    return Request(scope, receive)


def cut(data: bytes, seed: int) -> list[bytes]:
    dice, pieces, at = random.Random(seed), [], 0
    while at < len(data):
        size = dice.choice([1, 2, 7, 100, 5000])
        pieces.append(data[at : at + size])
        at += size
    return pieces


async def read(form: FormStream) -> list[tuple[str, str | None, bytes]]:
    return [(part.name, part.filename, b"".join([p async for p in part.stream()])) async for part in form.parts()]


PARTS: list[tuple[str, str | None, bytes]] = [
    ("csrf", None, b"token"),
    ("note", None, "Pelat “DN”\r\n--edg".encode()),
    ("files", "a.jpg", random.Random(1).randbytes(20_000) + b"\r\n--edg"),
    ("files", "", b""),
    ("files", "b b.jpg", b"\r\n\r\n--"),
]


@pytest.mark.parametrize("seed", range(6))
async def test_it_is_the_same_wherever_it_is_cut(seed: int) -> None:
    assert await read(FormStream(request_of(cut(body_of(PARTS), seed)))) == PARTS


async def test_what_is_left_of_a_part_is_skipped() -> None:
    form = FormStream(request_of(cut(body_of(PARTS), 3)))
    assert [part.name async for part in form.parts()] == [name for name, _, _ in PARTS]


async def test_the_rest_can_be_read_away() -> None:
    form = FormStream(request_of(cut(body_of(PARTS), 4)))
    async for part in form.parts():
        if part.filename:
            break
    await form.skip(1_000_000)
    assert [part.name async for part in form.parts()] == []


@pytest.mark.parametrize(
    ("content_type", "data", "status"),
    [
        ("text/plain", b"", 415),
        ("multipart/form-data", b"", 415),
        (f"multipart/form-data; boundary={BOUNDARY}", b"", 400),
        (f"multipart/form-data; boundary={BOUNDARY}", b"--other\r\n", 400),
        (f"multipart/form-data; boundary={BOUNDARY}", body_of(PARTS)[:-8], 400),
        (f"multipart/form-data; boundary={BOUNDARY}", b"--edge\r\nContent-Type: x\r\n\r\na\r\n--edge--\r\n", 400),
        (f"multipart/form-data; boundary={BOUNDARY}", body_of([("a", None, b"")] * (PARTS_MOST + 1)), 413),
    ],
)
async def test_what_is_no_form_is_told(content_type: str, data: bytes, status: int) -> None:
    with pytest.raises(Problem) as told:
        await read(FormStream(request_of([data], content_type)))
    assert told.value.status == status


async def test_a_text_that_is_a_book_is_too_much() -> None:
    async def texts() -> AsyncIterator[str]:
        form = FormStream(request_of([body_of([("note", None, b"x" * 20_000)])]))
        async for part in form.parts():
            yield await part.text()

    with pytest.raises(Problem) as told:
        assert [text async for text in texts()]
    assert told.value.status == 413
