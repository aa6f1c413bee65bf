"""Sending and taking evidence over HTTP, as the tests of its entry points do."""

import base64
import hashlib
from typing import Any

from httpx import AsyncClient, Response

from tests.reports.running import API
from tests.support.site import of
from tests.support.waiting import until

TUS = {"tus-resumable": "1.0.0"}
UPLOADS = f"{API}/uploads"


def metadata(**said: str) -> str:
    """What a tus client says of a file."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


async def begun(client: AsyncClient, length: int, **said: str) -> Response:
    """Ask for an upload."""
    headers = {**TUS, "upload-length": str(length), "upload-metadata": metadata(**said)}
    return await client.post(UPLOADS, headers=headers)


async def patched(client: AsyncClient, address: str, offset: int, data: bytes, **headers: str) -> Response:
    """Send a piece."""
    told = {**TUS, "upload-offset": str(offset), "content-type": "application/offset+octet-stream", **headers}
    return await client.patch(address, content=data, headers=told)


async def added(client: AsyncClient, data: bytes, **said: str) -> str:
    """Have a file become evidence; returns its id."""
    answer = await begun(client, len(data), **said)
    assert answer.status_code == 201, answer.text
    address = answer.headers["location"]
    answer = await patched(client, address, 0, data)
    assert answer.status_code == 204, answer.text
    outcome: dict[str, Any] = {}

    async def decided() -> bool:  # a busy worker may take longer than the request waits
        outcome.update(of(await client.get(address), 200))
        return bool(outcome["status"] != "received")

    await until(decided, within=60, what="the worker has decided on the file")
    assert outcome["status"] == "taken", outcome
    evidence: str = outcome["evidence"]
    return evidence


async def granted(client: AsyncClient, evidence: str, **body: str) -> Any:
    """Have an access written down; returns the answer."""
    return of(await client.post(f"{API}/evidence/{evidence}/accesses", json=body), 201)


async def given(client: AsyncClient, evidence: str, **body: str) -> bytes:
    """The bytes that an access gives."""
    answer = await client.get((await granted(client, evidence, **body))["address"])
    assert answer.status_code == 200, answer.text
    return answer.content


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def token_of(filed: Any) -> str:
    """The secret of a report that was filed."""
    token: str = filed["link"].rpartition("/")[2]
    return token
