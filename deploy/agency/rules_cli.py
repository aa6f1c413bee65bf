"""`kentongan agency rules`: what is shared with an agency, and by which rule; as the office's side."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.agency import office as desk
from deploy.agency.arguments import Agency, Office
from deploy.agency.records import records
from deploy.agency.status import describe_rule
from deploy.agency.terms import terms_of
from deploy.problem import Problem
from services.reports.domain.rule import Rule as SharingRule
from shared.messaging.errors import Transient
from shared.settings import Settings

HELP = "Which incidents an office shares with an agency: both sides agree to a rule, either ends it."

app = typer.Typer(help=HELP, no_args_is_help=True)

Rule = Annotated[str, typer.Argument(help="The rule's id, as `list` prints it.")]


@app.callback()
def _rules() -> None:
    """Which incidents an office shares with an agency: both sides agree to a rule, either ends it."""


@app.command("list")
def list_rules(
    office: Office,
    agency: Agency,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that have ended.")] = False,
) -> None:
    """One line a rule: id, state, tier, categories, severity, area, purpose."""
    rules = asyncio.run(_rules_of(office, agency))
    for rule in rules:
        if ended or rule.state != "ended":
            typer.echo(describe_rule(rule))


@app.command()
def propose(
    office: Office,
    agency: Agency,
    terms: Annotated[Path | None, typer.Option(help="A JSON file of all terms; options go before it.")] = None,
    tier: Annotated[str | None, typer.Option(help="view: coarsely, to know. assist: exactly, to help.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What the agency may use it for, and for nothing else.")] = None,
    category: Annotated[
        list[str] | None, typer.Option(help="May be repeated. Left out: all but the sensitive ones.")
    ] = None,
    least_severity: Annotated[str | None, typer.Option(help="minor, moderate, severe or extreme.")] = None,
    area: Annotated[Path | None, typer.Option(help="A GeoJSON file of polygons. Left out: everywhere.")] = None,
    expires: Annotated[str | None, typer.Option(help="A day or a moment, in the office's time zone.")] = None,
) -> None:
    """Say what the office would share. Nothing is shared before the agency agrees. Prints the rule's id."""
    options = {
        "tier": tier,
        "purpose": purpose,
        "categories": tuple(category or ()),
        "least_severity": least_severity,
        "expires_at": expires,
    }
    told = terms_of(terms, options, area, asyncio.run(_zone(office)))
    typer.echo(asyncio.run(desk.propose(Settings(), office, agency, told)))


@app.command()
def accept(office: Office, rule: Rule) -> None:
    """Agree to what the agency has proposed. From now on it is shared, also what is open already."""
    asyncio.run(desk.accept(Settings(), office, rule))
    typer.echo(f"{rule}  accepted")


@app.command()
def end(
    office: Office,
    rule: Rule,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "Ended by the office's operator",
) -> None:
    """End a rule. What it alone has shared gets its last word."""
    asyncio.run(desk.end(Settings(), office, rule, reason))
    typer.echo(f"{rule}  ended")


async def _rules_of(office: str, agency: str) -> list[SharingRule]:
    try:
        async with records(Settings()) as known:
            return list(await known.rules(office, agency))
    except Transient as error:
        raise Problem(f"the database is away: {error}") from error


async def _zone(office: str) -> str | None:
    """The office's; None where the database can't be asked."""
    try:
        async with records(Settings()) as known:
            zone = await known.time_zone(office)
    except Transient:
        return None
    if zone is None:
        raise Problem(f"there is no office {office}")
    return zone
