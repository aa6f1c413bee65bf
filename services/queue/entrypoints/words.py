"""The JSON messages of live pages. Names are those of the templates' `data-bind`, `data-when` and lists."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.queue.entrypoints.counter.why import why
from services.queue.live.watched import Watched
from services.queue.views.desk_shown import BoardView, CounterView, NextView
from services.queue.views.shown import ServiceView, WaitView
from shared.contracts.queue import Text
from shared.web.formats import Formats
from shared.web.i18n import LANGUAGES, Catalogues, gettext_noop

_CALLED = gettext_noop("Number %(number)s, please go to %(counter)s.")
_NEXT = gettext_noop("Number %(number)s: you are next.")
_WAIT = gettext_noop("Expected wait: %(wait)s")


def shown_state(state: str, ahead: int) -> str:
    """A ticket's state as its page distinguishes it: who waits with nobody ahead is `next`."""
    return "next" if state == "waiting" and ahead == 0 else state


class Words:
    """Writes messages in any language, outside of any request."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    def ticket(self, watched: Watched, ahead: int, language: str, wait: WaitView | None = None) -> bytes:
        """A ticket's page."""
        state = shown_state(watched.state, ahead)
        counter = _local(watched.counter_name, language)
        message: dict[str, Any] = {"state": state, "ahead": ahead, "place": ahead + 1, "counter": counter}
        message["service"] = watched.line.split(":")[1]  # another one after a transfer
        message["closing"] = _local(watched.closing, language) if watched.state == "waiting" else ""
        message["wait"] = self._say(_WAIT, language, wait=_local(wait.words, language)) if wait else ""
        message["wait_record"] = _local(wait.record.words, language) if wait and wait.record else ""
        if state == "called":
            message["announce"] = self._say(_CALLED, language, number=watched.number, counter=counter)
        elif state == "next":
            message["announce"] = self._say(_NEXT, language, number=watched.number)
        return _encoded(message)

    def board(self, view: BoardView, language: str) -> bytes:
        """A lobby board."""
        calls: list[dict[str, Any]] = [
            {
                "number": call.number,
                "counter": _local(call.counter_name, language),
                "times": call.calls,
                "desk": call.counter,
                "called_at": call.called_at.isoformat(),
                "here": call.is_here,
                # A lobby hears both languages, whichever the board is written in.
                "aloud": {code: _local(call.counter_name, code) for code in LANGUAGES},
            }
            for call in view.calls
        ]
        message: dict[str, Any] = {
            "state": "calling" if calls else "quiet",
            "calls": calls,
            "services": [
                {**line, "wait": self._wait(service, language)}
                for line, service in zip(_lines(view.services, language), view.services, strict=True)
            ],
            "wait_record": _local(view.record.words, language) if view.record else "",
        }
        if calls:
            message["announce"] = self._say(_CALLED, language, **calls[0])
        return _encoded(message)

    def counter(self, view: CounterView, language: str) -> bytes:
        """A counter's page."""
        person, then = view.person, view.next
        return _encoded(
            {
                "state": person.state if person else "idle",
                "number": person.number if person else "",
                "service": _local(person.service_name, language) if person else "",
                "calls": view.calls,
                "waiting": view.waiting,
                "services": _lines(view.planned or view.services, language),
                "duty": view.duty,
                "closed": view.closed,
                "lists": view.lists,
                "next": then.number if then else "",
                "next_service": _local(then.service_name, language) if then else "",
                "next_why": self._why(then, language) if then else "",
            }
        )

    def _wait(self, service: ServiceView, language: str) -> str:
        return self._say(_WAIT, language, wait=_local(service.wait.words, language)) if service.wait else ""

    def _why(self, then: NextView, language: str) -> str:
        say = self._catalogues[language].gettext
        return why(then, Formats(language, say), say)

    def _say(self, text: str, language: str, **values: str | int) -> str:
        return self._catalogues[language].gettext(text) % values


def _lines(services: Sequence[ServiceView], language: str) -> list[dict[str, str | int]]:
    return [{"name": _local(service.name, language), "waiting": service.waiting} for service in services]


def _local(text: Text | None, language: str) -> str:
    if text is None:
        return ""
    return text.id if language == "id" else text.en


def _encoded(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
