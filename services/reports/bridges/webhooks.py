"""An agency's webhooks with one office, as whoever may ask sees and changes them: the agency's programs, its page, the
office's managers, and an operator.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.reports.bridges.addresses import Gate
from services.reports.bridges.deliveries import Deliveries, Figures
from services.reports.bridges.destinations import Destination, Destinations


class Webhook(NamedTuple):
    """Where webhooks go, and how that goes."""

    destination: Destination
    figures: Figures


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Each method may raise `Transient`; those that take an id raise `DestinationUnknown` for another agency's too."""

    office: str
    agency: str
    destinations: Destinations
    deliveries: Deliveries
    gate: Gate

    async def all(self) -> list[Webhook]:
        """The oldest first."""
        return [await self.counted(found) for found in await self.destinations.of(self.office, self.agency)]

    async def one(self, id: str) -> Webhook:
        """One."""
        return await self.counted(await self._own(id))

    async def counted(self, destination: Destination) -> Webhook:
        """With its figures."""
        return Webhook(destination, await self.deliveries.figures(destination.id))

    async def add(self, name: str, url: str, by: str) -> tuple[Destination, str]:
        """One more, with its secret, which is told only now. Raises `WebhookForbidden`, `TooManyDestinations`."""
        place = await self.gate.registered(url)
        return await self.destinations.add(self.office, self.agency, name, place.url, by)

    async def remove(self, id: str) -> None:
        """It is no more, nor is what waits for it."""
        found = await self._own(id)
        await self.destinations.remove(found.id)
        await self.deliveries.forget(found.id)

    async def disable(self, id: str) -> None:
        """Send nothing there any more: the office wishes so."""
        await self.destinations.disable((await self._own(id)).id, "switched off by the office")

    async def enable(self, id: str) -> None:
        """Send there again what comes from now on."""
        await self.destinations.enable((await self._own(id)).id)

    async def replay(self, id: str, since: datetime) -> None:
        """Send everything since then once more."""
        await self.destinations.replay((await self._own(id)).id, since)

    async def _own(self, id: str) -> Destination:
        return await self.destinations.one(id, self.office, self.agency)
