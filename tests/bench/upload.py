"""What the API process of reports holds in memory while 500 MB of evidence come in, and go out again as a package.

In one request each: by the tus protocol as a program sends it, and as a form without JavaScript. The file is a real
video, so that everything is done with it: it is stored, hashed, opened by the child process, given a working copy.
"""

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from uuid import uuid4

import av
import httpx
import numpy as np
from pymongo import MongoClient

from services.reports.app import event_tail
from services.reports.identity.identity import new_key
from shared.clock import system_clock
from shared.contracts.reports import SERVICE
from shared.contracts.reports.office import ConfigureOffice
from shared.contracts.reports.staff import AddStaff
from shared.messaging.lifecycle import kept_trying
from shared.messaging.tail import Gateway
from shared.settings import Settings
from tests.bench.report import Figure, Goal, Report
from tests.bench.stage import installation, memory_mib, running
from tests.reports.scene import OFFICE, PLAN
from tests.support.servers import free_port
from tests.support.site import CHEAP, PASSWORD
from tests.support.waiting import until

MB = 1_000_000
MOST_MIB = 64.0
SAMPLE_SECONDS = 0.02
PIECE = 256 * 1024
API = ("-m", "services.reports", "api")
WORKER = ("-m", "services.reports", "worker")
TUS = {"tus-resumable": "1.0.0"}


async def run(*, short: bool) -> Report:
    """One process, three ways."""
    megabytes = 100 if short else 500
    with TemporaryDirectory(prefix="kentongan-bench-") as folder:
        video = Path(folder) / "evidence.mov"
        await asyncio.to_thread(make_video, video, megabytes * MB)
        async with _place() as (settings, api):
            idle = memory_mib(api)
            sender = _Sender(f"http://127.0.0.1:{settings.port}", video)
            await sender.prepare()
            by_tus = await _watched(api, sender.by_tus)
            by_form = await _watched(api, sender.by_form)
            out = await _watched(api, sender.export)
    figures = [
        Figure("idle", [idle], "MiB"),
        Figure("most, by tus", [by_tus.most], "MiB"),
        Figure("most, by a form", [by_form.most], "MiB"),
        Figure("most, as an exported package", [out.most], "MiB"),
        Figure("most of the child process that opens the video", [max(by_tus.child, by_form.child)], "MiB"),
        Figure("taken by tus, as evidence", [by_tus.seconds], "s"),
        Figure("taken by a form, as evidence", [by_form.seconds], "s"),
        Figure("given out as a package", [out.seconds], "s"),
    ]
    extra = Figure(
        f"extra memory of the API process, {megabytes} MB", [max(by_tus.most, by_form.most, out.most) - idle], "MiB"
    )
    return Report(
        "upload",
        f"physical memory of the reports API while {megabytes} MB of video come in and go out",
        figures,
        [Goal(extra, MOST_MIB, at_most=True)],
    )


class _Watched:
    """What a while came to."""

    def __init__(self) -> None:
        self.most = self.child = self.seconds = 0.0


async def _watched(api: asyncio.subprocess.Process, do: Callable[[], Any]) -> _Watched:
    found, begun = _Watched(), monotonic()
    work = asyncio.create_task(do())
    while not work.done():
        found.most = max(found.most, memory_mib(api))
        found.child = max(found.child, _children_mib(api.pid))
        await asyncio.wait([work], timeout=SAMPLE_SECONDS)
    await work
    found.seconds = monotonic() - begun
    return found


