"""Which handler answers which command about incidents."""

from collections.abc import Mapping

from services.reports.handlers.incidents import (
    file_report,
    follow_incident,
    hand_over,
    link_duplicate,
    resolve_incident,
)
from services.reports.handlers.incidents.add_note import add_note
from services.reports.handlers.incidents.check_clocks import check_clocks
from services.reports.handlers.incidents.close_incident import close_incident
from services.reports.handlers.incidents.confirm_outcome import confirm_outcome
from services.reports.handlers.incidents.erase_reporter import erase_reporter
from services.reports.handlers.incidents.quarantine_incident import quarantine_incident
from services.reports.handlers.incidents.release_incident import release_incident
from services.reports.handlers.incidents.reopen_incident import reopen_incident
from services.reports.handlers.incidents.reveal_identity import reveal_identity
from services.reports.handlers.incidents.send_message import send_message
from services.reports.handlers.incidents.take_charge import take_charge
from services.reports.handlers.incidents.triage_incident import triage_incident
from services.reports.handlers.incidents.unfollow_incident import unfollow_incident
from services.reports.handlers.incidents.unlink_duplicate import unlink_duplicate
from services.reports.handlers.lookup import needs_incident
from shared.contracts.message import Command
from shared.contracts.reports import incidents
from shared.messaging.routes import Route

INCIDENTS: Mapping[type[Command], Route] = {
    incidents.FileReport: Route(file_report.file_report, file_report.needs),
    incidents.TriageIncident: Route(triage_incident, needs_incident),
    incidents.QuarantineIncident: Route(quarantine_incident, needs_incident),
    incidents.ReleaseIncident: Route(release_incident, needs_incident),
    incidents.LinkDuplicate: Route(link_duplicate.link_duplicate, link_duplicate.needs),
    incidents.UnlinkDuplicate: Route(unlink_duplicate, needs_incident),
    incidents.TakeCharge: Route(take_charge, needs_incident),
    incidents.HandOver: Route(hand_over.hand_over, hand_over.needs),
    incidents.AddNote: Route(add_note, needs_incident),
    incidents.SendMessage: Route(send_message, needs_incident),
    incidents.ResolveIncident: Route(resolve_incident.resolve_incident, resolve_incident.needs),
    incidents.ConfirmOutcome: Route(confirm_outcome, needs_incident),
    incidents.CloseIncident: Route(close_incident, needs_incident),
    incidents.ReopenIncident: Route(reopen_incident, needs_incident),
    incidents.FollowIncident: Route(follow_incident.follow_incident, follow_incident.needs),
    incidents.UnfollowIncident: Route(unfollow_incident, needs_incident),
    incidents.RevealIdentity: Route(reveal_identity, needs_incident),
    incidents.EraseReporter: Route(erase_reporter, needs_incident),
    incidents.CheckClocks: Route(check_clocks, needs_incident),
}
