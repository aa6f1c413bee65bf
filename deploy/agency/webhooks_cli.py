"""`kentongan agency webhook`: where webhooks of an agency's go, for an operator; as managers have it on their page."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, time
from typing import Annotated, Any

import typer

from deploy.agency.arguments import Agency, Office
from deploy.agency.records import records
from deploy.agency.terms import moment_of
from deploy.problem import Problem
from services.reports.bridges.collections import bridges_of
from services.reports.bridges.deliveries import Figures
from services.reports.bridges.destinations import Destination
from services.reports.bridges.webhooks import Webhooks
from services.reports.domain.agency_errors import AgencyUnknown
from shared.clock import system_clock
from shared.contracts.reports import SERVICE
from shared.errors import Refused
from shared.messaging.errors import Transient
from shared.mongo import connected
from shared.settings import Settings

HELP = "Where webhooks of an agency's go. The agency can do the same itself, by its token."
ACTOR = "operator"

app = typer.Typer(help=HELP, no_args_is_help=True)

Webhook = Annotated[str, typer.Argument(help="The webhook's id, as `list` prints it.")]


@app.callback()
def _webhooks() -> None:
    """Where webhooks of an agency's go. The agency can do the same itself, by its token."""


@app.command("list")
def list_webhooks(office: Office, agency: Agency) -> None:
    """One line a webhook: id, state, address, what waits, came and was given up, and why the last try failed."""
    for line in _run(_lines(office, agency)):
        typer.echo(line)


@app.command()
def add(
    office: Office,
    agency: Agency,
    url: Annotated[str, typer.Argument(help="A public https address.")],
    name: Annotated[str, typer.Option(help="What it is called.")] = "operator",
) -> None:
    """Have webhooks sent there from now on. Prints the id and, this once, the secret that signatures are checked by."""
    made, secret = _run(_add(office, agency, url, name))
    typer.echo(f"{made.id}  {made.url}")
    typer.echo(f"secret {secret}")


@app.command()
def remove(office: Office, agency: Agency, webhook: Webhook) -> None:
    """Have no more sent there, not even what waits."""
    _run(_remove(office, agency, webhook))
    typer.echo(f"{webhook}  removed")


@app.command()
def enable(office: Office, agency: Agency, webhook: Webhook) -> None:
    """Have what comes from now on sent there again, after a 410 or after somebody has switched it off."""
    _run(_enable(office, agency, webhook))
    typer.echo(f"{webhook}  active")


@app.command()
def replay(
    office: Office,
    agency: Agency,
    webhook: Webhook,
    since: Annotated[str, typer.Option(help="A day, from its beginning, or a moment, in the office's time zone.")],
) -> None:
    """Have everything since then sent once more, with the same `webhook-id`s. As far back as 30 days."""
    moment = _run(_replay(office, agency, webhook, since))
    typer.echo(f"{webhook}  everything since {moment.isoformat()} is sent once more")


@asynccontextmanager
async def _webhooks_of(office: str, agency: str) -> AsyncIterator[Webhooks]:
    settings = Settings()
    async with connected(settings) as client:
        yield bridges_of(settings, client[settings.database(SERVICE)], system_clock).webhooks(office, agency)


async def _lines(office: str, agency: str) -> list[str]:
    async with _webhooks_of(office, agency) as webhooks:
        return [_line(one, figures) for one, figures in await webhooks.all()]


def _line(one: Destination, figures: Figures) -> str:
    state = f"{one.state} ({one.reason})" if one.reason else one.state
    failed = f"; last failure: {one.failed_for}" if one.failed_for else ""
    counts = f"{figures.waiting} waiting, {figures.delivered} delivered, {figures.given_up} given up"
    return f"{one.id}  {state}  {one.url}  {counts}{failed}"


async def _add(office: str, agency: str, url: str, name: str) -> tuple[Destination, str]:
    async with records(Settings()) as known:
        found = await known.agency(office, agency)
        if found is None or found.gone:
            raise AgencyUnknown
    async with _webhooks_of(office, agency) as webhooks:
        return await webhooks.add(name, url, ACTOR)


async def _remove(office: str, agency: str, webhook: str) -> None:
    async with _webhooks_of(office, agency) as webhooks:
        await webhooks.remove(webhook)


async def _enable(office: str, agency: str, webhook: str) -> None:
    async with _webhooks_of(office, agency) as webhooks:
        await webhooks.enable(webhook)


async def _replay(office: str, agency: str, webhook: str, since: str) -> datetime:
    async with records(Settings()) as known:
        zone = await known.time_zone(office)
    moment = moment_of(since, zone, day_at=time.min)
    async with _webhooks_of(office, agency) as webhooks:
        await webhooks.replay(webhook, moment)
    return moment


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except Refused as refused:
        told = "; ".join(f"{name}: {value}" for name, value in refused.details.items())
        raise Problem(f"refused: {refused.slug}{f' ({told})' if told else ''}") from refused
    except Transient as error:
        raise Problem(f"the database is away: {error}") from error
