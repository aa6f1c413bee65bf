"""The processes of an installation, once: what a run starts and waits for, and what every way of running must have.

A service is a worker that reads its commands, whoever else reads the bus for it, and an API
(`python -m services.<service> api`).
"""

from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

from shared.contracts.message import commands_topic, events_topic
from shared.messaging.routes import Routes


class Reader(NamedTuple):
    """`python -m services.<service> <role>`."""

    service: str
    role: str
    routes: str
    """Where its routes are."""

    @property
    def name(self) -> str:
        """What the process is called: a container, a log, a target of Prometheus."""
        return f"{self.service}-{self.role}"

    def load(self) -> Routes:
        """Its routes."""
        module, name = self.routes.split(":")
        routes: Routes = getattr(import_module(module), name)
        return routes


READERS = (
    Reader("queue", "worker", "services.queue.routes:ROUTES"),
    Reader("reports", "worker", "services.reports.routes:ROUTES"),
    Reader("reports", "sharing", "services.reports.sharing.routes:SHARING"),
)

SERVICES = tuple(dict.fromkeys(reader.service for reader in READERS))
"""In the order in which pages offer them."""


def topics_of(routes: Routes) -> Sequence[str]:
    """The topics that a process with these routes reads."""
    reactions = {events_topic(event.publisher) for event in routes.reactions}
    return sorted({commands_topic(routes.service)} | reactions if routes.commands else reactions)
