"""What there is to publish: every service's messages, found from one list of names.

Invariants: a type name belongs to one class; a class with version 2 stands beside the first, never in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc
from typing import Literal

from shared.contracts.message import Command, Event, Message, commands_topic, events_topic

SERVICES = ("queue", "reports", "share")
"""Each has a module of its own name beside this one, with COMMANDS and EVENTS. One that publishes elsewhere than
services do says where by CHANNELS, and who it is by TITLE."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A topic, or a family of them, and what lies there."""

    address: str
    """The topic's name; `{agency}` stands for one of the `parameters`."""
    title: str
    description: str
    messages: tuple[type[Message], ...]
    action: Literal["send", "receive"]
    """What the publisher does there."""
    summary: str
    """What the publisher does there, in words."""
    parameters: tuple[tuple[str, str], ...] = ()
    """Each with what it means."""
    partitions: int | None = None
    """Where deploy/topics.toml does not say it."""


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
    title: str
    channels: tuple[Channel, ...]
    """Where all of it lies, but for the dead letters and other services' topics."""
    is_service: bool = True
    """Whether it has a worker, and so dead letters, of its own name."""

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
        title=getattr(module, "TITLE", f"Kentongan: {service} on the bus"),
        channels=getattr(module, "CHANNELS", None) or _of_service(service, module.COMMANDS, module.EVENTS),
        is_service=not hasattr(module, "CHANNELS"),
    )
    types = [message.type() for message in found.messages()]
    if repeated := {name for name in types if types.count(name) > 1}:
        raise ValueError(f"declared twice: {', '.join(sorted(repeated))}")
    return found


def _of_service(
    service: str, commands: tuple[type[Command], ...], events: tuple[type[Event], ...]
) -> tuple[Channel, ...]:
    return (
        Channel(
            commands_topic(service),
            "Commands",
            "The one way into the service.",
            commands,
            "receive",
            "Do what a command asks, once.",
        ),
        Channel(events_topic(service), "Events", "What has happened.", events, "send", "Tell what came of a command."),
    )


def publishers() -> Iterator[Publisher]:
    """All of them, in the order of the list."""
    return map(publisher, SERVICES)
