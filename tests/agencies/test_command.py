"""`kentongan agency` as it is typed, beside a service that runs, on a broker that keeps people out."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from httpx import AsyncClient
from typer.testing import CliRunner, Result

from deploy.agency.cli import app
from deploy.agency.wanted import access_of
from deploy.embedded.programs import environment_of
from services.reports.sharing.answers import heard_agencies
from services.reports.sharing.routes import SHARING
from shared.contracts.reports.agencies import AcceptRule
from shared.process import working
from tests.agencies.door import Key, poll, sasl_address
from tests.reports.running import Office, Site
from tests.support.site import in_own_task
from tests.support.waiting import until

Type = Callable[..., Awaitable[Result]]


@pytest.fixture
async def sharing(site: Site) -> AsyncIterator[None]:
    """The process that tells agencies."""
    async with in_own_task(working(SHARING, site.settings, heard_agencies)):
        yield


@pytest.fixture
async def command(site: Site) -> Type:
    """Types a command."""
    door = {"KENTONGAN_AGENCIES_KAFKA": sasl_address(), "KENTONGAN_AGENCIES_PROTOCOL": "SASL_PLAINTEXT"}
    environment = {**environment_of(site.settings), **door}

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=environment)

    return run


async def test_from_the_first_command_to_the_last(
    command: Type, sharing: None, site: Site, office: Office, citizen: AsyncClient
) -> None:
    naming = ("--name-id", "Pemadam Kebakaran", "--kind", "fire")
    planned = await command("add", office.id, "damkar", *naming, "--plan")
    assert planned.exit_code == 2, planned.output
    added = await command("add", office.id, "damkar", *naming)
    assert added.exit_code == 0, added.output
    told = dict(re.findall(r"^([a-z.]+)=(.*)$", added.output, re.MULTILINE))
    again = await command("add", office.id, "damkar", *naming)
    assert told["sasl.password"] not in again.output
    assert "are as they shall be" in again.output

    proposed = await command(
        "rules", "propose", office.id, "damkar", "--tier", "assist", "--category", "fight", "--purpose", "Penanganan"
    )
    rule = proposed.output.strip()
    assert f"{rule}  proposed (by the office)" in (await command("rules", "list", office.id, "damkar")).output
    refused = await command("rules", "accept", office.id, rule)
    assert "own-proposal" in str(refused.exception)
    await site.do(AcceptRule(office=office.id, rule=rule), actor="agency/damkar")
    incident = (await office.filed(citizen, category="fight"))["id"]

    key = Key(access_of("damkar", site.settings.topic, 1), told["sasl.password"], sasl_address())
    with key.consumer() as consumer:
        consumer.subscribe([key.access.reads[0]])
        message = await asyncio.to_thread(poll, consumer, 60)
        assert message.key() == incident.encode()
        consumer.commit(asynchronous=False)
        await office.filed(citizen, category="fight")

        async def waits() -> bool:
            return ": 1 waiting, newest read 2" in (await command("status", office.id, "damkar")).output

        await until(waits, within=60, what="one more waits for it")
        await asyncio.to_thread(poll, consumer, 60)
        consumer.commit(asynchronous=False)
        status = await command("status", office.id, "damkar")
        assert status.exit_code == 0, status.output
        assert "permissions  complete" in status.output
        (reading,) = re.findall(r"^group +(.*)$", status.output, re.MULTILINE)
        assert reading.startswith(f"{key.group()} on {key.access.reads[0]}: 0 waiting, newest read 2")
        assert "last acknowledgement  -" in status.output
        assert f"{rule}  accepted  assist · fight" in status.output

    await _webhooks(command, site, office)
    rotated = await command("rotate", "damkar")
    assert "connections.max.reauth.ms" in rotated.output
    revoked = await command("revoke", office.id, "damkar", "--delete-topics")
    assert revoked.exit_code == 0, revoked.output
    assert "on open connections too" in revoked.output
    assert f"{office.id}: every rule with damkar ends" in revoked.output
    assert f"{key.access.reads[0]}: deleted" in revoked.output
    gone = await command("status", office.id, "damkar")
    assert gone.exit_code == 2
    assert gone.output.count("missing") == 4
    assert f"{rule}  ended" in (await command("rules", "list", office.id, "damkar", "--ended")).output


async def _webhooks(command: Type, site: Site, office: Office) -> None:
    url = "https://1.1.1.1/hook"
    forbidden = await command("webhook", "add", office.id, "damkar", "https://10.0.0.1/hook")
    assert "webhook-address (problem: not a public address)" in str(forbidden.exception)
    unknown = await command("webhook", "add", office.id, "nobody", url)
    assert "agency-unknown" in str(unknown.exception)
    added = await command("webhook", "add", office.id, "damkar", url)
    assert re.search(r"^secret whsec_\S{44}$", added.output, re.MULTILINE), added.output
    id = added.output.split()[0]
    listed = (await command("webhook", "list", office.id, "damkar")).output
    assert listed.startswith(f"{id}  active  {url}  0 waiting, 0 delivered, 0 given up")
    destinations = site.app.state.agency_room.bridges.destinations
    await destinations.disable(id, "the receiver is gone: HTTP 410")
    assert "disabled (the receiver is gone: HTTP 410)" in (await command("webhook", "list", office.id, "damkar")).output
    assert f"{id}  active\n" in (await command("webhook", "enable", office.id, "damkar", id)).output
    replayed = await command("webhook", "replay", office.id, "damkar", id, "--since", "2026-03-02")
    assert "since 2026-03-02T00:00:00+08:00" in replayed.output
    assert (await destinations.one(id)).replay_from == datetime(2026, 3, 1, 16, tzinfo=UTC)
    strange = await command("webhook", "remove", office.id, "pmi", id)
    assert "webhook-unknown" in str(strange.exception)
    removed = await command("webhook", "remove", office.id, "damkar", id)
    assert removed.exit_code == 0
    assert id not in (await command("webhook", "list", office.id, "damkar")).output


async def test_what_is_no_name_is_refused_before_anything_happens(command: Type) -> None:
    refused = await command("add", "polres-palu", "Pemadam Kota", "--name-id", "x")
    assert refused.exit_code == 2
    assert "inner hyphens" in refused.output
