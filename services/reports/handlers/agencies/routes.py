"""Which handler answers which command about agencies."""

from collections.abc import Mapping

from services.reports.handlers.agencies import remove_exercise
from services.reports.handlers.agencies.accept_rule import accept_rule
from services.reports.handlers.agencies.acknowledge_incident import acknowledge_incident
from services.reports.handlers.agencies.add_agency import add_agency
from services.reports.handlers.agencies.end_rule import end_rule
from services.reports.handlers.agencies.lookup import needs_agency, needs_rule, needs_share
from services.reports.handlers.agencies.propose_rule import propose_rule
from services.reports.handlers.agencies.remove_agency import remove_agency
from services.reports.handlers.agencies.report_agency_unit import report_agency_unit
from services.reports.handlers.agencies.send_agency_message import send_agency_message
from services.reports.handlers.agencies.share_incident import share_incident
from shared.contracts.message import Command
from shared.contracts.reports import agencies
from shared.messaging.routes import Route

AGENCIES: Mapping[type[Command], Route] = {
    agencies.AddAgency: Route(add_agency, needs_agency),
    agencies.RemoveAgency: Route(remove_agency, needs_agency),
    agencies.ProposeRule: Route(propose_rule, needs_agency),
    agencies.AcceptRule: Route(accept_rule, needs_rule),
    agencies.EndRule: Route(end_rule, needs_rule),
    agencies.ShareIncident: Route(share_incident, needs_share),
    agencies.AcknowledgeIncident: Route(acknowledge_incident, needs_share),
    agencies.ReportAgencyUnit: Route(report_agency_unit, needs_share),
    agencies.SendAgencyMessage: Route(send_agency_message, needs_share),
    agencies.RemoveExercise: Route(remove_exercise.remove_exercise, remove_exercise.needs),
}
