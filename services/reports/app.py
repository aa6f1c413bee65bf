"""The composition root: settings in, a running API out. Nothing is made at import."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from services.reports.codes import Codes
from services.reports.context import Reports
from services.reports.domain.errors import FollowerUnknown, IncidentUnknown
from services.reports.entrypoints import api
from services.reports.entrypoints.refusals import REFUSALS
from services.reports.entrypoints.representations import OutcomeOut
from services.reports.entrypoints.staff import RULES
from services.reports.identity.identity import Identities
from services.reports.routes import ROUTES
from services.reports.views.incidents import Incidents
from services.reports.views.offices import Offices
from shared.auth.keys import derive_key
from shared.clock import system_clock
from shared.contracts.reference import asyncapi_document, schema
from shared.contracts.reports import EVENTS, SERVICE
from shared.links import SecretLinks
from shared.messaging.lifecycle import kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway, Tail
from shared.metrics import TailMetrics
from shared.mongo import connected, ping
from shared.settings import Settings
from shared.staff import routers as staff
from shared.staff.kit import staff_kit
from shared.staff.outside import outside_of
from shared.web.app import WebService
from shared.web.app import create_app as create_web_app
from shared.web.sse import Hub

FOLDER = Path(__file__).parent


def create_app(settings: Settings) -> FastAPI:
    """The API and pages of the reports service. Raises `ValueError` for settings by which it could not work."""
    hub = Hub()
    outside = outside_of(settings, RULES, system_clock)
    identities = Identities.of(settings.identity_keys)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with connected(settings) as client:
            database = client[settings.database(SERVICE)]
            store = MongoStore(client, database, ROUTES.kinds)
            tail = _tail()
            reports = app.state.reports = _compose(settings, store, tail, identities)
            app.state.client = client
            app.state.gateway = reports.gateway
            app.state.staff = staff_kit(
                settings,
                RULES,
                outside,
                database=database,
                store=store,
                offices=reports.offices,
                clock=system_clock,
                tail=tail,
                hub=hub,
            )
            async with app.state.staff.running(), kept_trying(reports.gateway):
                yield

    async def broker() -> None:
        await app.state.gateway.ready()

    async def database() -> None:
        await ping(app.state.client)

    service = WebService(
        name=SERVICE,
        title="Kentongan: reports",
        folder=FOLDER,
        routers=(
            api.router,
            *staff.api_routers(RULES, OutcomeOut),
            *staff.page_routers(RULES),
        ),
        refusals=REFUSALS,
        checks={"broker": broker, "database": database},
        asyncapi=lambda: json.loads(asyncapi_document(SERVICE)),
        schema=lambda label: schema(SERVICE, label),
        outcome=OutcomeOut,
        parts=(staff.FOLDER,),
        frame="reports.html",
    )
    app = create_web_app(service, secret_key=settings.secret_key, lifespan=lifespan, secure=settings.https, hub=hub)
    return app


def _tail() -> Tail:
    metrics = TailMetrics(SERVICE)
    return Tail(EVENTS, seen=lambda issued_at: metrics.seen(issued_at, system_clock()))


def _compose(settings: Settings, store: MongoStore, tail: Tail, identities: Identities) -> Reports:
    offices = Offices(store)
    return Reports(
        clock=system_clock,
        gateway=Gateway(settings, SERVICE, tail, clock=system_clock),
        store=store,
        offices=offices,
        incidents=Incidents(offices, store, system_clock),
        identities=identities,
        links=SecretLinks(_key(settings, "links"), "/reports/r/", IncidentUnknown),
        follower_links=SecretLinks(_key(settings, "follower-links"), "/reports/f/", FollowerUnknown),
        codes=Codes(_key(settings, "codes")),
        public_url=settings.public_url,
    )


def _key(settings: Settings, purpose: str) -> bytes:
    return derive_key(settings.secret_key, f"{SERVICE}/{purpose}")
