"""Feedback: how a visit was, in the words of who came. One a ticket."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.queue import FeedbackGiven


@dataclass(slots=True)
class Feedback:
    """What a person said of a visit."""

    id: str
    """The ticket's."""
    office: str
    service: str
    day: str
    """The local day of the visit."""
    counter: str | None
    score: int
    """1 is bad, 5 is good."""
    words: str
    """May name people: shown to the office only, and forgotten after a while."""
    given_at: datetime
    version: int = 0

    def given(self) -> FeedbackGiven:
        """The event, without the words."""
        return FeedbackGiven(office=self.office, ticket=self.id, service=self.service, day=self.day, score=self.score)
