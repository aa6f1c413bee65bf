"""`kentongan agency`: other agencies' way to what an office shares with them."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Annotated, Any, get_args

import typer

from deploy.agency import office as desk
from deploy.agency.apply import delete_topics, give, renew, take_away
from deploy.agency.arguments import Agency, Office
from deploy.agency.ready import client_configuration
from deploy.agency.rules_cli import app as rules
from deploy.agency.sandbox.cli import app as sandbox
from deploy.agency.settings import AgencySettings
from deploy.agency.status import show_status
from deploy.agency.wanted import CONSUMER_BYTES, PRODUCER_BYTES, Access, access_of
from deploy.agency.webhooks_cli import app as webhooks
from deploy.problem import Problem
from deploy.topics.apply import Outcome
from shared import log
from shared.contracts.fields import Text
from shared.contracts.reports.agencies import AgencyKind
from shared.settings import Settings

HELP = "Other agencies: their access to the bus, and the rules by which incidents are shared with them."
LEAST_BYTES = 1_024

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False)
app.add_typer(rules, name="rules")
app.add_typer(webhooks, name="webhook")
app.add_typer(sandbox, name="sandbox")

Plan = Annotated[bool, typer.Option("--plan", help="Only say what would change. Exits with 2 where that is something.")]


@app.callback()
def _agency() -> None:
    """Other agencies: their access to the bus, and the rules by which incidents are shared with them."""
    log.configure(Settings(log_level="error"), service="agency", role="cli")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters arrives as the command's own lines


@app.command()
def add(
    office: Office,
    agency: Agency,
    name_id: Annotated[str, typer.Option(help="What the agency is called in Indonesian.")],
    name_en: Annotated[str, typer.Option(help="What it is called in English; as in Indonesian where left out.")] = "",
    kind: Annotated[str, typer.Option(help=f"One of: {', '.join(get_args(AgencyKind))}.")] = "other",
    consumer_bytes: Annotated[
        int | None, typer.Option(min=LEAST_BYTES, help="Bytes a second that it may read.", show_default="4 MiB")
    ] = None,
    producer_bytes: Annotated[
        int | None, typer.Option(min=LEAST_BYTES, help="Bytes a second that it may write.", show_default="256 KiB")
    ] = None,
    plan: Plan = False,
) -> None:
    """Give an agency its topics, user, permissions and quotas, and let the office have rules with it.

    Prints a ready client configuration. A new user's password is in it: it is told this once, and kept nowhere.
    """
    if kind not in get_args(AgencyKind):
        raise typer.BadParameter(f"one of: {', '.join(get_args(AgencyKind))}", param_hint="--kind")
    settings, door, access = _setting(agency)
    asked = {CONSUMER_BYTES: consumer_bytes, PRODUCER_BYTES: producer_bytes}
    quotas = {name: float(value) for name, value in asked.items() if value is not None}
    given = _run(give(settings, access, typer.echo, quotas=quotas, only_plan=plan))
    if plan:
        raise typer.Exit(Outcome.CHANGES if given.changes else Outcome.AS_DECLARED)
    if given.guarded:
        _hand_over(settings, door, access, given.password)
    _run(desk.add(settings, office, agency, Text(name_id, name_en or name_id), _kind(kind)))
    typer.echo(f"  {office} can have rules with {agency}: `kentongan agency rules propose {office} {agency} …`")


@app.command()
def rotate(agency: Agency) -> None:
    """Give an agency a new password. The old one opens nothing new."""
    settings, door, access = _setting(agency)
    password, stay = _run(renew(settings, access))
    _hand_over(settings, door, access, password)
    if stay:
        minutes = f"{stay / 60_000:g} minutes"
        typer.echo(f"  who has signed in by the old password stays for {minutes} at most (connections.max.reauth.ms)")
    else:
        typer.echo("! who has signed in by the old password stays as long as the connection does: the broker sets no")
        typer.echo("  connections.max.reauth.ms. `kentongan agency revoke` cuts off at once")


@app.command()
def revoke(
    office: Office,
    agency: Agency,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "Access revoked by the operator",
    with_topics: Annotated[
        bool, typer.Option("--delete-topics", help="Delete its topics too, with all that is in them.")
    ] = False,
    plan: Plan = False,
) -> None:
    """Cut an agency off at once, from the bus and from every office that has rules with it."""
    settings, _, access = _setting(agency)
    try:
        _run(take_away(settings, access, typer.echo, only_plan=plan))
    except Problem as problem:
        typer.echo(f"  {problem}")
    if not plan:
        offices = _run(desk.offices_of(settings, agency, office, typer.echo))
        _run(desk.remove(settings, offices, agency, reason, typer.echo))
    if with_topics:
        if not plan and not _run(desk.until_told(settings)):
            typer.echo("! the sharing process is behind: the last words to the agency may become dead letters")
        _run(delete_topics(settings, access, typer.echo, only_plan=plan))


@app.command()
def status(office: Office, agency: Agency) -> None:
    """Say how an agency stands. Exits with 2 where something is missing that `add` would mend."""
    settings, _, access = _setting(agency)
    whole = _run(show_status(settings, office, agency, access, typer.echo))
    raise typer.Exit(Outcome.AS_DECLARED if whole else Outcome.CHANGES)


def _setting(agency: str) -> tuple[Settings, AgencySettings, Access]:
    settings = Settings()
    return settings, AgencySettings(), access_of(agency, settings.topic, settings.kafka_replication)


def _hand_over(settings: Settings, door: AgencySettings, access: Access, password: str | None) -> None:
    if not door.kafka:
        typer.echo("! KENTONGAN_AGENCIES_KAFKA is not set: the address below is ours, which may not be the agency's")
    typer.echo(f"\n{client_configuration(access, settings, door, password)}\n")


def _kind(kind: str) -> AgencyKind:
    return next(known for known in get_args(AgencyKind) if known == kind)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)
