"""From a request to the bus and back: every change that HTTP can make goes through `ask`.

The gateway is the process's own, `app.state.gateway`, which the composition root sets.
"""

import re
import uuid
from typing import Annotated

from fastapi import Form
from starlette.requests import Request

from shared.contracts.message import Command, Event
from shared.messaging.tail import Gateway
from shared.web.context import request_id
from shared.web.i18n import gettext
from shared.web.problems import Problem

CITIZEN = "citizen"
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_~-]{15,63}")
"""Long enough that nobody meets another's by chance: who knows a key can ask for its outcome."""

Key = Annotated[str, Form(alias="idempotency_key", max_length=64)]
"""A form's own key, for `ask`: it is shown with a `new_key`."""


async def ask(request: Request, command: Command, *, actor: str = CITIZEN, key: str | None = None) -> Event:
    """Send a command and return its first event. `key` is a form's, else the `Idempotency-Key` header counts.

    Raises `Declined`, `Pending` or `Transient`, as the gateway does.
    """
    gateway: Gateway = request.app.state.gateway
    return await gateway.ask(
        command,
        id=command_id(request, key),
        actor=actor,
        correlation_id=request_id(),
    )


def new_key() -> str:
    """An idempotency key for a form that is being shown."""
    return str(uuid.uuid4())


def command_id(request: Request, key: str | None = None) -> str:
    """The id that `ask` gives a command. Raises 400 for a key that cannot be one."""
    key = request.headers.get("idempotency-key") if key is None else key
    if key is None:
        return new_key()
    key = key.strip('"')  # the header's grammar has quotes, most clients have none
    if not _KEY.fullmatch(key):
        raise Problem(
            400,
            "idempotency-key-invalid",
            gettext("This idempotency key cannot be used"),
            gettext("Send a UUID, or 16 to 64 letters, digits, hyphens and underscores."),
        )
    return key
