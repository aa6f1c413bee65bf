"""A desk at work: the reports service's two processes, an office, who answers for it, and what was long ago."""

from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from pymongo.errors import BulkWriteError

from services.reports.app import event_tail
from services.reports.domain.incident import Incident
from services.reports.domain.records import Story
from services.reports.identity.identity import new_key
from services.reports.routes import ROUTES
from shared.clock import system_clock
from shared.contracts.reports import SERVICE
from shared.contracts.reports.staff import AddStaff
from shared.messaging.lifecycle import kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway
from shared.mongo import Collection, connected
from shared.settings import Settings
from tests.bench import reports_traffic
from tests.bench.stage import WORKERS, installation, running
from tests.support.servers import free_port
from tests.support.site import CHEAP, PASSWORD
from tests.support.waiting import until

OFFICE = reports_traffic.patient_office("polres-palu")
PREFIX = "/reports/api/v1"
API = ("-m", "services.reports", "api")
START_SECONDS = 300.0
SEED_AT_ONCE = 1_000
DUPLICATE_KEY = 11000


class Desk(NamedTuple):
    """Where a bar plays."""

    settings: Settings
    api: Process
    gateway: Gateway
    """Sends commands as the API does."""
    manager: httpx.AsyncClient
    """Somebody who may do everything, signed in."""


@asynccontextmanager
async def at_work(**changed: Any) -> AsyncIterator[Desk]:
    """The two processes, with an office that can be reported to."""
    more = {"port": free_port(), "identity_keys": new_key(), "wait_seconds": START_SECONDS, **changed}
    async with (
        installation(**more) as settings,
        running(settings, WORKERS[SERVICE].arguments),
        running(settings, API) as api,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=600) as manager,
    ):
        gateway = Gateway(settings, SERVICE, event_tail(), clock=system_clock)
        async with kept_trying(gateway):
            await until(lambda: _is_ready(manager, gateway), within=START_SECONDS, what="API and gateway are ready")
            account = AddStaff(
                office=OFFICE.office,
                username="maria",
                display_name="Maria",
                password_hash=CHEAP.hash(PASSWORD),
                roles=("manager", "dispatcher"),
            )
            for command in (OFFICE, account):
                await gateway.ask(command, id=str(uuid4()), actor="system")
            sign_in = {"office": OFFICE.office, "username": "maria", "password": PASSWORD}
            session = (await manager.post(f"{PREFIX}/sessions", json=sign_in)).raise_for_status().json()
            manager.headers["authorization"] = f"Bearer {session['token']}"
            yield Desk(settings, api, gateway, manager)


async def seed(settings: Settings, closed: int, opened: int = 0, *, told: bool = True) -> None:
    """Have the database hold incidents as if they had been reported and dealt with one a minute until now.

    With what was told of each, unless that is not asked for.
    """
    async with connected(settings) as client:
        database = client[settings.database(SERVICE)]
        mappers = MongoStore(client, database, ROUTES.kinds)._mappers
        incidents = _incidents(closed, opened)
        while rows := list(islice(incidents, SEED_AT_ONCE)):
            for kind, collection in (
                ((Incident, "incidents"), (Story, "stories")) if told else ((Incident, "incidents"),)
            ):
                write = mappers[kind].write
                await _insert(database[collection], [write(row) for pair in rows for row in pair if type(row) is kind])


async def _insert(collection: Collection, documents: list[dict[str, Any]]) -> None:
    """Where the database was silent for long the driver asks once more, for what may be there by then."""
    try:
        await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if any(one["code"] != DUPLICATE_KEY for one in error.details["writeErrors"]):
            raise


def _incidents(closed: int, opened: int) -> Iterator[tuple[Incident, Story]]:
    now, office = datetime.now(UTC).replace(microsecond=0), OFFICE.office
    reports = reports_traffic.file_reports([OFFICE], closed + opened)
    for nth, report in enumerate(reports):
        filed_at = now - timedelta(minutes=closed + opened - nth)
        over = nth < closed
        incident = Incident(
            id=f"seeded-{nth}",
            office=office,
            number=f"2025-{nth + 1:06d}",
            category=report.category,
            privacy="confidential",
            way="web",
            filed_at=filed_at,
            happened_at=None,
            latitude=report.place.latitude,
            longitude=report.place.longitude,
            cell="-0.90,119.87",
            state="closed" if over else "triaged",
            severity="moderate",
            priority=1 + nth % 4,
            certainty="likely",
            disposition="settled" if over else None,
            resolved_at=filed_at + timedelta(hours=1) if over else None,
            closed_at=filed_at + timedelta(days=7) if over else None,
            begun_at=filed_at,
            at_work=None if over else office,
            changed_at=filed_at,
            idle_since=filed_at if over else None,
            revision=4,
            version=1,
        )
        terms = tuple(sorted({"motor", "pasar", f"n{nth}"}))
        yield incident, Story(incident.id, office, report.words, report.place.words, (), terms, filed_at, version=1)


async def _is_ready(client: httpx.AsyncClient, gateway: Gateway) -> bool:
    try:
        await gateway.ready()
        return (await client.get("/readyz")).is_success
    except Exception:
        return False
