"""Users of a Kafka broker: passwords (SCRAM-SHA-512), permissions and quotas. A password is never written down here."""

import hashlib
import os
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.protocol.admin import DescribeClientQuotasRequest

from deploy.agency.requests import AlterQuotas, AlterScram, CreateAcls, DeleteAcls, DescribeAcls, DescribeScram
from deploy.agency.wanted import Operation, Pattern, Permission, Resource
from deploy.problem import Problem
from deploy.topics.broker import Broker, connect
from shared.settings import Settings

SCRAM_SHA_512 = 2
ITERATIONS = 8_192
"""Kafka takes 4,096 to 16,384. Passwords here are random, so that none needs more."""
SALT_BYTES = 24
_ANY, _ALLOW = 1, 3
_NO_SUCH_USER = 91
_RESOURCES: Mapping[Resource, int] = {"topic": 2, "group": 3}
_PATTERNS: Mapping[Pattern, int] = {"literal": 3, "prefixed": 4}
_OPERATIONS: Mapping[Operation, int] = {"read": 3, "write": 4, "describe": 8}
_EVERY_HOST = "*"


class Users:
    """The users of a connected broker. Raises `Problem` for what it refuses."""

    def __init__(self, broker: Broker) -> None:
        self._ask = broker.ask

    async def has(self, user: str) -> bool:
        """Whether somebody can sign in by this name."""
        answer = await self._ask(DescribeScram([(user, {})], {}))
        _check(answer.error_code, answer.error_message)
        for _, code, message, credentials, _tags in answer.results:
            if code == _NO_SUCH_USER:
                return False
            _check(code, message)
            return bool(credentials)
        return False

    async def set_password(self, user: str, password: str) -> None:
        """Let somebody sign in by it, and by no former one."""
        salt = os.urandom(SALT_BYTES)
        salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
        answer = await self._ask(AlterScram([], [(user, SCRAM_SHA_512, ITERATIONS, salt, salted, {})], {}))
        for _, code, message, _tags in answer.results:
            _check(code, message)

    async def remove(self, user: str) -> None:
        """Let nobody sign in by this name."""
        answer = await self._ask(AlterScram([(user, SCRAM_SHA_512, {})], [], {}))
        for _, code, message, _tags in answer.results:
            if code != _NO_SUCH_USER:
                _check(code, message)

    async def permissions(self, user: str) -> frozenset[Permission]:
        """All that the user may do, as far as it is said of the user by name."""
        answer = await self._ask(DescribeAcls(_ANY, None, _ANY, _principal(user), None, _ANY, _ANY))
        _check(answer.error_code, answer.error_message)
        return frozenset(
            Permission(_name(_RESOURCES, kind), name, _name(_PATTERNS, pattern), _name(_OPERATIONS, operation))
            for kind, name, pattern, acls in answer.resources
            for _, _, operation, permission in acls
            if permission == _ALLOW
        )

    async def permit(self, user: str, permissions: Collection[Permission]) -> None:
        """Let the user do more."""
        answer = await self._ask(CreateAcls([_acl(user, permission) for permission in permissions]))
        for code, message in answer.creation_responses:
            _check(code, message)

    async def forbid(self, user: str, permissions: Collection[Permission]) -> None:
        """Let the user do less, from the next request on."""
        answer = await self._ask(DeleteAcls([_acl(user, permission) for permission in permissions]))
        for code, message, _ in answer.filter_responses:
            _check(code, message)

    async def forbid_everything(self, user: str) -> None:
        """Let the user do nothing, from the next request on."""
        answer = await self._ask(DeleteAcls([(_ANY, None, _ANY, _principal(user), None, _ANY, _ANY)]))
        for code, message, _ in answer.filter_responses:
            _check(code, message)

    async def quotas(self, user: str) -> dict[str, float]:
        """What the user may use."""
        answer = await self._ask(DescribeClientQuotasRequest([("user", 0, user)], True))
        _check(answer.error_code, answer.error_message)
        return {name: value for _, values in answer.entries for name, value in values}

    async def set_quotas(self, user: str, quotas: Mapping[str, float | None]) -> None:
        """Change what the user may use. None: no limit."""
        told = [(name, value or 0.0, value is None) for name, value in quotas.items()]
        answer = await self._ask(AlterQuotas([([("user", user)], told)], False))
        for code, message, _ in answer.entries:
            _check(code, message)


@asynccontextmanager
async def users(settings: Settings) -> AsyncIterator[tuple[Broker, Users]]:
    """A connection to the settings' broker."""
    async with connect(settings) as broker:
        yield broker, Users(broker)


def _principal(user: str) -> str:
    return f"User:{user}"


def _acl(user: str, permission: Permission) -> tuple[int, str, int, str, str, int, int]:
    return (
        _RESOURCES[permission.resource],
        permission.name,
        _PATTERNS[permission.pattern],
        _principal(user),
        _EVERY_HOST,
        _OPERATIONS[permission.operation],
        _ALLOW,
    )


def _name(codes: Mapping[Any, int], code: int) -> Any:
    """The name of a code; one that we never write is told by its number."""
    return next((name for name, known in codes.items() if known == code), str(code))


def _check(code: int, message: str | None) -> None:
    if code:
        raise Problem(f"the broker refuses: {message or f'error {code}'}")
