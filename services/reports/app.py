"""The composition root: settings in, a running API out. Nothing is made at import."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from services.reports.agency_room import agency_room
from services.reports.codes import Codes
from services.reports.context import Reports
from services.reports.desk import desk_of
from services.reports.domain.errors import FollowerUnknown, IncidentUnknown
from services.reports.entrypoints import api
from services.reports.entrypoints.agencies import documents
from services.reports.entrypoints.agencies import routers as agencies
from services.reports.entrypoints.agencies.refusals import AGENCY_REFUSALS
from services.reports.entrypoints.citizen import routers as citizen
from services.reports.entrypoints.citizen.scribe import ReporterScribe
from services.reports.entrypoints.desk import routers as desk
from services.reports.entrypoints.evidence import routers as evidence
from services.reports.entrypoints.evidence.refusals import EVIDENCE_REFUSALS
from services.reports.entrypoints.identity import routers as identity
from services.reports.entrypoints.public import routers as public
from services.reports.entrypoints.public.open311.request_ids import RequestIds
from services.reports.entrypoints.public.open311.services import PREFIX
from services.reports.entrypoints.refusals import REFUSALS
from services.reports.entrypoints.representations import OutcomeOut
from services.reports.entrypoints.staff import RULES
from services.reports.evidence_room import evidence_room
from services.reports.identity.identity import Identities
from services.reports.identity.looks import Looks
from services.reports.live.reporters import LiveReports
from services.reports.maps import Tiles
from services.reports.offers import Offers
from services.reports.routes import ROUTES
from services.reports.telling import Telling
from services.reports.views.incidents import Incidents
from services.reports.views.nearby import Nearby
from services.reports.views.offices import Offices
from services.reports.views.public import Public
from shared.auth.keys import derive_key
from shared.auth.limits import MemoryAttemptStore, MongoAttemptStore, Patience
from shared.clock import system_clock
from shared.contracts.reference import asyncapi_document, schema
from shared.contracts.reports import EVENTS, SERVICE
from shared.links import SecretLinks
from shared.messaging.lifecycle import Prepared, kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway, Tail
from shared.metrics import TailMetrics
from shared.mongo import Database, connected, ping
from shared.settings import Settings
from shared.staff import routers as staff
from shared.staff.kit import staff_kit
from shared.staff.outside import outside_of
from shared.web.app import WebService
from shared.web.app import create_app as create_web_app
from shared.web.i18n import Catalogues
from shared.web.sse import Hub

FOLDER = Path(__file__).parent
TRIES = "tries"
"""Collection of what browsers and addresses have done lately, as keyed hashes that expire."""


def create_app(settings: Settings) -> FastAPI:
    """The API and pages of the reports service. Raises `WrongSetting` for those by which it could not work."""
    hub = Hub()
    outside = outside_of(settings, RULES, system_clock)
    identities = Identities.of(settings.identity_keys)
    tiles = Tiles.of(settings.map_tiles, settings.map_attribution)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with connected(settings) as client:
            database = client[settings.database(SERVICE)]
            store = MongoStore(client, database, ROUTES.kinds)
            tail = event_tail()
            tries = MongoAttemptStore(database[TRIES])
            patience = Patience(tries, system_clock, key=_key(settings, "tries"))
            reports = app.state.reports = _compose(settings, database, store, tail, hub, identities, patience, tiles)
            tail.listen(LiveReports(hub, ReporterScribe(reports)).on_event)
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
            async with (
                app.state.staff.running(),
                kept_trying(Prepared(tries.prepare)),
                kept_trying(reports.gateway),
                evidence_room(
                    settings, database, store, reports.gateway, reports.offices, system_clock
                ) as app.state.evidence_room,
                agency_room(settings, database, store, reports.offices, system_clock, hub) as app.state.agency_room,
            ):
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
            documents.router,
            *citizen.ROUTERS,
            *public.ROUTERS,
            *identity.ROUTERS,
            *agencies.ROUTERS,
            *desk.ROUTERS,
            *evidence.API_ROUTERS,
            *evidence.PAGE_ROUTERS,
            *staff.api_routers(RULES, OutcomeOut),
            *staff.page_routers(RULES),
        ),
        refusals={**REFUSALS, **EVIDENCE_REFUSALS, **AGENCY_REFUSALS},
        streamed=evidence.STREAMED,
        checks={"broker": broker, "database": database},
        asyncapi=lambda: json.loads(asyncapi_document(SERVICE)),
        schema=lambda label: schema(SERVICE, label),
        outcome=OutcomeOut,
        parts=(staff.FOLDER,),
        frame="reports.html",
        standards=(f"{PREFIX}/",),
    )
    app = create_web_app(service, secret_key=settings.secret_key, lifespan=lifespan, secure=settings.https, hub=hub)
    return app


def event_tail() -> Tail:
    """Reads all the service's new events, and measures how far behind it is."""
    metrics = TailMetrics(SERVICE)
    return Tail(EVENTS, seen=lambda issued_at: metrics.seen(issued_at, system_clock()))


def _compose(
    settings: Settings,
    database: Database,
    store: MongoStore,
    tail: Tail,
    hub: Hub,
    identities: Identities,
    patience: Patience,
    tiles: Tiles,
) -> Reports:
    offices, codes, catalogues = Offices(store, system_clock), Codes(_key(settings, "codes")), _catalogues()
    tail.listen(offices.on_event)
    return Reports(
        clock=system_clock,
        gateway=Gateway(settings, SERVICE, tail, clock=system_clock),
        store=store,
        offices=offices,
        incidents=Incidents(offices, store, system_clock),
        identities=identities,
        looks=Looks(store),
        links=SecretLinks(_key(settings, "links"), "/reports/r/", IncidentUnknown),
        follower_links=SecretLinks(_key(settings, "follower-links"), "/reports/f/", FollowerUnknown),
        codes=codes,
        nearby=Nearby(store, system_clock),
        offers=Offers(_key(settings, "offers")),
        telling=Telling(catalogues, system_clock),
        patience=patience,
        crowd=Patience(MemoryAttemptStore(), system_clock, key=_key(settings, "tries")),
        tries_per_address=settings.tries_per_address,
        tiles=tiles,
        public=Public(database, store, system_clock, key=_key(settings, "public")),
        requests=RequestIds(_key(settings, "open311")),
        open311_keys=tuple(key for key in settings.open311_keys.get_secret_value().split(",") if key),
        desk=desk_of(database, store, offices, codes, system_clock, catalogues=catalogues, hub=hub, tail=tail),
        public_url=settings.public_url,
    )


def _catalogues() -> Catalogues:
    return Catalogues(FOLDER / "locales")


def _key(settings: Settings, purpose: str) -> bytes:
    return derive_key(settings.secret_key, f"{SERVICE}/{purpose}")
