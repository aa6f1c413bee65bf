"""The resources of the JSON API about the staff: sessions, passwords, accounts."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.queue.entrypoints.staff.roles import Right
from shared.contracts.fields import Slug
from shared.contracts.queue import Role, Roles
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
    roles: list[Role]
    rights: list[Right]
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
    roles: list[Role]
    one_time: bool
    """Has yet to choose a password."""


class AddStaffBody(Body):
    """Let a person work for the office."""

    username: Username
    display_name: Annotated[str, Field(min_length=1, max_length=80)]
    roles: Roles = ("officer",)


class RolesBody(Body):
    """All that a person works as from now on."""

    roles: Roles


class OneTimePasswordOut(Resource):
    """A password that serves once, to choose another. It is told here and nowhere else.

    Answered 202, it serves as soon as the command has been handled: ask the address in `Location`.
    """

    username: str
    password: str
