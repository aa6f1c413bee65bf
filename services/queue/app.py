"""The composition root: settings in, a running API or worker out. Nothing is made at import."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from services.queue.context import Queue
from services.queue.domain.errors import OfficeUnknown
from services.queue.domain.office import Office
from services.queue.domain.plan_record import PlanRecord
from services.queue.entrypoints import api, streams
from services.queue.entrypoints.citizen import (
    appointment_api,
    appointment_pages,
    booking_pages,
    kiosk_api,
    kiosk_pages,
    pages,
    phone_api,
    phone_pages,
    procedure_api,
    procedure_pages,
    ticket_pages,
)
from services.queue.entrypoints.counter import counter_api, counter_pages
from services.queue.entrypoints.manager import (
    figures_api,
    figures_pages,
    plan_api,
    plan_pages,
    trace_api,
    trace_pages,
)
from services.queue.entrypoints.refusals import REFUSALS
from services.queue.entrypoints.representations import OutcomeOut
from services.queue.entrypoints.scribe import QueueScribe
from services.queue.entrypoints.staff import RULES
from services.queue.entrypoints.words import Words
from services.queue.links import AppointmentLinks, Links
from services.queue.live.live import Live
from services.queue.phones.codes import CODE_LASTS, PROOF_LASTS, Codes
from services.queue.phones.limits import Limits
from services.queue.phones.proving import Proving
from services.queue.phones.sender import HttpGateway
from services.queue.routes import ROUTES
from services.queue.views.appointments import Appointments
from services.queue.views.desk import Desk
from services.queue.views.expectations import Expectations
from services.queue.views.figures import Figures
from services.queue.views.holders import Holders
from services.queue.views.lobby import Lobby
from services.queue.views.office import Views
from services.queue.views.procedures import Procedures
from services.queue.views.traces import Traces
from services.queue.waits.records import MongoRecords
from services.queue.waits.waits import Waits
from shared.auth.keys import derive_key
from shared.auth.limits import MongoAttemptStore, Patience
from shared.auth.sessions import MongoSessionStore, SessionCookie, Sessions
from shared.clock import system_clock
from shared.contracts.queue import EVENTS, SERVICE
from shared.contracts.reference import asyncapi_document, schema
from shared.messaging.lifecycle import Prepared, kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway, Tail
from shared.metrics import TailMetrics
from shared.mongo import Client, Database, connected
from shared.settings import Settings
from shared.staff import routers as staff
from shared.staff.kit import staff_kit
from shared.staff.outside import outside_of
from shared.web.app import WebService
from shared.web.app import create_app as create_web_app
from shared.web.i18n import Catalogues
from shared.web.planning.history import Plans
from shared.web.sse import Hub

KIOSKS = "kiosks"
KIOSK_IDLE = timedelta(days=45)
"""Longer than any holidays. A machine that stood still for longer is made a kiosk anew."""
KIOSK_LASTS = timedelta(days=366)
CODE_TRIES = "code_tries"
"""Collection of how often codes were sent and entered lately, as keyed hashes that expire."""
FOLDER = Path(__file__).parent


def create_app(settings: Settings) -> FastAPI:
    """The queue's API and pages. Raises `WrongSetting` for those by which the staff could not sign in."""
    hub = Hub()
    outside = outside_of(settings, RULES, system_clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with connected(settings) as client:
            database = client[settings.database(SERVICE)]
            store = MongoStore(client, database, ROUTES.kinds)
            tail = _tail()
            queue = app.state.queue = _compose(settings, hub, client, store, tail)
            app.state.gateway = queue.gateway
            app.state.staff = staff_kit(
                settings,
                RULES,
                outside,
                database=database,
                store=store,
                offices=queue.views,
                clock=system_clock,
                tail=tail,
                hub=hub,
            )
            kiosks = Prepared(MongoSessionStore(database[KIOSKS]).prepare)
            code_tries = Prepared(MongoAttemptStore(database[CODE_TRIES]).prepare)
            async with (
                app.state.staff.running(),
                kept_trying(kiosks),
                kept_trying(code_tries),
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
            phone_api.router,
            kiosk_api.router,
            *staff.api_routers(RULES, OutcomeOut),
            counter_api.router,
            streams.router,
            pages.router,
            ticket_pages.router,
            appointment_pages.router,
            booking_pages.router,
            phone_pages.router,
            kiosk_pages.router,
            *staff.page_routers(RULES),
            counter_pages.router,
            figures_api.router,
            figures_pages.router,
            trace_api.router,
            trace_pages.router,
            plan_api.router,
            plan_pages.router,
            procedure_api.router,
            procedure_pages.router,
        ),
        refusals=REFUSALS,
        checks={"broker": broker, "database": database},
        asyncapi=lambda: json.loads(asyncapi_document(SERVICE)),
        schema=lambda label: schema(SERVICE, label),
        outcome=OutcomeOut,
        parts=(staff.FOLDER,),
        frame="queue.html",
    )
    app = create_web_app(service, secret_key=settings.secret_key, lifespan=lifespan, secure=settings.https, hub=hub)
    return app


def _tail() -> Tail:
    metrics = TailMetrics(SERVICE)
    return Tail(EVENTS, seen=lambda issued_at: metrics.seen(issued_at, system_clock()))


def _compose(settings: Settings, hub: Hub, client: Client, store: MongoStore, tail: Tail) -> Queue:
    database = client[settings.database(SERVICE)]
    catalogues = Catalogues(FOLDER / "locales")
    waits = Waits(MongoRecords(client, database, store), system_clock)
    expectations = Expectations(waits, catalogues)
    views = Views(client, database, store, system_clock, expectations)
    desk, lobby = Desk(views, store, system_clock), Lobby(views, store, system_clock)
    words = Words(catalogues)
    live = Live(hub, QueueScribe(views, desk, lobby, expectations, words))
    waits.listen(live.retell)
    tail.listen(live.on_event)
    tail.listen(waits.on_event)
    return Queue(
        clock=system_clock,
        gateway=Gateway(settings, SERVICE, tail, clock=system_clock),
        store=store,
        views=views,
        figures=Figures(database, store, system_clock),
        traces=Traces(views, database, store),
        plans=Plans(store, Office, PlanRecord, OfficeUnknown),
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
        kiosks=Sessions(MongoSessionStore(database[KIOSKS]), system_clock, idle=KIOSK_IDLE, absolute=KIOSK_LASTS),
        kiosk_cookie=SessionCookie("queue_kiosk", secure=settings.https, lasts=KIOSK_LASTS),
        proving=_proving(settings, database),
        challenge_cookie=SessionCookie("queue_challenge", secure=settings.https, lasts=CODE_LASTS),
        proof_cookie=SessionCookie("queue_proof", secure=settings.https, lasts=PROOF_LASTS),
        public_url=settings.public_url,
    )


def _proving(settings: Settings, database: Database) -> Proving | None:
    """The proof of telephone numbers, where the settings name somebody who sends codes."""
    if not settings.code_gateway:
        return None
    patience = Patience(MongoAttemptStore(database[CODE_TRIES]), system_clock, key=_key(settings, "code-tries"))
    return Proving(
        HttpGateway(settings.code_gateway, settings.code_gateway_token),
        Codes(_key(settings, "phone-codes")),
        Limits(patience, per_address=settings.tries_per_address, per_hour=settings.codes_per_hour),
        system_clock,
        service=SERVICE,
        countries=tuple(begin.strip() for begin in settings.code_countries.split(",") if begin.strip()),
    )


def _key(settings: Settings, purpose: str) -> bytes:
    return derive_key(settings.secret_key, f"{SERVICE}/{purpose}")
