"""Users of a Kafka broker: passwords (SCRAM-SHA-512), permissions and quotas. A password is never written down here.

Kafka answers that it has taken a change before its brokers act on it: every method returns when they do.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from secrets import randbelow
from typing import Any

from aiokafka.errors import IncompatibleBrokerVersion
from aiokafka.protocol.admin import DescribeClientQuotasRequest

from deploy.agency.requests import AlterQuotas, AlterScram, CreateAcls, DeleteAcls, DescribeAcls, DescribeScram
from deploy.agency.wanted import Permission
from deploy.problem import Problem
from deploy.topics.broker import Broker, connect
from deploy.waiting import until
from shared.settings import Settings

SCRAM_SHA_512 = 2
FEWEST_ITERATIONS, MORE_ITERATIONS = 8_192, 1_000
"""Kafka takes 4,096 to 16,384. Passwords here are random, so that none needs more. The exact number differs from one
password to the next: it is all by which a broker tells that it has the new one."""
SALT_BYTES = 24
VISIBLE_SECONDS = 20.0
_ANY = 1
_NO_SUCH_USER, _NO_AUTHORIZER = 91, 54
_RESOURCES = {"topic": 2, "group": 3, "cluster": 4, "transactional-id": 5, "delegation-token": 6, "user": 7}
_PATTERNS = {"literal": 3, "prefixed": 4}
_OPERATIONS = {
    "all": 2, "read": 3, "write": 4, "create": 5, "delete": 6, "alter": 7, "describe": 8, "cluster-action": 9,
    "describe-configs": 10, "alter-configs": 11, "idempotent-write": 12, "create-tokens": 13, "describe-tokens": 14,
}  # fmt: skip
_EFFECTS = {"deny": 2, "allow": 3}
EVERYBODY = "*"


class Users:
    """The users of a connected broker. Raises `Problem` for what it refuses."""

    def __init__(self, broker: Broker) -> None:
        self._ask = broker.ask

    async def why_not(self) -> str | None:
        """Why this broker can keep nobody out; None for one that can."""
        try:
            await self._ask(DescribeClientQuotasRequest([("user", 0, "nobody")], True))
        except IncompatibleBrokerVersion:
            return "this broker has no users: whoever reaches it may do everything"
        answer = await self._ask(DescribeAcls(_ANY, None, _ANY, _principal("nobody"), None, _ANY, _ANY))
        if answer.error_code == _NO_AUTHORIZER:
            return "this broker has no authorizer: whoever reaches it may do everything"
        return None

    async def has(self, user: str) -> bool:
        """Whether somebody can sign in by this name."""
        return await self._iterations(user) is not None

    async def set_password(self, user: str, password: str) -> None:
        """Let somebody sign in by it, and by no former one."""
        before = await self._iterations(user)
        iterations = FEWEST_ITERATIONS + randbelow(MORE_ITERATIONS)
        iterations += iterations == before
        salt = os.urandom(SALT_BYTES)
        salted = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, iterations)
        answer = await self._ask(AlterScram([], [(user, SCRAM_SHA_512, iterations, salt, salted, {})], {}))
        for _, code, message, _tags in answer.results:
            _check(code, message)

        async def in_force() -> bool:
            return await self._iterations(user) == iterations

        await _visible(in_force, f"the password of {user}")

    async def remove(self, user: str) -> None:
        """Let nobody sign in by this name."""
        answer = await self._ask(AlterScram([(user, SCRAM_SHA_512, {})], [], {}))
        for _, code, message, _tags in answer.results:
            if code != _NO_SUCH_USER:
                _check(code, message)

        async def gone() -> bool:
            return not await self.has(user)

        await _visible(gone, f"the end of {user}")

    async def permissions(self, user: str) -> frozenset[Permission]:
        """All that is said of the user by name: what it may do, and what it must not."""
        answer = await self._ask(DescribeAcls(_ANY, None, _ANY, _principal(user), None, _ANY, _ANY))
        _check(answer.error_code, answer.error_message)
        return frozenset(
            Permission(
                _name(_RESOURCES, kind), name, _name(_PATTERNS, pattern), _name(_OPERATIONS, operation), host,
                _name(_EFFECTS, effect),
            )
            for kind, name, pattern, acls in answer.resources
            for _, host, operation, effect in acls
        )  # fmt: skip

    async def permit(self, user: str, permissions: Collection[Permission]) -> None:
        """Let the user do more."""
        answer = await self._ask(CreateAcls([_acl(user, permission) for permission in permissions]))
        for code, message in answer.creation_responses:
            _check(code, message)

        async def in_force() -> bool:
            return await self.permissions(user) >= set(permissions)

        await _visible(in_force, f"the permissions of {user}")

    async def forbid(self, user: str, permissions: Collection[Permission]) -> None:
        """Take these away, from the next request on."""
        answer = await self._ask(DeleteAcls([_acl(user, permission) for permission in permissions]))
        for code, message, _ in answer.filter_responses:
            _check(code, message)

        async def in_force() -> bool:
            return not await self.permissions(user) & set(permissions)

        await _visible(in_force, f"what {user} may not do any more")

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

        async def in_force() -> bool:
            found = await self.quotas(user)
            return all(found.get(name) == value for name, value in quotas.items())

        await _visible(in_force, f"the quotas of {user}")

    async def _iterations(self, user: str) -> int | None:
        answer = await self._ask(DescribeScram([(user, {})], {}))
        _check(answer.error_code, answer.error_message)
        for _, code, message, credentials, _tags in answer.results:
            if code == _NO_SUCH_USER:
                return None
            _check(code, message)
            return next((iterations for kind, iterations, _ in credentials if kind == SCRAM_SHA_512), None)
        return None


@asynccontextmanager
async def users(settings: Settings) -> AsyncIterator[tuple[Broker, Users]]:
    """A connection to the settings' broker."""
    async with connect(settings) as broker:
        yield broker, Users(broker)


async def _visible(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    try:
        async with asyncio.timeout(VISIBLE_SECONDS):
            await until(holds)
    except TimeoutError:
        raise Problem(f"{what}: the broker has taken it, but does not act on it after {VISIBLE_SECONDS:g} s") from None


def _principal(user: str) -> str:
    return f"User:{user}"


def _acl(user: str, permission: Permission) -> tuple[int, str, int, str, str, int, int]:
    return (
        _code(_RESOURCES, permission.resource),
        permission.name,
        _code(_PATTERNS, permission.pattern),
        _principal(user),
        permission.host,
        _code(_OPERATIONS, permission.operation),
        _code(_EFFECTS, permission.effect),
    )


def _name(codes: Mapping[str, int], code: int) -> str:
    """The name of a code; one that we do not know is told by its number."""
    return next((name for name, known in codes.items() if known == code), str(code))


def _code(codes: Mapping[str, int], name: str) -> int:
    return codes[name] if name in codes else int(name)


def _check(code: int, message: Any) -> None:
    if code:
        raise Problem(f"the broker refuses: {message or f'error {code}'}")
