"""What became of a command that took longer: how the API says so, and what the journal knows of it.

A service answers `GET <api>/commands/{id}` by `outcome_of`, adding what the command has made; a 202 of its API leads
there. Its pages `wait` at `<prefix>/commands/{id}` in the same way.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse

from shared.contracts.message import Refusal
from shared.messaging.attempt import ACCEPTED
from shared.messaging.errors import Pending
from shared.messaging.mongo_store import MongoStore
from shared.web.app import web
from shared.web.problems import Details

PROBLEM: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in {
        404: "There is no such thing",
        409: "Refused: the type names the reason",
        422: "Something in the request is missing or wrong",
        503: "Broker or database are away: try again with the same Idempotency-Key",
    }.items()
}
"""What any address of an API may answer instead, for its description."""

CommandId = Annotated[str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9_~-]{0,63}$", description="Its `Idempotency-Key`")]


def accepted_later(outcome: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The 202 of an address that asks for a command, for its description. `outcome` is the service's own model."""
    return {202: {"model": outcome, "description": "On its way: ask the address in `Location` for the outcome"}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the journal says of a command."""

    id: str
    status: Literal["pending", "accepted", "refused"]
    type: str = ""
    """The command's `type()`."""
    event: bytes = b"{}"
    """The first event of an accepted one."""
    reason: str | None = None
    """The refusal's slug."""
    details: Details = field(default_factory=dict)


async def outcome_of(store: MongoStore, id: str) -> Outcome:
    """What became of a command: `pending` while nothing has, as far as is known here."""
    entry = (await store.entries([id])).get(id)
    if entry is None:
        return Outcome(id, "pending")
    first = (entry.events[0].value if entry.events else None) or b"{}"
    if entry.outcome == ACCEPTED:
        return Outcome(id, "accepted", entry.type, first)
    refusal = Refusal.model_validate_json(first)
    return Outcome(id, "refused", entry.type, reason=refusal.reason, details=refusal.details)


def wait(request: Request, pending: Pending, *, back: str) -> RedirectResponse:
    """Lead to where a command's outcome is waited for, and from there `back`."""
    return see(f"{web(request).home}commands/{pending.command_id}?back={back}")


def see(path: str) -> RedirectResponse:
    """Lead on by GET."""
    return RedirectResponse(path, 303)
