"""Trust: what has come of one contact's reports.

Nobody is turned away for it: reports of a contact that is known for pranks are set aside, where the desk looks at
them all the same and within the same time. Who reports more often than anyone can is asked to call instead.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from services.reports.domain import errors
from shared.contracts.reports.incidents import Disposition

WINDOW = timedelta(hours=1)
MOST_IN_WINDOW = 5
SUSPECT_FROM = 2
"""Pranks, and more of them than of what was real."""


def trust_id(office: str, contact: str) -> str:
    """A contact as one office knows it."""
    return f"{office}:{contact}"


@dataclass(slots=True)
class Trust:
    """Counts of one contact."""

    id: str
    filed: tuple[datetime, ...] = ()
    """The latest reports, as many as count."""
    real: int = 0
    pranks: int = 0
    version: int = 0

    @property
    def suspect(self) -> bool:
        """Whether its next report is set aside first."""
        return self.pranks >= SUSPECT_FROM and self.pranks > self.real

    def file(self, at: datetime, *, called: bool = False) -> None:
        """One more report. Raises `TooManyReports`, but not for who `called`, as they were asked to."""
        recent = tuple(moment for moment in self.filed if moment > at - WINDOW)
        if len(recent) >= MOST_IN_WINDOW and not called:
            until = recent[-MOST_IN_WINDOW] + WINDOW
            raise errors.TooManyReports(seconds=max(1, ceil((until - at).total_seconds())))
        self.filed = (*recent, at)[-MOST_IN_WINDOW:]

    def judge(self, disposition: Disposition, *, takes_back: bool = False) -> None:
        """An outcome of one of its reports, or the end of one that was not right."""
        by = -1 if takes_back else 1
        if disposition == "prank":
            self.pranks = max(0, self.pranks + by)
        elif disposition not in ("exercise", "unfounded"):
            self.real = max(0, self.real + by)