def _children_mib(pid: int) -> float:
    """What the child processes hold for themselves."""
    total = 0.0
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                for line in Path(f"/proc/{child}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1]) / 1024
        except OSError:
            continue  # it has just ended
    return total


@asynccontextmanager
async def _place() -> AsyncIterator[tuple[Settings, asyncio.subprocess.Process]]:
    """The two processes, with an office and somebody who answers for its desk."""
    more = {"port": free_port(), "identity_keys": new_key(), "wait_seconds": 60.0}
    async with installation(**more) as settings:
        try:
            async with running(settings, WORKER), running(settings, API) as api:
                gateway = Gateway(settings, SERVICE, event_tail(), clock=system_clock)
                async with kept_trying(gateway), httpx.AsyncClient() as client:

                    async def ready() -> bool:
                        try:
                            answer = await client.get(f"http://127.0.0.1:{settings.port}/readyz")
                        except httpx.TransportError:
                            return False
                        return answer.status_code == 200

                    await until(ready, within=60, what="the API is ready")
                    await until(lambda: _sends(gateway), within=60, what="the gateway works")
                    account = AddStaff(
                        office=OFFICE,
                        username="maria",
                        display_name="Maria",
                        password_hash=CHEAP.hash(PASSWORD),
                        roles=("manager",),
                    )
                    for command in (ConfigureOffice(office=OFFICE, plan=PLAN), account):
                        await gateway.ask(command, id=str(uuid4()), actor="system")
                yield settings, api
        finally:
            with MongoClient[dict[str, Any]](settings.mongo) as database:
                database.drop_database(settings.database(SERVICE))


async def _sends(gateway: Gateway) -> bool:
    try:
        await gateway.ready()
    except Exception:
        return False
    return True


class _Sender:
    """Somebody with a large file."""

    def __init__(self, address: str, video: Path) -> None:
        self._video = video
        self._size = video.stat().st_size
        self._client = httpx.AsyncClient(base_url=address, timeout=600)
        self._staff = httpx.AsyncClient(base_url=address, timeout=600)
        self._evidence = ""
        self._incident = ""

    async def prepare(self) -> None:
        """Report something, and sign in."""
        place = {"latitude": -0.8917, "longitude": 119.8707}
        body = {"office": OFFICE, "category": "theft", "words": "Motor dicuri", "place": place}
        filed = (await self._client.post("/reports/api/v1/reports", json=body)).raise_for_status().json()
        self._incident = filed["id"]
        self._token = filed["link"].rpartition("/")[2]
        sign_in = {"office": OFFICE, "username": "maria", "password": PASSWORD}
        session = (await self._staff.post("/reports/api/v1/sessions", json=sign_in)).raise_for_status().json()
        self._staff.headers["authorization"] = f"Bearer {session['token']}"

    async def by_tus(self) -> None:
        """All of it in one request, as the staff."""
        said = base64.b64encode(self._incident.encode()).decode()
        headers = {**TUS, "upload-length": str(self._size), "upload-metadata": f"incident {said}"}
        created = await self._staff.post("/reports/api/v1/uploads", headers=headers)
        address = created.raise_for_status().headers["location"]
        headers = {**TUS, "upload-offset": "0", "content-type": "application/offset+octet-stream"}
        (await self._staff.patch(address, content=self._pieces(), headers=headers)).raise_for_status()
        while True:
            told = (await self._staff.get(address)).raise_for_status().json()
            if told["status"] == "taken":
                self._evidence = told["evidence"]
                return
            assert told["status"] == "received", told
            await asyncio.sleep(0.5)

    async def by_form(self) -> None:
        """All of it as a browser without JavaScript sends a form."""
        page = await self._client.get("/reports/sign-in", headers={"accept": "text/html"})
        csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
        head = "".join(
            f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (("csrf", csrf), ("idempotency_key", str(uuid4())))
        )
        head += '--edge\r\nContent-Disposition: form-data; name="files"; filename="a.mov"\r\n\r\n'

        async def body() -> AsyncIterator[bytes]:
            yield head.encode()
            async for piece in self._pieces():
                yield piece
            yield b"\r\n--edge--\r\n"

        headers = {"content-type": "multipart/form-data; boundary=edge", "accept": "text/html"}
        answer = await self._client.post(f"/reports/r/{self._token}/evidence", content=body(), headers=headers)
        assert answer.status_code == 303, answer.text

    async def export(self) -> None:
        """All of it and its papers, out again."""
        body = {"access": "exported", "reason": "bench"}
        granted = await self._staff.post(f"/reports/api/v1/evidence/{self._evidence}/accesses", json=body)
        address, size = granted.raise_for_status().json()["address"], 0
        async with self._staff.stream("GET", address) as answer:
            async for piece in answer.aiter_raw():
                size += len(piece)
        assert size > self._size

    async def _pieces(self) -> AsyncIterator[bytes]:
        with self._video.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece


def make_video(path: Path, size: int) -> None:
    """A video of about so many bytes, as a camera might export it: noise does not compress."""
    pictures = _pictures()
    with av.open(str(path), "w", format="mov") as target:
        stream = target.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuvj420p"
        written, number = 0, 0
        while written < size:
            packet = av.Packet(pictures[number % len(pictures)])
            packet.stream, packet.time_base = stream, Fraction(1, 25)
            packet.pts = packet.dts = number
            packet.is_keyframe = True
            target.mux(packet)
            written += len(pictures[number % len(pictures)])
            number += 1


def _pictures() -> list[bytes]:
    dice, out = np.random.default_rng(1), []
    with av.open(io.BytesIO(), "w", format="mov") as scratch:
        stream = scratch.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuvj420p"
        for _ in range(8):
            shown = dice.integers(0, 255, (720, 1280, 3), dtype=np.uint8)
            out += [bytes(packet) for packet in stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24"))]
        out += [bytes(packet) for packet in stream.encode(None)]
    return out
