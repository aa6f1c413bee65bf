"""A page's form with files, read as it comes: what a person sends is never held as a whole, nor put on a disk.

Texts and files come in the order in which the form has them. Whoever reads takes each part in turn; what they leave
of it is skipped.
"""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from shared.web.problems import problem

TEXT_MOST_BYTES = 16 * 1024
"""Of one text."""
PARTS_MOST = 50
_HEADERS_MOST_BYTES = 8 * 1024


@dataclass(slots=True)
class Part:
    """One field of the form."""

    name: str
    filename: str | None
    """What a file is called, by who sends it; None for a text."""
    _form: "FormStream" = field(repr=False)

    async def text(self) -> str:
        """A text. Raises 413 where it is far too long for one."""
        data = b""
        async for piece in self.stream():
            data += piece
            if len(data) > TEXT_MOST_BYTES:
                raise problem(413)
        return data.decode("utf-8", "replace")

    async def stream(self) -> AsyncIterator[bytes]:
        """Its bytes."""
        while (piece := await self._form.piece()) is not None:
            yield piece


class FormStream:
    """The form of a request."""

    def __init__(self, request: Request) -> None:
        """Raises 415 for anything but a form with files."""
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise problem(415)
        self._body = request.stream()
        self._told: deque[tuple[str, bytes]] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = bytearray(), bytearray()
        self._inside = False
        self._over = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": lambda: self._told.append(("begin", b"")),
                "on_header_field": lambda data, start, end: self._told.append(("name", data[start:end])),
                "on_header_value": lambda data, start, end: self._told.append(("value", data[start:end])),
                "on_header_end": lambda: self._told.append(("header", b"")),
                "on_headers_finished": lambda: self._told.append(("headers", b"")),
                "on_part_data": lambda data, start, end: self._told.append(("data", data[start:end])),
                "on_part_end": lambda: self._told.append(("end", b"")),
                "on_end": lambda: self._told.append(("over", b"")),
            },
        )

    async def parts(self) -> AsyncIterator[Part]:
        """Each field in turn. Raises 400 for what is no form."""
        for _ in range(PARTS_MOST):
            while self._inside and await self.piece() is not None:
                pass  # what was left of the one before
            part = await self._next()
            if part is None:
                return
            yield part
        raise problem(413)

    async def piece(self) -> bytes | None:
        """A piece of the present part; None where it ends."""
        while self._inside:
            kind, data = await self._event()
            if kind == "data":
                return data
            if kind in ("end", "over"):
                self._inside = False
        return None

    async def skip(self, most: int) -> None:
        """Read on to the end, but no further than `most` bytes: a browser shows no answer before it has sent all."""
        while not self._over and most > 0:
            _, data = await self._event()
            most -= len(data) or 1

    async def _next(self) -> Part | None:
        while not self._over:
            kind, data = await self._event()
            if kind == "begin":
                self._headers = {}
            elif kind == "name":
                self._name += data
            elif kind == "value":
                self._value += data
            elif kind == "header":
                self._headers[bytes(self._name).lower()] = bytes(self._value)
                self._name, self._value = bytearray(), bytearray()
            elif kind == "headers":
                self._inside = True
                return self._part()
            if len(self._name) + len(self._value) > _HEADERS_MOST_BYTES:
                raise problem(400)
        return None

    def _part(self) -> Part:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name, filename = options.get(b"name"), options.get(b"filename")
        if name is None:
            raise problem(400)
        called = None if filename is None else filename.decode("utf-8", "replace")
        return Part(name.decode("utf-8", "replace"), called, self)

    async def _event(self) -> tuple[str, bytes]:
        while not self._told:
            if self._over:
                return "over", b""
            try:
                data = await anext(self._body)
            except StopAsyncIteration:
                raise problem(400) from None  # it breaks off
            try:
                self._parser.write(data)
            except FormParserError:
                raise problem(400) from None
        kind, data = self._told.popleft()
        if kind == "over":
            self._over = True
        return kind, data
