"""What the entry points of one API process share, made once by the composition root."""

from dataclasses import dataclass

from starlette.requests import Request

from services.reports.codes import Codes
from services.reports.desk import Desk
from services.reports.entrypoints.public.open311.request_ids import RequestIds
from services.reports.identity.identity import Identities
from services.reports.identity.looks import Looks
from services.reports.maps import Tiles
from services.reports.offers import Offers
from services.reports.telling import Telling
from services.reports.views.incidents import Incidents
from services.reports.views.nearby import Nearby
from services.reports.views.offices import Offices
from services.reports.views.public import Public
from shared.auth.limits import Patience
from shared.clock import Clock
from shared.links import SecretLinks
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway


@dataclass(frozen=True, slots=True)
class Reports:
    """The process's own gateway, views and keys."""

    clock: Clock
    gateway: Gateway
    store: MongoStore
    offices: Offices
    incidents: Incidents
    identities: Identities
    looks: Looks
    """What the staff may know about reporters."""
    links: SecretLinks
    """Of reports: who has one is the reporter."""
    follower_links: SecretLinks
    codes: Codes
    nearby: Nearby
    offers: Offers
    telling: Telling
    patience: Patience
    """Who must wait before they file, write or try codes once more. Counts for all API processes."""
    crowd: Patience
    """The same of addresses, counted in this process alone."""
    tries_per_address: int
    tiles: Tiles
    public: Public
    """What everybody sees."""
    requests: RequestIds
    """Of what was posted by Open311."""
    open311_keys: tuple[str, ...]
    """Who may post by it; empty: everybody."""
    desk: Desk
    """What desk and field ask."""
    public_url: str
    """Where people reach the pages; empty where they are not told, and a request's own address counts."""


def reports_of(request: Request) -> Reports:
    """The process's own, for an entry point."""
    reports: Reports = request.app.state.reports
    return reports
