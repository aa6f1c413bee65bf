"""The composition root: settings in, a running API or worker out. Nothing is made at import."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from services.queue.context import Outside, Queue
from services.queue.entrypoints import api, streams
from services.queue.entrypoints.citizen import (
    appointment_api,
    appointment_pages,
    booking_pages,
    kiosk_api,
    kiosk_pages,
    pages,
    procedure_api,
    procedure_pages,
    ticket_pages,
)
from services.queue.entrypoints.counter import counter_api, counter_pages
from services.queue.entrypoints.manager import figures_api, figures_pages, plan_api, plan_pages
from services.queue.entrypoints.refusals import REFUSALS
from services.queue.entrypoints.representations import OutcomeOut
from services.queue.entrypoints.scribe import QueueScribe
from services.queue.entrypoints.staff import (
    account_pages,
    oidc_pages,
    session_api,
    sign_in_pages,
    staff_api,
    staff_pages,
)
from services.queue.entrypoints.staff.outsiders import Outsiders
from services.queue.entrypoints.words import Words
from services.queue.links import AppointmentLinks, Links
from services.queue.live.live import Live
from services.queue.live.sign_outs import SignOuts
from services.queue.routes import ROUTES
from services.queue.views.appointments import Appointments
from services.queue.views.desk import Desk
from services.queue.views.expectations import Expectations
from services.queue.views.figures import Figures
from services.queue.views.holders import Holders
from services.queue.views.lobby import Lobby
from services.queue.views.office import Views
from services.queue.views.plans import Plans
from services.queue.views.procedures import Procedures
from services.queue.waits.records import MongoRecords
from services.queue.waits.waits import Waits
from shared.auth.devices import KnownDevices
from shared.auth.errands import Errands
from shared.auth.keys import derive_key
from shared.auth.limits import MongoAttemptStore, SignInLimits
from shared.auth.oidc import Provider
from shared.auth.passwords import Passwords
from shared.auth.registration import Registration
from shared.auth.sessions import MongoSessionStore, SessionCookie, Sessions
from shared.clock import system_clock
from shared.contracts.queue import EVENTS, SERVICE
from shared.contracts.reference import asyncapi_document, schema
from shared.messaging.lifecycle import Prepared, kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway, Tail
from shared.metrics import TailMetrics
from shared.mongo import Client, connected
from shared.settings import Settings
from shared.web.app import WebService
from shared.web.app import create_app as create_web_app
from shared.web.i18n import Catalogues
from shared.web.sse import Hub

SESSIONS = "sessions"
ATTEMPTS = "sign_in_attempts"
KIOSKS = "kiosks"
KIOSK_IDLE = timedelta(days=45)
"""Longer than any holidays. A machine that stood still for longer is made a kiosk anew."""
KIOSK_LASTS = timedelta(days=366)
FOLDER = Path(__file__).parent


def create_app(settings: Settings) -> FastAPI:
    """The queue's API and pages. Raises `ValueError` for settings by which the staff could not sign in."""
    hub = Hub()
    outside = _outside(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with connected(settings) as client:
            queue = app.state.queue = _compose(settings, hub, client, outside)
            app.state.gateway = queue.gateway
            database = client[settings.database(SERVICE)]
            sessions = Prepared(MongoSessionStore(database[SESSIONS]).prepare)
            kiosks = Prepared(MongoSessionStore(database[KIOSKS]).prepare)
            attempts = Prepared(MongoAttemptStore(database[ATTEMPTS]).prepare)
            async with (
                kept_trying(sessions),
                kept_trying(kiosks),
                kept_trying(attempts),
                kept_trying(queue.gateway),
                queue.waits.running(),
            ):
                yield

    async def broker() -> None:
        await app.state.queue.gateway.ready()

    async def database() -> None:
        await app.state.queue.views.ready()

    service = WebService(
        name=SERVICE,
        title="Kentongan: queue",
        folder=FOLDER,
        routers=(
            api.router,
            appointment_api.router,
            kiosk_api.router,
            session_api.router,
            staff_api.router,
            counter_api.router,
            streams.router,
            pages.router,
            ticket_pages.router,
            appointment_pages.router,
            booking_pages.router,
            kiosk_pages.router,
            sign_in_pages.router,
            oidc_pages.router,
            counter_pages.router,
            figures_api.router,
            figures_pages.router,
            plan_api.router,
            plan_pages.router,
            procedure_api.router,
            procedure_pages.router,
            account_pages.router,
            staff_pages.router,
        ),
        refusals=REFUSALS,
        checks={"broker": broker, "database": database},
        asyncapi=lambda: json.loads(asyncapi_document(SERVICE)),
        schema=lambda label: schema(SERVICE, label),
        outcome=OutcomeOut,
    )
    app = create_web_app(service, secret_key=settings.secret_key, lifespan=lifespan, secure=settings.https, hub=hub)
    return app


def _compose(settings: Settings, hub: Hub, client: Client, outside: Outside | None) -> Queue:
    database = client[settings.database(SERVICE)]
    store = MongoStore(client, database, ROUTES.kinds)
    catalogues = Catalogues(FOLDER / "locales")
    waits = Waits(MongoRecords(client, database, store), system_clock)
    expectations = Expectations(waits, catalogues)
    views = Views(client, database, store, system_clock, expectations)
    desk, lobby = Desk(views, store, system_clock), Lobby(views, store, system_clock)
    words = Words(catalogues)
    live = Live(hub, QueueScribe(views, desk, lobby, expectations, words))
    waits.listen(live.retell)
    metrics = TailMetrics(SERVICE)
    tail = Tail(EVENTS, seen=lambda issued_at: metrics.seen(issued_at, system_clock()))
    tail.listen(live.on_event)
    tail.listen(waits.on_event)
    sessions = Sessions(MongoSessionStore(database[SESSIONS]), system_clock)
    tail.listen(SignOuts(sessions, hub).on_event)
    return Queue(
        clock=system_clock,
        gateway=Gateway(settings, SERVICE, tail, clock=system_clock),
        store=store,
        views=views,
        figures=Figures(database, store, system_clock),
        plans=Plans(store),
        procedures=Procedures(store, views),
        desk=desk,
        lobby=lobby,
        live=live,
        waits=waits,
        words=words,
        appointments=Appointments(views, store, system_clock),
        holders=Holders(views, store, system_clock),
        links=Links(_key(settings, "links")),
        appointment_links=AppointmentLinks(_key(settings, "appointment-links")),
        sessions=sessions,
        session_cookie=SessionCookie("queue_session", secure=settings.https),
        kiosks=Sessions(MongoSessionStore(database[KIOSKS]), system_clock, idle=KIOSK_IDLE, absolute=KIOSK_LASTS),
        kiosk_cookie=SessionCookie("queue_kiosk", secure=settings.https, lasts=KIOSK_LASTS),
        known_devices=KnownDevices("queue_device", _key(settings, "known-devices"), secure=settings.https),
        passwords=Passwords(),
        sign_in_limits=SignInLimits(
            MongoAttemptStore(database[ATTEMPTS]), system_clock, key=_key(settings, "sign-in-limits")
        ),
        local_sign_in=settings.local_sign_in,
        outside=outside,
        public_url=settings.public_url,
    )


def _outside(settings: Settings) -> Outside | None:
    """The provider of the settings. Nothing is asked of it before somebody comes."""
    if not settings.oidc_issuer:
        if not settings.local_sign_in:
            raise ValueError("without local accounts the staff needs a provider (KENTONGAN_OIDC_ISSUER)")
        return None
    if not settings.public_url:
        raise ValueError("the provider must know where to send people back to (KENTONGAN_PUBLIC_URL)")
    registration = Registration(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect_uri=f"{settings.public_url}/queue/sign-in/oidc/callback",
        after_sign_out=f"{settings.public_url}/queue/sign-in",
        scopes=settings.oidc_scopes,
        ca=settings.oidc_ca,
    )
    return Outside(
        name=settings.oidc_name,
        provider=Provider(registration, system_clock),
        errands=Errands("queue_errand", _key(settings, "oidc-errands"), system_clock, secure=settings.https),
        outsiders=Outsiders.of(settings),
    )


def _key(settings: Settings, purpose: str) -> bytes:
    return derive_key(settings.secret_key, f"{SERVICE}/{purpose}")
