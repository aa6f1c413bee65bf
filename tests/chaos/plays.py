"""What the tests of chaos must know of a service: how it is set up, who rushes at it, and what it promises."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from shared.contracts.message import Command, Event
from shared.settings import Settings
from tests.chaos.load import Answers, Load
from tests.support.site import WebSite

Do = Callable[[Command], Awaitable[object]]
"""Has a command handled that must be accepted."""


class Play(Protocol):
    """A service, to be hurt."""

    service: str
    events: tuple[type[Event], ...]
    making: str
    """Where somebody makes a ticket or a report."""

    def running(self, settings: Settings) -> AbstractAsyncContextManager[WebSite]:
        """The API alone, in this process."""

    async def open(self, do: Do) -> str:
        """Set an office up with people to work there; returns its short name."""

    def body(self, office: str) -> dict[str, Any]:
        """What is sent to make something."""

    def id_of(self, key: str) -> str:
        """The id of the command that a client's key leads to."""

    def load(self, address: str, office: str) -> Load:
        """Who rushes at it."""

    async def check(self, settings: Settings, answers: Answers) -> None:
        """Each acknowledged command has one effect, numbers are gapless, and the events tell of all that and no
        more."""
