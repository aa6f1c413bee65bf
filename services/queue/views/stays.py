"""Visits as the figures see them: what a ticket's document says of the person's time in each of its lines."""

from collections.abc import Mapping
from typing import Any

from services.queue.views.tally import Outcome, Stay

SHOWN = dict.fromkeys(
    (
        "line", "state", "counter", "joined_at", "called_at", "serving_at", "changed_at", "way", "group", "put_backs",
        "delays", "earlier",
    ),
    1,
)  # fmt: skip
"""The fields that are read: none of them says who somebody is."""

_OUTCOMES: Mapping[str, Outcome] = {"finished": "served", "missed": "missed", "cancelled": "cancelled"}


def stays_of(ticket: Mapping[str, Any], scores: Mapping[str, int]) -> list[Stay]:
    """A ticket's time in each of its lines, in order. `scores` tells what was said of it, by its id."""
    way, group = ticket["way"], ticket["group"]
    stays = [
        Stay(
            service_of(earlier["line"]),
            day_of(earlier["line"]),
            "sent-on",
            earlier["counter"],
            earlier["joined_at"],
            earlier["called_at"],
            earlier["serving_at"],
            earlier["ended_at"],
            way,
            group,
            0,
            0,
        )
        for earlier in ticket.get("earlier", ())
    ]
    outcome = _OUTCOMES.get(ticket["state"], "open")
    waits = ticket["state"] == "waiting"
    stays.append(
        Stay(
            service_of(ticket["line"]),
            day_of(ticket["line"]),
            outcome,
            None if waits else ticket.get("counter"),
            ticket["joined_at"],
            None if waits else ticket.get("called_at"),
            ticket.get("serving_at"),
            None if outcome == "open" else ticket["changed_at"],
            way,
            group,
            ticket["put_backs"],
            ticket["delays"],
            scores.get(ticket["_id"]),
        )
    )
    return stays


def service_of(line: str) -> str:
    """The service of a line."""
    return line.split(":")[1]


def day_of(line: str) -> str:
    """The local day of a line."""
    return line.rpartition(":")[2]
