"""PlanRecord: a plan that took effect, with who made it so. One an office and revision, never changed.

The journal knows too who configured an office, but forgets after some months; by what an office worked, and since
when, is asked for years later. Each service has a kind of its own, which says what a plan is there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

P = TypeVar("P")


def plan_record_id(office: str, revision: int) -> str:
    """The one record of an office's plan."""
    return f"{office}:{revision}"


@dataclass(slots=True)
class PlanRecord(Generic[P]):
    """One plan of an office."""

    id: str
    """`<office>:<revision>`."""
    office: str
    revision: int
    plan: P
    at: datetime
    """When it took effect."""
    by: str
    """The actor; a staff member's name is forgotten after a while."""
    version: int = 0
