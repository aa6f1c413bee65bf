"""A ticket of the day as the watch knows it, also when it is over: it may be put back, or its latest step be undone."""

from dataclasses import dataclass

from services.queue.domain.forecast.situation import Visit, Waiting
from services.queue.domain.forecast.track_record import Tried
from shared.contracts.queue import Promise, State


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds it, and what has become of them."""

    place: Waiting
    """Where the person waits, or waited last."""
    joined: float
    """Since when they have been waiting there, whatever their waiting counts from."""
    state: State = "waiting"
    counter: str = ""
    """Of the latest call."""
    called_at: float = 0.0
    started_at: float = 0.0
    """When serving began, later by as long as they were away meanwhile."""
    parked_at: float = 0.0
    taken: float = 0.0
    """Since when they have been here at all."""
    promise: Promise | None = None
    """What they were told then; nothing once they have let others go first."""
    first_called: float = 0.0
    """When that was over: 0 as long as nobody has called them."""

    @property
    def tried(self) -> Tried | None:
        """What came of the promise, where one was made and that is known."""
        if self.promise is None or not self.first_called:
            return None
        return Tried(self.first_called, self.place.ticket, self.taken, self.promise)

    @property
    def visit(self) -> Visit | None:
        """What their counter has of them; None where they are at none."""
        if self.state not in ("called", "serving"):
            return None
        started_at = self.started_at if self.state == "serving" else None
        return Visit(self.place.ticket, self.place.service, self.place.group, self.called_at, started_at)
