"""Ends what a change of an account has made void: its sessions, and the pages that they keep true.

Every API process does so by its own event tail. That is harmless, since only what began at an earlier revision
of the account ends; and not all that protects it, since a session's revision is compared at every request
(`entrypoints/officer.py`), so that it does not matter when no process was there to hear the event.
"""

import asyncio

from shared.auth.sessions import Sessions
from shared.contracts.staff import StaffEvent
from shared.log import get_logger
from shared.messaging.envelope import Incoming
from shared.messaging.errors import Transient
from shared.web.sse import Hub

log = get_logger(__name__)


class SignOuts:
    """Listens to the changes of accounts."""

    def __init__(self, sessions: Sessions, hub: Hub) -> None:
        self._sessions = sessions
        self._hub = hub
        self._tasks: set[asyncio.Task[None]] = set()

    def on_event(self, event: Incoming) -> None:
        """Take an event from the tail."""
        fact = event.message
        if isinstance(fact, StaffEvent):
            self._hub.end(account_topic(fact.staff))
            task = asyncio.create_task(self._end(fact.staff, fact.revision))
            self._tasks.add(task)  # the loop itself keeps no hold of it
            task.add_done_callback(self._tasks.discard)

    async def _end(self, account: str, revision: int) -> None:
        try:
            await self._sessions.end_before(account, revision)
        except Transient as error:
            log.warning("void sessions stay until they are next used", error=str(error))


def account_topic(account: str) -> str:
    """Where an account's open streams listen, so that they can be ended."""
    return f"account/{account}"
