"""The synthetic day as an agency reads it: the story told to the service's own domain and sharing, in memory.

So the messages are those of the real thing, byte for byte, whatever becomes of the domain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deploy.agency.sandbox.story import Step, Story, rule_for
from services.reports.routes import ROUTES
from services.reports.sharing.routes import SHARING
from shared.contracts.message import commands_topic
from shared.contracts.reports.office import ConfigureOffice, OfficePlan
from shared.contracts.reports.units import GoInService
from shared.contracts.share import IncidentChanged, incidents_topic, states_topic
from shared.messaging.envelope import Record, encode_command
from shared.messaging.loop import Loop
from shared.messaging.memory import MemoryBus, MemoryStore, MemoryWorker
from shared.messaging.store import Published

_KEY = b"the sandbox keeps no secrets ....."
SOURCE = "/kentongan/sandbox"


@dataclass(frozen=True, slots=True)
class Told:
    """A message to the agency, and when in the day."""

    after: timedelta
    message: Published


class Day:
    """Tells a story and listens to what the agency hears of it."""

    def __init__(self, plan: OfficePlan, agency: str, begins: datetime, run: str) -> None:
        self._plan = plan
        self._agency = agency
        self._begins = begins
        self._run = run
        self._now = begins
        self._bus = MemoryBus(partitions=1)
        store = MemoryStore(ROUTES.kinds)
        self._worker, self._sharing = (
            MemoryWorker(
                Loop(routes, store, key=_KEY, clock=lambda: self._now, new_owner=lambda role=routes.role: role),  # type: ignore[misc]
                self._bus,
            )
            for routes in (ROUTES, SHARING)
        )

    async def tell(self, incidents: int, seed: int) -> list[Told]:
        """All that the agency hears, in order."""
        await self._worker.start()
        await self._sharing.start()
        for step in self._setting():
            await self._do(step, step.at)
        heard = self._heard()
        told: list[Told] = []
        for step in Story(self._plan, self._agency, self._begins, seed, self._run).steps(incidents):
            await self._do(step, step.at)
            now = self._heard()
            told += [Told(step.at - self._begins, message) for message in now[len(heard) :]]
            heard = now
        return told

    def _setting(self) -> Sequence[Step]:
        office, at = self._plan.id, self._begins
        return [
            Step(at, ConfigureOffice(office=office, plan=self._plan), f"{self._run}-office", "system"),
            *(
                Step(at, GoInService(office=office, unit=unit.id), f"{self._run}-{unit.id}")
                for unit in self._plan.units
            ),
            *rule_for(self._plan, self._agency, self._run, at),
        ]

    async def _do(self, step: Step, at: datetime) -> None:
        """One step, to its end: a refusal is an end too."""
        self._now = at
        key, value, headers = encode_command(
            step.command,
            id=step.id,
            source=SOURCE,
            time=at,
            actor=step.actor,
            correlation_id=step.id,
            traceparent=None,
        )
        message = Published(commands_topic(ROUTES.service), key, value, headers)
        self._bus.publish(message, timestamp_ms=int(at.timestamp() * 1000))
        await self._worker.run()
        await self._sharing.run()

    def _heard(self) -> list[Published]:
        """All of it as it was published; a state follows the change that it belongs to, a reply has none."""
        told, states = (self._bus.all(of(self._agency)) for of in (incidents_topic, states_topic))
        state = iter(states)
        heard = [one for record in told for one in ((record, next(state)) if is_change(record) else (record,))]
        return [Published(record.topic, record.key, record.value, record.headers) for record in heard]


def is_change(message: Published | Record) -> bool:
    """Whether it tells what has changed about an incident."""
    return ("ce_type", IncidentChanged.type().encode()) in message.headers


def beginning_of(now: datetime) -> datetime:
    """A day that ends now: nothing that is told lies in the future."""
    return now.astimezone(UTC).replace(microsecond=0) - timedelta(hours=24)
