"""PlanRecord: a plan of an office's that took effect, with who made it so."""

from dataclasses import dataclass

from shared import plan_record
from shared.contracts.reports.office import OfficePlan


@dataclass(slots=True)
class PlanRecord(plan_record.PlanRecord[OfficePlan]):
    """One plan of an office."""

    plan: OfficePlan
