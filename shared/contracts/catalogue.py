"""What there is to publish: every service's messages, found from one list of names.

Invariants: a type name belongs to one class; a class with version 2 stands beside the first, never in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc

from shared.contracts.message import Command, Event, Message

SERVICES = ("queue", "reports")
"""Each has a module of its own name beside this one, with COMMANDS and EVENTS."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A service as others see it on the bus."""

    service: str
    description: str
    commands: tuple[type[Command], ...]
    """What it accepts."""
    events: tuple[type[Event], ...]
    """What it publishes."""
    reactions: tuple[type[Event], ...]
    """Other services' events on which it acts."""

    def messages(self) -> Iterator[type[Message]]:
        """What the service itself defines, and therefore publishes a schema of."""
        yield from self.commands
        yield from self.events


@cache
def publisher(service: str) -> Publisher:
    """The publisher of that name. Raises `KeyError` where there is none."""
    if service not in SERVICES:
        raise KeyError(service)
    module = import_module(f"shared.contracts.{service}")
    found = Publisher(
        service=service,
        description=getdoc(module) or "",
        commands=module.COMMANDS,
        events=module.EVENTS,
        reactions=getattr(module, "REACTIONS", ()),
    )
    types = [message.type() for message in found.messages()]
    if repeated := {name for name in types if types.count(name) > 1}:
        raise ValueError(f"declared twice: {', '.join(sorted(repeated))}")
    return found


def publishers() -> Iterator[Publisher]:
    """All of them, in the order of the list."""
    return map(publisher, SERVICES)
