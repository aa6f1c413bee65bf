"""Logging: structlog, with the message under way bound to every line."""

from contextvars import ContextVar
from typing import Any, Protocol

import structlog


class Loggable(Protocol):
    """What a log line says about the message being handled."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def correlation_id(self) -> str: ...


current_message: ContextVar[Loggable | None] = ContextVar("current_message", default=None)
"""Set by the loop, once a message; read only when a line is written."""


def get_logger(name: str) -> Any:
    """A logger whose lines carry its name and the message under way."""
    return structlog.get_logger(name)
