"""What live pages are told, read from the views and put into the words of each page's language."""

from collections.abc import Collection, Mapping

from services.queue.entrypoints.words import Words
from services.queue.live.watched import LiveLine, Step, Watched
from services.queue.views.desk import Desk
from services.queue.views.expectations import Expectations
from services.queue.views.lobby import Lobby, Part
from services.queue.views.office import Views


class QueueScribe:
    """The queue's `Scribe`."""

    def __init__(self, views: Views, desk: Desk, lobby: Lobby, expectations: Expectations, words: Words) -> None:
        self._views = views
        self._desk = desk
        self._lobby = lobby
        self._expectations = expectations
        self._words = words

    async def line(self, id: str, tickets: Collection[str]) -> tuple[LiveLine, Mapping[str, Step]]:
        revision, closing, ranks, steps = await self._views.line(id, tickets)
        return LiveLine(revision, ranks, closing), {ticket: Step(*step) for ticket, step in steps.items()}

    async def office(self, topic: str) -> bytes:
        kind, office, part, code = topic.split("/")
        if kind == "board":
            return self._words.board(await self._lobby.board(office, Part.parse(part)), code)
        return self._words.counter(await self._desk.counter(office, part), code)

    def ticket(self, id: str, ticket: Watched, ahead: int, language: str) -> bytes:
        office = ticket.line.partition(":")[0]
        wait = self._expectations.ticket(office, id) if ticket.state == "waiting" else None
        return self._words.ticket(ticket, ahead, language, wait)
