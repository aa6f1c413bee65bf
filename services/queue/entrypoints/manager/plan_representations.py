"""The resources of the JSON API about an office's configuration."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.contracts.queue import OfficePlan
from shared.web.representations import Body, Resource


class PlanEntryOut(Resource):
    """A plan that took effect."""

    revision: int
    at: datetime | None
    """When. None where it is not known."""
    author: str
    """The user name; empty where it was nobody of the staff, or is forgotten."""


class PlanOut(PlanEntryOut):
    """The same with the plan."""

    plan: OfficePlan


class PlanBody(Body):
    """Another plan."""

    plan: OfficePlan
    replaces_revision: Annotated[int, Field(ge=0)]
    """The revision that it was made from."""
