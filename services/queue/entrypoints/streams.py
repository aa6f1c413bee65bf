"""Server-sent events: a ticket's, a board's and a counter's page kept true while they are looked at."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.queue.context import Queue, queue_of
from services.queue.entrypoints.api import PREFIX, Some, Token
from services.queue.entrypoints.staff import MayWorkAtCounters
from services.queue.live.live import board_topic, counter_topic, ticket_topic
from services.queue.live.watched import Watched
from services.queue.views.lobby import Part
from shared.staff.sign_outs import account_topic
from shared.web.app import web
from shared.web.i18n import language
from shared.web.sse import EventStreamResponse, Hub

router = APIRouter(prefix=PREFIX, tags=["live"])


@router.get("/tickets/{token}/stream", response_class=Response)
async def ticket(request: Request, token: Token) -> Response:
    """A ticket's state, place and counter, now and at each change."""
    queue = queue_of(request)
    return TicketStream(web(request).hub, queue, queue.links.ticket(token), language())


@router.get("/offices/{office}/board/stream", response_class=Response)
async def board(request: Request, office: str, counters: Some = "", services: Some = "") -> Response:
    """The lobby board, now and at each change."""
    code, queue, part = language(), queue_of(request), Part.read(counters, services)

    async def first() -> bytes:
        return queue.words.board(await queue.lobby.board(office, part), code)

    return EventStreamResponse(web(request).hub, board_topic(office, part.query, code), first=first)


@router.get("/offices/{office}/counters/{counter}/stream", response_class=Response)
async def counter(request: Request, office: str, counter: str, officer: MayWorkAtCounters) -> Response:
    """A counter's person and how many wait, now and at each change."""
    officer.must_work_at(office)
    code, queue = language(), queue_of(request)

    async def first() -> bytes:
        return queue.words.counter(await queue.desk.counter(office, counter), code)

    topics = counter_topic(office, counter, code), account_topic(officer.account)
    return EventStreamResponse(web(request).hub, *topics, first=first)


class TicketStream(EventStreamResponse):
    """A ticket's stream, for whose length the ticket is watched."""

    def __init__(self, hub: Hub, queue: Queue, ticket: str, code: str) -> None:
        super().__init__(hub, ticket_topic(ticket, code), first=self._read)
        self._queue = queue
        self._ticket = ticket
        self._language = code
        self._watching = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._watching:
                self._queue.live.unwatch(self._ticket, self._language)

    async def _read(self) -> bytes:
        view = await self._queue.views.ticket(self._ticket)
        watched = Watched(view.number, view.line, view.state, view.counter, view.counter_names, view.closing)
        if view.is_open:  # else nothing will change any more
            self._queue.live.watch(self._ticket, watched, self._language)
            self._watching = True
        return self._queue.words.ticket(watched, view.ahead, self._language, view.wait)
