"""Evidence and the processes that take it in: one that is killed, and one that keeps files in an S3 bucket."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from secrets import token_hex

import pytest
from httpx import AsyncClient, TransportError
from pydantic import SecretStr

from services.reports.evidence.files import PART_BYTES
from services.reports.evidence.s3 import Bucket, S3Files, s3_files
from shared.settings import Settings
from tests.reports.evidence.media import jpeg, video
from tests.reports.evidence_steps import TUS, added, begun, given, patched, sha256, token_of
from tests.reports.running import API, Office, Site, running
from tests.support.servers import free_port
from tests.support.site import of
from tests.support.waiting import until


def environment(settings: Settings) -> dict[str, str]:
    """By which another process reads the same settings."""
    told = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in settings.model_dump().items()
        if not isinstance(value, dict)
    }
    return {**os.environ, **{f"KENTONGAN_{name.upper()}": value for name, value in told.items()}}


@asynccontextmanager
async def api(settings: Settings) -> AsyncIterator[tuple[asyncio.subprocess.Process, AsyncClient]]:
    """One more API process of an installation, and somebody who asks it. Killed at the end."""
    own = settings.model_copy(update={"port": free_port()})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.reports", "api", env=environment(own), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with AsyncClient(base_url=f"http://127.0.0.1:{own.port}", timeout=60) as client:

            async def ready() -> bool:
                try:
                    return (await client.get("/readyz")).status_code == 200
                except TransportError:
                    return False

            await until(ready, within=120, what="the API is ready")
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_an_upload_outlives_the_process_that_took_it(
    site: Site, office: Office, citizen: AsyncClient, dispatcher: AsyncClient
) -> None:
    data = video("mov", "mjpeg", frames=100, size=(640, 480))
    assert len(data) > PART_BYTES + 100_000
    token = token_of(await office.filed(citizen))
    stopped, dead = asyncio.Event(), asyncio.Event()

    async def until_killed() -> AsyncIterator[bytes]:
        for at in range(0, PART_BYTES + 65_536, 65_536):
            yield data[at : at + 65_536]
        stopped.set()
        await dead.wait()
        while True:  # into a connection that nobody holds any more
            yield bytes(65_536)

    async with api(site.settings) as (process, client):
        address = (await begun(client, len(data), report=token)).headers["location"]
        headers = {**TUS, "upload-offset": "0", "content-type": "application/offset+octet-stream"}
        sending = asyncio.create_task(client.patch(address, content=until_killed(), headers=headers))
        waiting = asyncio.create_task(stopped.wait())
        await asyncio.wait([sending, waiting], timeout=120, return_when=asyncio.FIRST_COMPLETED)
        assert not sending.done(), await sending
        assert waiting.done()

        async def stored() -> bool:
            found = await citizen.head(address, headers=TUS)  # of another process
            return int(found.headers["upload-offset"]) >= PART_BYTES

        await until(stored, within=60, what="the first part is safe")
        process.kill()
        await process.wait()
        dead.set()
        with pytest.raises(TransportError):
            await sending
    offset = int((await citizen.head(address, headers=TUS)).headers["upload-offset"])
    assert PART_BYTES <= offset < len(data)
    assert (await patched(citizen, address, offset, data[offset:])).status_code == 204
    evidence = of(await citizen.get(address), 200)["evidence"]
    known = of(await dispatcher.get(f"{API}/evidence/{evidence}"), 200)
    assert known["original"]["sha256"] == sha256(data)


async def test_what_a_killed_process_had_received_is_taken_in_by_another(
    site: Site, office: Office, citizen: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, data = site.app.state.evidence_room, jpeg()
    token = token_of(await office.filed(citizen))
    address = (await begun(citizen, len(data), report=token)).headers["location"]

    async def dies(upload: object, *, wait_seconds: float) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(type(room.intake), "take_in", lambda _self, upload, **more: dies(upload, **more))
        await patched(citizen, address, 0, data)
    assert of(await citizen.get(address), 200)["status"] == "receiving"
    later = room.uploads._clock
    monkeypatch.setattr(room.uploads, "_clock", lambda: later() + timedelta(minutes=5))
    await room.chores.do()
    outcome = of(await citizen.get(address), 200)
    assert outcome["status"] == "taken"


# S3 ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """A server that speaks S3, in this process."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


async def test_evidence_in_a_bucket_is_evidence_like_any_other(
    site: Site, office: Office, citizen: AsyncClient, s3_address: str
) -> None:
    bucket = Bucket(f"evidence-{token_hex(6)}", s3_address, "us-east-1", "tests", "tests-tests")
    async with s3_files(bucket) as files:
        assert isinstance(files, S3Files)
        await files._client.create_bucket(Bucket=bucket.name)
        settings = site.settings.model_copy(
            update={
                "evidence_bucket": bucket.name,
                "s3_endpoint": s3_address,
                "s3_access_key": bucket.access_key,
                "s3_secret_key": SecretStr(bucket.secret_key),
            }
        )
        async with running(settings, worker=False) as other, other.client() as there:
            data = jpeg(6)
            filed = await office.filed(citizen)
            evidence = await added(there, data, report=token_of(filed))
            assert await files.size(f"original/{evidence}") == len(data)
            async with office.staff("maria", role="manager") as signed_in:
                there.headers["authorization"] = signed_in.headers["authorization"]
            given_back = await given(there, evidence, access="downloaded", variant="original", reason="Perkara 12")
            assert given_back == data
