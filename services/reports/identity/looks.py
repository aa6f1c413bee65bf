"""What the staff may know about who reported an incident: whether anybody knows, and who has looked, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.records import Entry, Reporter
from shared.contracts.reports.incidents import IdentityRevealed, Privacy
from shared.messaging.mongo_store import MongoStore

LOOKS_MOST = 1_000
RIGHTS: dict[Privacy, str | None] = {"confidential": "see-identities", "open": "work-at-desk", "anonymous": None}
"""Who may see the reporter, by what the reporter chose. None: nobody, for there is nothing to see."""


@dataclass(frozen=True, slots=True)
class LookView:
    """Somebody of the staff has seen who reported it."""

    at: datetime
    """In the office's own time."""
    by: str
    """The user name; empty where it has been forgotten."""
    reason: str


@dataclass(frozen=True, slots=True)
class IdentityView:
    """What an incident's page tells about its reporter."""

    incident: str
    privacy: Privacy
    known: bool
    """Whether something is kept that could be seen."""
    right: str | None
    """Which one it needs."""
    looks: Sequence[LookView]


class Looks:
    """Questions about reporters of incidents. Each may raise `Transient`."""

    def __init__(self, store: MongoStore) -> None:
        self._store = store

    async def of(self, office: Office, incident: Incident) -> IdentityView:
        """What may be told of an incident's reporter to anybody at its desk."""
        reporter = await self.reporter(incident)
        wanted = {"incident": incident.id, "what": IdentityRevealed.__name__}
        entries = await self._store.select(Entry, wanted, order=("place",), limit=LOOKS_MOST)
        return IdentityView(
            incident=incident.id,
            privacy=incident.privacy,
            known=reporter is not None and reporter.sealed is not None,
            right=RIGHTS[incident.privacy],
            looks=[LookView(office.local(entry.at), _username(entry.by), entry.words) for entry in entries],
        )

    async def reporter(self, incident: Incident) -> Reporter | None:
        """What is kept of who reported it, sealed."""
        return next(iter(await self._store.load(Reporter, "id", [incident.id])), None)


def _username(actor: str) -> str:
    return actor.partition("/")[2].partition("/")[0]
