"""Answers in the formats of the standard: each as XML and as JSON, errors in its own shape.

What both formats say is one structure: a list of records, each a mapping of names to texts, numbers, yes or no,
nothing, or lists of records in turn. XML needs to know what each record of a list is called.
"""

import json
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as Xml  # only written, never read

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import Refused
from shared.messaging.errors import Declined, Transient
from shared.web.app import web
from shared.web.problems import Problem, problem

Record = Mapping[str, Any]
FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_LISTS = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}
_NEVER_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STATUS_OF_OTHERS = frozenset({401, 403, 404, 413, 429, 500, 503})
"""What is told as it is; everything else is the standard's general error."""


class Standard(Exception):
    """An error that the standard knows. The text is for developers, and English like the standard."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


def answer(format: str, root: str, each: str, records: Sequence[Record], status: int = 200) -> Response:
    """A list of records. `root` and `each` are their names in XML. Raises 404 for another format."""
    if format == "json":
        return Response(_json(records), status, media_type=FORMATS["json"])
    return Response(_xml(root, [(each, record) for record in records], format), status, media_type=FORMATS["xml"])


def single(format: str, root: str, record: Record) -> Response:
    """One record by itself. Raises 404 for another format."""
    if format == "json":
        return Response(_json(record), media_type=FORMATS["json"])
    return Response(_xml(root, list(record.items()), format), media_type=FORMATS["xml"])


class StandardRoute(APIRoute):
    """An address whose errors have the standard's shape, whatever went wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint, and what becomes of its errors."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Standard as error:
                return _error(request, error.status, error.description)
            except (HTTPException, RequestValidationError, Refused, Declined, Transient) as error:
                return _of_problem(request, web(request).problems.of(error))

        return handled


def _of_problem(request: Request, told: Problem) -> Response:
    wrong = [f"{error['field']}: {error['message']}" for error in told.extensions.get("errors", ())]
    description = " ".join(part for part in (f"{told.title}.", told.detail, *wrong) if part)
    status = told.status if told.status in _STATUS_OF_OTHERS else 400
    return _error(request, status, description, told.headers)


def _error(request: Request, status: int, description: str, headers: Mapping[str, str] | None = None) -> Response:
    format = "json" if request.scope["path"].endswith(".json") else "xml"
    response = answer(format, "errors", "error", [{"code": status, "description": description}], status)
    response.headers.update(headers or {})
    return response


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _xml(root: str, children: Sequence[tuple[str, Any]], format: str) -> bytes:
    if format != "xml":
        raise problem(404)
    element = Xml.Element(root)
    for name, value in children:
        _add(element, name, value)
    written: bytes = Xml.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: Xml.Element, name: str, value: object) -> None:
    element = Xml.SubElement(parent, name)
    if isinstance(value, Mapping):
        for inner, held in value.items():
            _add(element, inner, held)
    elif isinstance(value, list | tuple):
        for held in value:
            _add(element, _LISTS[name], held)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NEVER_IN_XML.sub("\ufffd", str(value))
