"""What the sharing process reacts to: what happens to incidents, replies, rules that begin or end, new agencies."""

from dataclasses import replace

from services.reports.routes import ROUTES
from services.reports.sharing import on_incident
from services.reports.sharing.on_agency import on_agency_added
from services.reports.sharing.on_message import on_message
from services.reports.sharing.on_rule import on_rule_accepted, on_rule_ended
from shared.contracts import reports
from shared.contracts.reports.agencies import AgencyAdded, AgencyMessageSent, RuleAccepted, RuleEnded
from shared.contracts.reports.base import IncidentEvent
from shared.messaging.routes import Route, Routes

SHARING = Routes(
    service=reports.SERVICE,
    role="sharing",
    refused=reports.CommandRefused,
    commands={},
    reactions={
        **{
            event: Route(on_incident.on_incident, on_incident.needs)
            for event in reports.EVENTS
            if issubclass(event, IncidentEvent)
        },
        AgencyMessageSent: Route(on_message, on_incident.needs),
        AgencyAdded: Route(on_agency_added),
        RuleAccepted: Route(on_rule_accepted),
        RuleEnded: Route(on_rule_ended),
    },
    # All but the shares are the worker's, who changes them meanwhile: nothing is kept from batch to batch.
    kinds=tuple(replace(kind, cached=False) for kind in ROUTES.kinds),
)
