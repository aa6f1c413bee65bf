"""What becomes of an agency at offices: added, removed, rules; by commands on the bus, as the office's side."""

import asyncio
from collections.abc import Sequence
from uuid import uuid4

from deploy.agency.reading import readings
from deploy.agency.records import records
from deploy.asking import answer, ask, gateway
from deploy.problem import Problem
from deploy.topics.apply import Say
from deploy.topics.broker import connect
from deploy.waiting import until
from services.reports.sharing.routes import SHARING
from shared.contracts.fields import Text
from shared.contracts.reports import SERVICE
from shared.contracts.reports.agencies import (
    AcceptRule,
    AddAgency,
    AgencyKind,
    EndRule,
    ProposeRule,
    RemoveAgency,
    RuleProposed,
    Terms,
)
from shared.messaging.errors import Declined, Transient
from shared.settings import Settings

LONGEST_TELLING_SECONDS = 30.0


async def add(settings: Settings, office: str, agency: str, name: Text, kind: AgencyKind) -> None:
    """Let the office have rules with it; what it has already is told once more."""
    async with gateway(settings, SERVICE) as worker:
        await ask(worker, AddAgency(office=office, agency=agency, name=name, kind=kind))


async def remove(settings: Settings, offices: Sequence[str], agency: str, reason: str, say: Say) -> None:
    """End every rule of these offices with it."""
    async with gateway(settings, SERVICE) as worker:
        for office in offices:
            try:
                await answer(worker, RemoveAgency(office=office, agency=agency, reason=reason), id=str(uuid4()))
                say(f"- {office}: every rule with {agency} ends")
            except Declined as declined:
                if declined.slug != "agency-unknown":
                    raise Problem(f"RemoveAgency was refused: {declined.slug}") from declined
                say(f"  {office}: has no rules with {agency}")


async def offices_of(settings: Settings, agency: str, office: str, say: Say) -> list[str]:
    """The office that is named, and all others that have to do with the agency: it has one way to the bus for all."""
    try:
        async with records(settings) as known:
            return sorted({office, *await known.offices(agency)})
    except Transient:
        say("  the database is not reachable: whether other offices have rules with the agency is not known")
        return [office]


async def propose(settings: Settings, office: str, agency: str, terms: Terms) -> str:
    """Say, for the office, what could be shared; returns the rule's id."""
    async with gateway(settings, SERVICE) as worker:
        proposed = await ask(worker, ProposeRule(office=office, agency=agency, terms=terms))
    assert isinstance(proposed, RuleProposed)
    return proposed.rule


async def accept(settings: Settings, office: str, rule: str) -> None:
    """Agree, for the office, to what the agency has proposed."""
    async with gateway(settings, SERVICE) as worker:
        await ask(worker, AcceptRule(office=office, rule=rule))


async def end(settings: Settings, office: str, rule: str, reason: str) -> None:
    """End a rule, for the office."""
    async with gateway(settings, SERVICE) as worker:
        await ask(worker, EndRule(office=office, rule=rule, reason=reason))


async def until_told(settings: Settings) -> bool:
    """Wait until agencies were told all that has happened, so that their topics can go. False where it takes long."""
    group = settings.topic(SHARING.group)
    async with connect(settings) as broker:

        async def nothing_waits() -> bool:
            committed = await broker.groups(group)
            found = await readings(broker, settings, {group: committed.get(group, {})})
            return not any(reading.lag for reading in found)

        try:
            async with asyncio.timeout(LONGEST_TELLING_SECONDS):
                await until(nothing_waits, every_seconds=0.5)
        except TimeoutError:
            return False
    return True
