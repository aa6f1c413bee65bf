"""The processes of an installation, once: what a run starts and waits for, and what every way of running must have.

A service is a worker that reads its commands, whoever else reads the bus for it, and an API
(`python -m services.<service> api`).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from typing import NamedTuple

from shared.contracts.message import commands_topic, events_topic
from shared.messaging.routes import Routes
from shared.settings import Settings
from shared.web.health import Check

Read = Callable[[Settings], AbstractAsyncContextManager[Mapping[str, Check]]]


class Reader(NamedTuple):
    """`python -m services.<service> <role>`: what `services/<service>/readers.py` calls by its role."""

    service: str
    role: str
    routes: str = ""
    """Where its routes are, if it handles messages by routes."""

    @property
    def name(self) -> str:
        """What the process is called: a container, a log, a target of Prometheus."""
        return f"{self.service}-{self.role}"

    def load(self) -> Routes | None:
        """Its routes."""
        if not self.routes:
            return None
        module, name = self.routes.split(":")
        routes: Routes = getattr(import_module(module), name)
        return routes

    def read(self) -> Read:
        """What makes it read."""
        read: Read = getattr(import_module(f"services.{self.service}.readers"), self.role)
        return read


READERS = (
    Reader("queue", "worker", "services.queue.routes:ROUTES"),
    Reader("reports", "worker", "services.reports.routes:ROUTES"),
    Reader("reports", "sharing", "services.reports.sharing.routes:SHARING"),
    Reader("reports", "bridges"),
)

SERVICES = tuple(dict.fromkeys(reader.service for reader in READERS))
"""In the order in which pages offer them."""


def topics_of(routes: Routes) -> Sequence[str]:
    """The topics that a process with these routes reads."""
    reactions = {events_topic(event.publisher) for event in routes.reactions}
    return sorted({commands_topic(routes.service)} | reactions if routes.commands else reactions)
