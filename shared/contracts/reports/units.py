"""Messages about units: who is sent where, and how far they are."""

from typing import Literal

from shared.contracts.fields import Id, Slug
from shared.contracts.reports.base import IncidentCommand, IncidentEvent, Reason, ReportsCommand, ReportsEvent
from shared.contracts.reports.incidents import State

Status = Literal["out-of-service", "available", "assigned", "en-route", "on-scene"]
"""How far a unit is. Clear of an incident means available again."""


class DispatchUnit(IncidentCommand):
    """Send a unit to an incident."""

    unit: Slug


class StandDownUnit(IncidentCommand):
    """Call a unit back."""

    unit: Slug
    reason: Reason


class UnitCommand(ReportsCommand):
    """A wish of one unit's, or about it."""

    unit: Slug

    def subject(self) -> str:
        """The unit, as its office knows it."""
        return f"{self.office}:{self.unit}"


class AcceptDispatch(UnitCommand):
    """We are coming."""


class ArriveOnScene(UnitCommand):
    """We are there."""


class CheckIn(UnitCommand):
    """We are well: the next check is counted from now."""


class ClearScene(UnitCommand):
    """We are done there and free for the next."""


class GoInService(UnitCommand):
    """From now on we can be sent."""


class GoOutOfService(UnitCommand):
    """From now on we cannot."""


COMMANDS = (
    DispatchUnit, StandDownUnit, AcceptDispatch, ArriveOnScene, CheckIn, ClearScene, GoInService, GoOutOfService,
)  # fmt: skip


class UnitAtIncident(IncidentEvent):
    """What a unit does about an incident."""

    unit: Slug
    state: State
    """The incident's, from now on."""


class UnitDispatched(UnitAtIncident):
    """A unit was sent."""


class DispatchAccepted(UnitAtIncident):
    """It is on its way."""


class UnitArrived(UnitAtIncident):
    """It is on scene."""


class UnitCheckedIn(UnitAtIncident):
    """It is well."""


class UnitCleared(UnitAtIncident):
    """It is done there, or was called back."""


class UnitStatusChanged(ReportsEvent):
    """A unit can be sent from now on, or cannot, or is on its way to, at or done with an incident."""

    unit: Slug
    status: Status
    incident: Id | None = None
    """Which one it is busy with."""

    def subject(self) -> str:
        """The unit, as its office knows it."""
        return f"{self.office}:{self.unit}"


EVENTS = (UnitDispatched, DispatchAccepted, UnitArrived, UnitCheckedIn, UnitCleared, UnitStatusChanged)
