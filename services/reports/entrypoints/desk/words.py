"""The JSON messages of the live pages of desk and field. Names are those that the pages' scripts read."""

import json
from collections.abc import Mapping
from typing import Any

from services.reports.domain.incident import Incident
from services.reports.domain.unit import Unit
from services.reports.entrypoints.desk.names import CLOCKS, STATES
from services.reports.views.board_shown import BoardView, Card
from shared.contracts.fields import Text
from shared.web.formats import Formats
from shared.web.i18n import Catalogues, gettext_noop

_MORE = gettext_noop("%(shown)s of %(matching)s are shown")
KEPT_MOST = 50_000


class Words:
    """Writes messages in any language, outside of any request."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._rows: dict[tuple[Any, ...], Mapping[str, Any]] = {}
        """What is told of a card, which changes with its revision and with what the office calls things."""

    def board(self, view: BoardView, language: str) -> bytes:
        """A board."""
        counts = view.counts
        rows = [self._row(card, language) for card in view.cards]
        return _encoded(
            {
                "state": "open" if rows else "empty",
                "rows": rows,
                "latest": [self._row(card, language) for card in view.latest],
                "matching": view.matching,
                "more": self._more(view, language),
                "open": counts.open,
                "late": counts.late,
                "escalated": counts.escalated,
                "unattended": counts.unattended,
                "set_aside": counts.set_aside,
                "charges": counts.charges,
                "priorities": {str(priority): number for priority, number in sorted(counts.priorities.items())},
                "urgent": max(
                    (card.stands.filed_at.isoformat() for card in view.latest if card.priority == 1), default=""
                ),
            }
        )

    def unit(self, unit: Unit, incident: Incident | None) -> bytes:
        """A unit's page, which is read anew when any of this changes."""
        busy = incident is not None and unit.incident == incident.id
        return _encoded(
            {
                "status": unit.status,
                "incident": unit.incident or "",
                "revision": incident.revision if incident is not None and busy else 0,
            }
        )

    def incident(self, revision: int) -> bytes:
        """An incident's page."""
        return _encoded({"revision": revision})

    def row(self, card: Card, language: str) -> Mapping[str, Any]:
        """What a board tells of one incident."""
        return self._row(card, language)

    def _row(self, card: Card, language: str) -> Mapping[str, Any]:
        key = card.id, card.revision, language, card.category_name, card.units
        if (row := self._rows.get(key)) is None:
            if len(self._rows) >= KEPT_MOST:
                self._rows.clear()
            row = self._rows[key] = self._written(card, language)
        return row

    def _written(self, card: Card, language: str) -> Mapping[str, Any]:
        say = self._catalogues[language].gettext
        formats = Formats(language, say)
        sign = STATES[card.state]
        return {
            "id": card.id,
            "number": card.number,
            "priority": card.priority,
            "state": card.state,
            "state_words": say(sign.words),
            "state_kind": sign.kind,
            "category": _local(card.category_name, language),
            "place": card.place,
            "words": card.words,
            "filed_at": card.filed_at.isoformat(),
            "filed": formats.clock(card.filed_at),
            "day": formats.day_and_month(card.filed_at),
            "due_at": card.due_at.isoformat() if card.due_at else "",
            "clock": say(CLOCKS[card.clock]) if card.clock else "",
            "late": card.late,
            "escalated": card.escalated,
            "exercise": card.exercise,
            "asked": card.asked,
            "anonymous": card.privacy == "anonymous",
            "in_charge": card.in_charge or "",
            "units": ", ".join(_local(unit, language) for unit in card.units),
            "duplicates": card.duplicates,
            "latitude": card.latitude,
            "longitude": card.longitude,
        }

    def _more(self, view: BoardView, language: str) -> str:
        if view.matching <= len(view.cards):
            return ""
        return self._catalogues[language].gettext(_MORE) % {"shown": len(view.cards), "matching": view.matching}


def _local(text: Text, language: str) -> str:
    here, other = (text.id, text.en) if language == "id" else (text.en, text.id)
    return here or other


def _encoded(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
