"""Streams of events: what is sent, to whom, and when it ends. Driven as a server drives an application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.types import Message, Scope

from shared.messaging.errors import Transient
from shared.web import sse
from shared.web.sse import BEAT, EventStreamResponse, Hub, frame
from tests.web.conftest import MakeApp, client_of

SCOPE: Scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}


class Phone:
    """A client that reads as fast as it is allowed to."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.reading = asyncio.Event()
        self.reading.set()
        self.gone = asyncio.Event()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await self.reading.wait()
        self.sent.put_nowait(message)

    async def chunk(self) -> bytes:
        message = await self.sent.get()
        body: bytes = message.get("body", b"")
        return body


async def _state() -> bytes:
    return b'{"ahead":3}'


@asynccontextmanager
async def stream(hub: Hub, *topics: str) -> AsyncIterator[tuple[Phone, asyncio.Task[None]]]:
    """An open stream whose opening has been read."""
    phone = Phone()
    response = EventStreamResponse(hub, *topics, first=_state)
    task = asyncio.create_task(response(SCOPE, phone.receive, phone.send))
    start = await phone.sent.get()
    headers = dict(start["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert b"content-length" not in headers
    assert await phone.chunk() == b'retry: 3000\n\ndata: {"ahead":3}\n\n'
    try:
        yield phone, task
    finally:
        phone.gone.set()
        phone.reading.set()
        await task


def test_a_message_of_several_lines_stays_one_message() -> None:
    assert frame(b"a\nb\r\nc", id=7, event="beat") == b"id: 7\nevent: beat\ndata: a\ndata: b\ndata: c\n\n"
    assert frame(b"") == b"data: \n\n"


async def test_everyone_who_listens_hears_and_nobody_else() -> None:
    hub = Hub()
    async with stream(hub, "a", "b") as (both, _), stream(hub, "a") as (one, _), stream(hub, "c") as (other, _):
        assert hub.publish("a", b"1") == 2
        assert await both.chunk() == b"id: 1\ndata: 1\n\n"
        assert await one.chunk() == b"id: 1\ndata: 1\n\n"
        assert hub.publish("b", b"2") == 1
        assert await both.chunk() == b"id: 2\ndata: 2\n\n"
        assert hub.publish("nobody", b"3") == 0
        assert other.sent.empty()


async def test_a_slow_phone_gets_the_latest_and_holds_no_more_than_that() -> None:
    hub = Hub()
    async with stream(hub, "place", "board") as (phone, _):
        phone.reading.clear()
        hub.publish("place", b"first")
        await until(lambda: not hub_pending(hub))  # the stream has taken it and waits for the phone
        for number in range(10_000):
            hub.publish("place", b"%d" % number)
            hub.publish("board", b"%d" % number)
        assert hub_pending(hub) == 2
        phone.reading.set()
        assert b"data: first\n" in await phone.chunk()
        latest = await phone.chunk()
        assert latest.count(b"data: 9999\n") == 2
        assert latest.count(b"data:") == 2


async def test_a_phone_that_goes_is_forgotten() -> None:
    hub = Hub()
    async with stream(hub, "a") as (phone, task):
        assert len(hub) == 1
        phone.gone.set()
        await task
        assert len(hub) == 0
        assert not list(hub.topics())


async def test_a_line_that_breaks_while_writing_ends_the_stream() -> None:
    hub = Hub()
    phone = Phone()

    async def broken(message: Message) -> None:
        await phone.send(message)
        if b"data: 1" in message.get("body", b""):
            raise OSError("broken pipe")

    task = asyncio.create_task(EventStreamResponse(hub, "a", first=_state)(SCOPE, phone.receive, broken))
    await phone.sent.get()
    await phone.chunk()
    hub.publish("a", b"1")
    await task
    assert len(hub) == 0


async def test_a_stop_ends_every_stream_after_what_is_due() -> None:
    hub = Hub()
    async with stream(hub, "a") as (phone, task):
        hub.publish("a", b"last")
        hub.close()
        assert b"data: last" in await phone.chunk()
        end = await phone.sent.get()
        assert end == {"type": "http.response.body", "body": b"", "more_body": False}
        await task
    late = Phone()
    await EventStreamResponse(hub, "a", first=_state)(SCOPE, late.receive, late.send)
    assert len(hub) == 0


async def test_a_silent_stream_has_a_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT_SECONDS", 0.001)
    hub = Hub()
    async with stream(hub, "a") as (phone, _):
        assert await phone.chunk() == BEAT
        assert await phone.chunk() == BEAT


async def test_a_change_between_the_subscription_and_the_first_state_is_not_missed() -> None:
    hub = Hub()
    phone = Phone()

    async def reads_while_something_happens() -> bytes:
        hub.publish("a", b"new")
        return b"old"

    response = EventStreamResponse(hub, "a", first=reads_while_something_happens)
    task = asyncio.create_task(response(SCOPE, phone.receive, phone.send))
    await phone.sent.get()
    assert b"data: old" in await phone.chunk()
    assert b"data: new" in await phone.chunk()
    phone.gone.set()
    await task


async def test_a_view_that_cannot_be_read_is_answered_like_any_other_error(make_app: MakeApp) -> None:
    app = make_app()
    hub: Hub = app.state.web.hub

    async def unreadable() -> bytes:
        raise Transient("database away")

    @app.get("/demo/events")
    async def events() -> EventStreamResponse:
        return EventStreamResponse(hub, "a", first=unreadable)

    async with client_of(app) as client:
        answer = await client.get("/demo/events")
    assert answer.status_code == 503
    assert len(hub) == 0


async def test_a_stream_passes_every_layer_unbuffered(make_app: MakeApp) -> None:
    app = make_app()
    hub: Hub = app.state.web.hub

    @app.get("/demo/events")
    async def events() -> EventStreamResponse:
        return EventStreamResponse(hub, "a", first=_state)

    phone = Phone()
    scope = {**SCOPE, "path": "/demo/events", "scheme": "http", "server": ("test", 80), "root_path": ""}
    task = asyncio.create_task(app(scope, phone.receive, phone.send))
    headers = dict((await phone.sent.get())["headers"])
    assert headers[b"cache-control"] == b"no-store"
    assert b"content-security-policy" in headers
    await phone.chunk()
    hub.publish("a", b"1")
    assert b"data: 1" in await phone.chunk()
    phone.gone.set()
    await task


def hub_pending(hub: Hub) -> int:
    return sum(len(subscription._pending) for subscription in hub._all)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  # what is waited for is another task's progress
        await asyncio.sleep(0)
