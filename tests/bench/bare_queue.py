"""What the bare loop does with a queue's commands: a ticket and its event, and one document for each line."""

from collections import defaultdict
from datetime import datetime
from typing import ClassVar

from shared.contracts.message import Event
from shared.contracts.queue import SERVICE, TakeTicket, TicketTaken
from tests.bench.bare import Document, Made, Shape, encoded

DAY = "2026-08-17"


class Tickets(Shape):
    """Gives tickets away."""

    service = SERVICE
    command = TakeTicket
    event: ClassVar[type[Event]] = TicketTaken
    numbered = "lines"

    def __init__(self) -> None:
        self._sequences: dict[str, int] = defaultdict(int)

    def resume(self, id: str, last: Document) -> None:
        self._sequences[id] = last["sequence"]

    def make(self, command: Document, id: str, now: datetime) -> Made:
        line = f"{command['office']}:{command['service']}:{DAY}"
        self._sequences[line] += 1
        ticket = _ticket(id, line, self._sequences[line], now)
        return Made({"tickets": ticket}, line, _event(command, ticket), f"ticket/{id}")

    def last(self, id: str) -> Document:
        return _line(id, self._sequences[id])


def _ticket(id: str, line: str, sequence: int, now: datetime) -> Document:
    return {
        "_id": id,
        "line": line,
        "sequence": sequence,
        "number": f"A-{sequence:03d}",
        "prefix": "A",
        "rank": sequence * 100_000,
        "taken_at": now,
        "joined_at": now,
        "way": "online",
        "group": "ordinary",
        "changed_at": now,
        "changed_by": "citizen",
        "relatives": [],
        "proven": False,
        "state": "waiting",
        "moved": False,
        "put_backs": 0,
        "delays": 0,
        "earlier": [],
        "steps": 0,
        "commands": [id],
        "version": 1,
    }


def _line(id: str, sequence: int) -> Document:
    office, service, _ = id.split(":")
    return {
        "_id": id,
        "office": office,
        "service": service,
        "prefix": "A",
        "sequence": sequence,
        "waiting": sequence,
        "given": {"online": sequence, "kiosk": 0, "counter": 0, "appointment": 0},
        "head": 0,
        "tail": sequence * 100_000,
        "late": [],
        "gap": 0,
        "revision": sequence,
        "said": 0,
        "closed": False,
        "version": sequence,
    }


def _event(command: Document, ticket: Document) -> bytes:
    event = {
        "office": command["office"],
        "service": command["service"],
        "line": ticket["line"],
        "revision": ticket["sequence"],
        "ticket": ticket["_id"],
        "number": ticket["number"],
        "sequence": ticket["sequence"],
        "rank": ticket["rank"],
        "place": ticket["sequence"],
        "way": ticket["way"],
        "group": ticket["group"],
        "appointment": None,
        "slot": None,
        "promise": None,
    }
    return encoded(event)
