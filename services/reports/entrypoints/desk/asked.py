"""What boards and searches are asked for, as it stands in an address. What is no such thing is left out, not refused:
an address that somebody has written by hand shows more than was meant, never an error.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, get_args

from fastapi import Depends
from starlette.requests import Request

from services.reports.views.board_shown import MINE, NOBODY, Filter
from services.reports.views.search import Wanted
from shared.contracts.reports.incidents import State

CHARGES = {"me": MINE, "nobody": NOBODY}
TEXT_MOST = 200
_STATES = get_args(State)


def _filter(request: Request) -> Filter:
    told = request.query_params
    charge = told.get("charge", "")[:64]
    return Filter(
        state=_one_of(told.get("state", ""), _STATES),
        priority=_priority(told.get("priority", "")),
        category=told.get("category", "")[:40],
        charge=CHARGES.get(charge, charge),
        late=told.get("late", "") in ("1", "yes", "true"),
        escalated=told.get("escalated", "") in ("1", "yes", "true"),
        exercise=_one_of(told.get("exercise", ""), ("only", "without")),
        text=told.get("text", "").strip()[:TEXT_MOST],
    )


def _wanted(request: Request) -> Wanted:
    told = request.query_params
    return Wanted(
        text=told.get("q", "").strip()[:TEXT_MOST],
        state=_one_of(told.get("state", ""), _STATES),
        category=told.get("category", "")[:40],
        priority=_priority(told.get("priority", "")),
        first=_day(told, "first"),
        last=_day(told, "last"),
    )


def _cursor(request: Request) -> str | None:
    return request.query_params.get("cursor", "")[:400] or None


AskedFilter = Annotated[Filter, Depends(_filter)]
"""`state`, `priority`, `category`, `charge` (`me`, `nobody`, a user name), `late`, `escalated`, `exercise`, `text`."""
AskedSearch = Annotated[Wanted, Depends(_wanted)]
"""`q`, `state`, `category`, `priority`, `first`, `last`."""
AskedCursor = Annotated[str | None, Depends(_cursor)]


def address_of(wanted: Filter) -> str:
    """A filter as the page's address has it."""
    names = {value: name for name, value in CHARGES.items()}
    written = Filter.parse(wanted.query)
    return Filter(
        **{name: getattr(written, name) for name in Filter.__slots__ if name != "charge"},
        charge=names.get(written.charge, written.charge),
    ).query


def _one_of(told: str, known: tuple[str, ...]) -> str:
    return told if told in known else ""


def _priority(told: str) -> int:
    return int(told) if told in ("1", "2", "3", "4") else 0


def _day(told: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(told.get(name, ""))
    except ValueError:
        return None
