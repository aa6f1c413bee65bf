"""What the resources of every service's JSON API have in common."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Resource(BaseModel):
    """Read from a view's attributes. Fields may be added; none changes or goes within a version."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class Body(BaseModel):
    """What a client sends. A field that does not exist is an error, so that a typo is not ignored."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class OutcomeOut(Resource):
    """What became of a command."""

    id: str
    status: Literal["pending", "accepted", "refused"]
    reason: str | None = None
    """The refusal's slug."""
    details: dict[str, str | int] = {}
