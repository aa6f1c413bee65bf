"""Messages of the reports service: the wishes it accepts and the facts it publishes.

Every message is keyed by its office: the desk of an office is one order of events. What a reporter tells, and who
they are, appears in commands only; who they are is sealed even there. Events carry references and coarse facts.
"""

from typing import ClassVar

from shared.contracts.message import Command, Event, Refusal
from shared.contracts.reports import agencies, cameras, evidence, incidents, office, staff, units
from shared.contracts.reports.base import SERVICE as SERVICE


class CommandRefused(Refusal):
    """A command to the reports service was refused."""

    publisher: ClassVar[str] = SERVICE


_PARTS = (office, staff, incidents, units, evidence, cameras, agencies)

COMMANDS: tuple[type[Command], ...] = tuple(command for part in _PARTS for command in part.COMMANDS)
EVENTS: tuple[type[Event], ...] = (*(event for part in _PARTS for event in part.EVENTS), CommandRefused)
