"""Open reports near a place that may be the same as what somebody is about to report.

Invariants: nothing of a sensitive category, nothing that is set aside, and never a word that somebody wrote. A place
is only ever told as the middle of a square of half a kilometre and a time to the half hour, also where distances are
compared: who asks from many places learns no more than the square.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.place import cell_of, cells_around, metres_between
from services.reports.domain.words import terms_of
from shared.clock import Clock
from shared.contracts.fields import Text
from shared.contracts.reports.base import Place
from shared.messaging.mongo_store import MongoStore

RECENT = timedelta(hours=12)
NEAR_METRES = 1_000
SQUARE_DEGREES = 0.005
"""About 550 m."""
STEP_METRES = 250
STEP_MINUTES = 30
SHOWN_MOST = 3
LOOKED_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class NearbyView:
    """A report that somebody else has made, as coarse as strangers may see it."""

    incident: str
    """Its id, to be hidden in an offer."""
    category: str
    category_name: Text
    metres: int
    """From the place that was asked about to the middle of its square, in steps."""
    at: datetime
    """When it was reported, in steps, in the office's own time."""


class Nearby:
    """Looks around. May raise `Transient`."""

    def __init__(self, store: MongoStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def like(self, office: Office, category: str, place: Place) -> list[NearbyView]:
        """Reports that may be the same, the latest first. Raises `CategoryUnknown`."""
        kinds = related(office, category)
        if not kinds or place.latitude is None or place.longitude is None:
            return []
        around = list(cells_around(cell_of(place.latitude, place.longitude)))
        found = await self._store.latest(
            Incident, {"cell": around, "at_work": office.id}, by="filed_at", limit=LOOKED_AT_MOST
        )
        since = self._clock() - RECENT
        shown = [
            self._shown(office, incident, place)
            for incident in found
            if incident.category in kinds
            and incident.state != "quarantined"
            and not incident.exercise
            and incident.filed_at >= since
        ]
        return [view for view in shown if view.metres <= NEAR_METRES][:SHOWN_MOST]

    def _shown(self, office: Office, incident: Incident, place: Place) -> NearbyView:
        assert None not in (incident.latitude, incident.longitude, place.latitude, place.longitude)
        square = middle(incident.latitude), middle(incident.longitude)  # type: ignore[arg-type]
        metres = metres_between(place.latitude, place.longitude, *square)  # type: ignore[arg-type]
        name = office.category(incident.category).name
        stepped = max(STEP_METRES, STEP_METRES * round(metres / STEP_METRES))
        return NearbyView(incident.id, incident.category, name, stepped, coarse(office.local(incident.filed_at)))


def related(office: Office, category: str) -> Collection[str]:
    """The category and those whose names have a word stem in common with it; none of a sensitive one."""
    own = office.category(category)
    if own.sensitive:
        return ()
    stems = set(terms_of(own.name.id))
    return {
        other.id
        for other in office.plan.categories
        if not other.sensitive and (other.id == category or stems & set(terms_of(other.name.id)))
    }


def middle(degrees: float) -> float:
    """The middle of the square in which a coordinate lies."""
    return (math.floor(degrees / SQUARE_DEGREES) + 0.5) * SQUARE_DEGREES


def coarse(moment: datetime) -> datetime:
    """The half hour that a moment is in."""
    return moment.replace(minute=moment.minute // STEP_MINUTES * STEP_MINUTES, second=0, microsecond=0)
