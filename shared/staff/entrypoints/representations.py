"""The resources of the JSON API about the staff: sessions, passwords, accounts.

Which roles and rights there are is a service's own. So what names them is made for each service by `shapes_of`, and
its description lists them all.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, create_model

from shared.contracts.fields import Slug
from shared.contracts.staff import Username
from shared.web.representations import Body, Resource

Password = Annotated[str, Field(max_length=200)]


class SignInBody(Body):
    """Sign in to an office."""

    office: Slug
    username: Annotated[str, Field(max_length=64)]
    password: Password


class SessionStartedOut(Resource):
    """A sign-in. Send the token as `Authorization: Bearer …`."""

    token: str


class SessionOut(Resource):
    """A session of one's own."""

    id: str
    device: str
    """What the browser or program said it is."""
    started_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool
    """Whether it is the one that asks."""


class OfficerOut(Resource):
    """Who is signed in."""

    office: str
    username: str
    name: str
    roles: list[str]
    rights: list[str]
    one_time: bool
    """Has yet to choose a password."""


class OwnPasswordBody(Body):
    """Another password of one's own."""

    current: Password
    new: Password


class StaffOut(Resource):
    """A person with a local account."""

    username: str
    display_name: str
    roles: list[str]
    one_time: bool
    """Has yet to choose a password."""


class AddStaffBody(Body):
    """Let a person work for the office."""

    username: Username
    display_name: Annotated[str, Field(min_length=1, max_length=80)]
    roles: tuple[str, ...] = ()


class RolesBody(Body):
    """All that a person works as from now on."""

    roles: tuple[str, ...]


class OneTimePasswordOut(Resource):
    """A password that serves once, to choose another. It is told here and nowhere else.

    Answered 202, it serves as soon as the command has been handled: ask the address in `Location`.
    """

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class StaffShapes:
    """What names a service's roles and rights."""

    officer: type[OfficerOut]
    staff: type[StaffOut]
    add: type[AddStaffBody]
    roles: type[RolesBody]


def shapes_of(roles: tuple[str, ...], rights: tuple[str, ...], newcomer: tuple[str, ...]) -> StaffShapes:
    """The same resources, of one service's roles and rights."""
    role: Any = Literal[roles]
    right: Any = Literal[rights]
    some: Any = Annotated[tuple[role, ...], Field(min_length=1, max_length=len(roles))]
    return StaffShapes(
        officer=_narrowed(OfficerOut, roles=(list[role], ...), rights=(list[right], ...)),
        staff=_narrowed(StaffOut, roles=(list[role], ...)),
        add=_narrowed(AddStaffBody, roles=(some, newcomer)),
        roles=_narrowed(RolesBody, roles=(some, ...)),
    )


M = TypeVar("M", bound=BaseModel)


def _narrowed(model: type[M], **fields: Any) -> type[M]:
    """The model with some of its fields narrower, under the same name."""
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, **fields)
