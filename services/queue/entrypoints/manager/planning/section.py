"""A section of the queue's plan: see `shared/web/planning/section.py`."""

from dataclasses import dataclass
from typing import Protocol

from shared.contracts.queue import OfficePlan
from shared.web.planning.section import MORE_ROWS as MORE_ROWS
from shared.web.planning.section import PlanRemoval, PlanSection
from shared.web.planning.section import rows_in as rows_in


class Section(PlanSection[OfficePlan], Protocol):
    """What is changed at a time."""

    @property
    def service(self) -> str | None:
        """The service that citizens would see changed; None for the office as a whole."""


@dataclass(frozen=True, slots=True)
class Removal(PlanRemoval[OfficePlan]):
    """Takes a service or a counter out of the plan."""

    service: str | None = None
