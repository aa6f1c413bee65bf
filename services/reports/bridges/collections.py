"""The bridges' own collections, for the process that fills them and for the API that answers from them."""

from dataclasses import dataclass

from services.reports.bridges.addresses import Gate
from services.reports.bridges.deliveries import Deliveries
from services.reports.bridges.destinations import Destinations
from services.reports.bridges.mirror import Mirror
from services.reports.bridges.signing import Signatures
from services.reports.bridges.tokens import Tokens
from services.reports.bridges.webhooks import Webhooks
from shared.auth.keys import derive_key
from shared.clock import Clock
from shared.contracts.reports import SERVICE
from shared.mongo import Database
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Bridges:
    """What is kept, and what is needed to use it."""

    mirror: Mirror
    destinations: Destinations
    deliveries: Deliveries
    tokens: Tokens
    signatures: Signatures
    gate: Gate

    async def prepare(self) -> None:
        """The indexes of all. Raises `Transient`."""
        await self.mirror.prepare()
        await self.destinations.prepare()
        await self.deliveries.prepare()
        await self.tokens.prepare()

    def webhooks(self, office: str, agency: str) -> Webhooks:
        """Those of an agency with an office."""
        return Webhooks(office, agency, self.destinations, self.deliveries, self.gate)


def bridges_of(settings: Settings, database: Database, clock: Clock) -> Bridges:
    """Everything from settings. Raises `ValueError` for networks that are none."""
    signatures = Signatures(derive_key(settings.secret_key, f"{SERVICE}/webhooks"))
    return Bridges(
        mirror=Mirror(database),
        destinations=Destinations(database, signatures, clock),
        deliveries=Deliveries(database, clock),
        tokens=Tokens(database, clock),
        signatures=signatures,
        gate=Gate.of(settings.webhook_networks),
    )
