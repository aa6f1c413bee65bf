"""Server-sent events of real API processes: they begin and go on where the client says, across a restart."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from httpx import AsyncClient, Timeout

from tests.agencies.bridges import AGENCY, Bridged, a_port, serving
from tests.reports.running import Office
from tests.support.servers import LOOPBACK
from tests.support.site import problem_of


class Events:
    """Reads a stream as the standard has it."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.last_id = ""

    async def next(self, within: float = 60) -> Any:
        """The next event's data."""
        async with asyncio.timeout(within):
            told: dict[str, str] = {}
            async for line in self._lines:
                if not line:
                    self.last_id = told.get("id", self.last_id)
                    if "data" in told:
                        assert told["event"] == "incident"
                        return json.loads(told["data"])
                    if told:
                        return None
                    continue
                name, _, value = line.partition(": ")
                told[name] = value
        raise EOFError

    async def ends(self, within: float = 30) -> bool:
        """Whether nothing more comes."""
        async with asyncio.timeout(within):
            async for _ in self._lines:
                pass
        return True


@asynccontextmanager
async def streaming(port: int, token: str, last: str = "", query: str = "") -> AsyncIterator[Events]:
    headers = {"authorization": f"Bearer {token}"} | ({"last-event-id": last} if last else {})
    address = f"http://{LOOPBACK}:{port}{AGENCY}/stream{query}"
    async with (
        AsyncClient(timeout=Timeout(60)) as client,
        client.stream("GET", address, headers=headers) as response,
    ):
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Events(response.aiter_lines())


async def test_a_stream_goes_on_where_it_was_across_a_restart_of_the_api(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar, pmi = bridged.agencies
    elsewhere = await office.site.open_office()
    for place, agency in ((office, damkar), (elsewhere, damkar), (office, pmi)):
        await agency.joins(place, categories=("fight",))
    token, port = await bridged.token(office, damkar), a_port()
    async with serving(bridged.site.settings, port):
        async with streaming(port, token) as events:
            assert await events.next() is None, "it says where it begins before anything happens"
            first = (await office.filed(citizen, category="fight"))["id"]
            told = await events.next()
            assert (told["data"]["incident"], told["data"]["change"]) == (first, "shared")
            assert told["type"] == "kentongan.share.IncidentChanged.v1"
        reached = events.last_id
    away = (await elsewhere.filed(citizen, category="fight"))["id"]
    missed = [(await office.filed(citizen, category="fight"))["id"] for _ in range(3)]
    async with serving(bridged.site.settings, port), streaming(port, token, reached) as events:
        got: list[str] = []
        while len(got) < 3:
            if (told := await events.next()) is not None:
                got.append(told["data"]["incident"])
        assert sorted(got) == sorted(missed)
        assert away not in got, "another office's shares are not this token's"
    assert events.last_id != reached


async def test_a_stream_ends_with_the_process_and_with_its_token(
    bridged: Bridged, office: Office, citizen: AsyncClient
) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    tokens, port = bridged.room.bridges.tokens, a_port()
    made, token = await tokens.make(office.id, damkar.name, "stream", "staff/dewi")
    other = await bridged.token(office, damkar)
    async with serving(bridged.site.settings, port) as app:
        app.state.agency_room.streams.beat_seconds = 0.2
        async with streaming(port, token) as events, streaming(port, other) as lasting:
            assert await events.next() is None
            assert await lasting.next() is None
            await tokens.end(office.id, damkar.name, made.id, "staff/dewi")
            await office.filed(citizen, category="fight")
            assert await events.ends(), "what comes after the token's end is not for it"
            app.state.web.hub.close()
            assert await lasting.ends()


async def test_what_was_never_an_id_of_ours_is_refused(bridged: Bridged, office: Office) -> None:
    damkar = bridged.agencies[0]
    await damkar.joins(office, categories=("fight",))
    async with bridged.program(office, damkar) as program:
        for last in ("17", "0:", "0:1,", "a:1", "0:" + "9" * 30):
            answer = await program.get(f"{AGENCY}/stream", headers={"last-event-id": last})
            problem_of(answer, 400, "last-event-id")
