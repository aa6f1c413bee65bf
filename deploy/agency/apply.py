"""Give an agency its access to the bus, renew its password, take everything away. Safe to repeat.

Invariants: a password is returned once and kept nowhere; what an agency may do goes before its password does, since
permissions are asked for at every request and passwords only at sign-in; and before both what a request that waits at
the broker already could still be answered with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe

from deploy.agency.plan import NOTHING, Employ, Forbid, Limit, Permit, Standing, UserChange, user_changes, warnings
from deploy.agency.users import EVERYBODY, Users, users
from deploy.agency.wanted import CUT_OFF, Access
from deploy.problem import Problem
from deploy.topics.apply import Say
from deploy.topics.broker import Broker, Unable
from deploy.topics.plan import AddPartitions, Change, make_plan
from shared.settings import Settings

PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Given:
    """What has come of giving access."""

    changes: int
    """What was changed, or would be."""
    password: str | None
    """Of a user who is new."""
    guarded: bool
    """Whether the broker keeps anybody out at all."""


def new_password() -> str:
    """One that nobody guesses and every configuration file takes as it is."""
    return token_urlsafe(PASSWORD_BYTES)


async def give(
    settings: Settings, access: Access, say: Say, *, quotas: Mapping[str, float] = NOTHING, only_plan: bool = False
) -> Given:
    """Bring topics, user, permissions and quotas to what they shall be, or say what would change."""
    async with users(settings) as (broker, people):
        topics = await _topic_changes(broker, settings, access, say)
        why_not = await people.why_not()
        standing = None if why_not else await _standing(people, access.user)
        changes = user_changes(access, standing, quotas) if standing else ()
        password = None
        for change in topics:
            await _make(broker, change, say, only_plan=only_plan)
        for each in changes:
            say(str(each))
            if not only_plan:
                password = await _carry_out(people, each) or password
        if standing:
            for warning in warnings(standing.everybody):
                say(warning)
        if why_not:
            say(f"  {why_not}. Its topics are all that an agency gets here")
        if not topics and not changes:
            say(f"  topics and permissions of {access.user} are as they shall be")
        return Given(len(topics) + len(changes), password, guarded=why_not is None)


async def renew(settings: Settings, access: Access) -> tuple[str, int]:
    """A new password, and for how many milliseconds at most who has signed in by the old one stays (0: no limit)."""
    async with users(settings) as (broker, people):
        await _must_guard(people)
        if not await people.has(access.user):
            raise Problem(f"there is no user {access.user}: `kentongan agency add` makes one")
        password = new_password()
        await people.set_password(access.user, password)
        return password, await longest_stay(broker)


async def longest_stay(broker: Broker) -> int:
    """After how many milliseconds a connection must sign in again; the longest of all listeners, 0 for never."""
    told = [
        int(value or 0)
        for name, value in (await broker.own_settings()).items()
        if name.endswith("connections.max.reauth.ms")
    ]
    own = [value for value in told if value]
    return max(own) if own else 0


async def take_away(settings: Settings, access: Access, say: Say, *, only_plan: bool = False) -> bool:
    """Cut the user off, first from what it has open. Returns whether there was anything to take away."""
    async with users(settings) as (_, people):
        await _must_guard(people)
        standing = await _standing(people, access.user)
        if not (standing.permissions or standing.exists or standing.quotas not in (NOTHING, CUT_OFF)):
            return False
        if standing.quotas != CUT_OFF:
            if not only_plan:
                await people.set_quotas(access.user, {**dict.fromkeys(standing.quotas), **CUT_OFF})
            say(f"- {access.user}: reads nothing any more, not even by a request that waits at the broker")
        if standing.permissions:
            if not only_plan:
                await people.forbid(access.user, standing.permissions)
            say(f"- {access.user}: may do nothing any more, on open connections too")
        if standing.exists:
            if not only_plan:
                await people.remove(access.user)
            say(f"- {access.user}: nobody can sign in by this name")
        return True


async def delete_topics(settings: Settings, access: Access, say: Say, *, only_plan: bool = False) -> None:
    """With all that is in them."""
    async with users(settings) as (broker, _):
        there = sorted(await broker.find(topic.name for topic in access.topics))
        if there and not only_plan:
            await broker.delete(there)
        for name in there:
            say(f"- {name}: deleted")


async def _topic_changes(broker: Broker, settings: Settings, access: Access, say: Say) -> Sequence[Change]:
    found = await broker.find(topic.name for topic in access.topics)
    plan = make_plan(access.topics, found, replication=settings.kafka_replication)
    for remark in plan.remarks:
        say(f"  {remark}")
    for change in plan.changes:
        if isinstance(change, AddPartitions):
            say(f"  {change}: left as it is")
    return [change for change in plan.changes if not isinstance(change, AddPartitions)]


async def _make(broker: Broker, change: Change, say: Say, *, only_plan: bool) -> None:
    try:
        if not only_plan:
            await broker.make(change)
        say(f"+ {change}")
    except Unable:
        say(f"  {change}: this broker can't change a topic that exists: it stays as it is")


async def _standing(people: Users, user: str) -> Standing:
    return Standing(
        exists=await people.has(user),
        permissions=await people.permissions(user),
        quotas=await people.quotas(user),
        everybody=await people.permissions(EVERYBODY),
    )


async def _carry_out(people: Users, change: UserChange) -> str | None:
    """Returns the password of a new user."""
    match change:
        case Forbid(user, permissions):
            await people.forbid(user, permissions)
        case Permit(user, permissions):
            await people.permit(user, permissions)
        case Limit(user, _, want):
            await people.set_quotas(user, want)
        case Employ(user):
            password = new_password()
            await people.set_password(user, password)
            return password
    return None


async def _must_guard(people: Users) -> None:
    if why_not := await people.why_not():
        raise Problem(why_not)
