"""Unit: a crew that can be sent. Invariant: it is busy with one incident at most."""

from dataclasses import dataclass
from datetime import datetime

from services.reports.domain import errors
from shared.contracts.reports.units import Status, UnitStatusChanged


def unit_id(office: str, unit: str) -> str:
    """The unit of that name of an office."""
    return f"{office}:{unit}"


@dataclass(slots=True)
class Unit:
    """How far a unit is, from its first step on."""

    id: str
    """`<office>:<name>`."""
    status: Status = "out-of-service"
    incident: str | None = None
    since: datetime | None = None
    """Since when it is that far."""
    version: int = 0

    def go_in_service(self, at: datetime) -> UnitStatusChanged:
        """Can be sent from now on. Raises `UnitBusy` for one that can already."""
        if self.status != "out-of-service":
            raise errors.UnitBusy(status=self.status)
        return self._is("available", at)

    def go_out_of_service(self, at: datetime) -> UnitStatusChanged:
        """Cannot be sent from now on. Raises `UnitBusy`, `UnitOutOfService`."""
        self._must_be_free()
        return self._is("out-of-service", at)

    def send(self, incident: str, at: datetime) -> UnitStatusChanged:
        """Be sent to an incident. Raises `UnitBusy`, `UnitOutOfService`."""
        self._must_be_free()
        self.incident = incident
        return self._is("assigned", at)

    def accept(self, at: datetime) -> UnitStatusChanged:
        """Be on the way. Raises `UnitIdle`."""
        self._must_be("assigned")
        return self._is("en-route", at)

    def arrive(self, at: datetime) -> UnitStatusChanged:
        """Be there, whether or not it has said before that it was coming. Raises `UnitIdle`."""
        self._must_be("assigned", "en-route")
        return self._is("on-scene", at)

    def clear(self, at: datetime) -> UnitStatusChanged:
        """Be free for the next incident. Raises `UnitIdle`."""
        self._must_be("assigned", "en-route", "on-scene")
        self.incident = None
        return self._is("available", at)

    def must_be_on_scene(self) -> None:
        """Raises `UnitIdle` elsewhere."""
        self._must_be("on-scene")

    def _must_be(self, *statuses: Status) -> None:
        if self.status not in statuses:
            raise errors.UnitIdle(status=self.status)

    def _must_be_free(self) -> None:
        if self.status == "out-of-service":
            raise errors.UnitOutOfService
        if self.status != "available":
            raise errors.UnitBusy(status=self.status)

    def _is(self, status: Status, at: datetime) -> UnitStatusChanged:
        self.status, self.since = status, at
        office, _, name = self.id.partition(":")
        return UnitStatusChanged(office=office, unit=name, status=status, incident=self.incident)
