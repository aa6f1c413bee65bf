"""The committed contracts as they are served.

Read from the committed files alone, so that a process tells what was promised and not what it was built from.
"""

from functools import cache

from shared.contracts.publish import ASYNCAPI, FOLDER


@cache
def asyncapi_document(service: str) -> bytes:
    """The service's AsyncAPI document. Raises `KeyError` where there is no such service."""
    return _file(service, ASYNCAPI)


@cache
def schema(service: str, label: str) -> bytes:
    """The JSON Schema of a message such as `TicketTaken.v1`. Raises `KeyError` where there is none."""
    return _file(service, f"{label}.json")


def _file(service: str, name: str) -> bytes:
    """A committed file by its name, which may come from a request: what is not listed does not exist."""
    for path in FOLDER.glob("*/*.json"):
        if (path.parent.name, path.name) == (service, name):
            return path.read_bytes()
    raise KeyError(f"{service}/{name}")
