"""What the entry points of one API process share, made once by the composition root."""

from dataclasses import dataclass

from starlette.requests import Request

from services.reports.codes import Codes
from services.reports.identity.identity import Identities
from services.reports.views.incidents import Incidents
from services.reports.views.offices import Offices
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
    links: SecretLinks
    """Of reports: who has one is the reporter."""
    follower_links: SecretLinks
    codes: Codes
    public_url: str
    """Where people reach the pages; empty where they are not told, and a request's own address counts."""


def reports_of(request: Request) -> Reports:
    """The process's own, for an entry point."""
    reports: Reports = request.app.state.reports
    return reports
