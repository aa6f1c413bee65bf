"""How an agency stands: what it has on the bus, how far it has read, what it has said, by which rules it gets what."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import TypeVar

from deploy.agency.plan import NOTHING, Forbid, Permit, Standing, user_changes, warnings
from deploy.agency.reading import Reading, readings
from deploy.agency.records import Records, records
from deploy.agency.users import EVERYBODY, users
from deploy.agency.wanted import Access
from deploy.topics.apply import Say
from services.reports.domain.rule import Rule
from shared.messaging.errors import Transient
from shared.settings import Settings

T = TypeVar("T")
UNKNOWN = "-"
"""What nobody can tell at this moment."""


async def show_status(settings: Settings, office: str, agency: str, access: Access, say: Say) -> bool:
    """Say all of it. Returns whether the agency has everything it needs on the bus."""
    whole = await _on_the_bus(settings, access, say)
    async with records(settings) as known:
        await _in_the_records(known, office, agency, say)
    return whole


async def _on_the_bus(settings: Settings, access: Access, say: Say) -> bool:
    async with users(settings) as (broker, people):
        there = await broker.find(topic.name for topic in access.topics)
        for topic in access.topics:
            found = there.get(topic.name)
            say(f"topic        {topic.name}: {f'{found.partitions} partitions' if found else 'missing'}")
        whole = len(there) == len(access.topics)
        if why_not := await people.why_not():
            say(f"user         {UNKNOWN} ({why_not})")
        else:
            standing = Standing(
                exists=await people.has(access.user),
                permissions=await people.permissions(access.user),
                quotas=await people.quotas(access.user),
                everybody=await people.permissions(EVERYBODY),
            )
            for line in _user_lines(access, standing):
                say(line)
            whole = whole and not user_changes(access, standing, NOTHING)
        found_readings = await readings(broker, settings, await broker.groups(access.group))
    for reading in found_readings:
        say(f"group        {_told(reading)}")
    if not found_readings:
        say("group        none: it has read nothing in a group yet")
    return whole


def _user_lines(access: Access, standing: Standing) -> Iterator[str]:
    yield f"user         {access.user}: {'can sign in' if standing.exists else 'missing'}"
    amiss = [change for change in user_changes(access, standing) if isinstance(change, Permit | Forbid)]
    yield f"permissions  {'not as they shall be; `kentongan agency add` mends them' if amiss else 'complete'}"
    for change in amiss:
        yield from str(change).splitlines()
    yield from warnings(standing.everybody)
    quotas = ", ".join(f"{name} {value:,.0f}" for name, value in sorted(standing.quotas.items()))
    yield f"quotas       {quotas or 'none'}"


def _told(reading: Reading) -> str:
    newest = f"newest read {_moment(reading.newest)}"
    return f"{reading.group} on {reading.topic}: {reading.lag} waiting, {newest}"


async def _in_the_records(known: Records, office: str, agency: str, say: Say) -> None:
    acknowledged = await _or_none(lambda: known.last_acknowledgement(agency))
    say(f"last acknowledgement  {_moment(acknowledged)}")
    rules = await _or_none(lambda: known.rules(office, agency))
    if rules is None:
        say(f"rules        {UNKNOWN} (the database is not reachable)")
        return
    current = [rule for rule in rules if rule.state != "ended"]
    for rule in current:
        say(f"rule         {describe_rule(rule)}")
    if not current:
        say(f"rules        none between {office} and {agency}")


async def _or_none(ask: Callable[[], Awaitable[T]]) -> T | None:
    try:
        return await ask()
    except Transient:
        return None


def describe_rule(rule: Rule) -> str:
    """A rule in one line."""
    terms = rule.terms
    what = ", ".join(terms.categories) or "all but sensitive categories"
    where = f"{len(terms.area)} area{'s' if len(terms.area) != 1 else ''}" if terms.area else "everywhere"
    until = f" until {_moment(terms.expires_at)}" if terms.expires_at else ""
    only = f" · incident {rule.incident} alone" if rule.incident else ""
    state = f"{rule.state} (by the {rule.proposed_by})" if rule.state == "proposed" else rule.state
    return (
        f"{rule.id}  {state}  {terms.tier} · {what} · from {terms.least_severity} · {where}{until}{only} · "
        f"{terms.purpose}"
    )


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}" if moment else UNKNOWN
