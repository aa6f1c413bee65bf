"""The reports service's map: which handler answers which command, and where each kind of aggregate is kept."""

from services.reports.domain.agency import Agency
from services.reports.domain.camera import Camera
from services.reports.domain.custody import CustodyEntry
from services.reports.domain.evidence import Evidence
from services.reports.domain.footage import FootageRequest
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.plan_record import PlanRecord
from services.reports.domain.records import Entry, Follower, Reporter, Story
from services.reports.domain.register import Register
from services.reports.domain.rule import Rule
from services.reports.domain.share import Share
from services.reports.domain.trust import Trust
from services.reports.domain.unit import Unit
from services.reports.handlers import (
    add_evidence,
    describe_evidence,
    file_report,
    follow_incident,
    hand_over,
    link_duplicate,
    remove_exercise,
    request_footage,
    resolve_incident,
)
from services.reports.handlers.accept_dispatch import accept_dispatch
from services.reports.handlers.accept_rule import accept_rule
from services.reports.handlers.acknowledge_incident import acknowledge_incident
from services.reports.handlers.add_agency import add_agency
from services.reports.handlers.add_camera import add_camera
from services.reports.handlers.add_note import add_note
from services.reports.handlers.agencies import needs_agency, needs_rule, needs_share
from services.reports.handlers.answer_request import answer_request
from services.reports.handlers.arrive_on_scene import arrive_on_scene
from services.reports.handlers.change_camera import change_camera
from services.reports.handlers.check_camera import check_camera
from services.reports.handlers.check_clocks import check_clocks
from services.reports.handlers.check_in import check_in
from services.reports.handlers.check_request import check_request
from services.reports.handlers.clear_scene import clear_scene
from services.reports.handlers.close_incident import close_incident
from services.reports.handlers.configure_office import configure_office
from services.reports.handlers.confirm_erasure import confirm_erasure
from services.reports.handlers.confirm_outcome import confirm_outcome
from services.reports.handlers.destroy_evidence import destroy_evidence
from services.reports.handlers.dispatch_unit import dispatch_unit
from services.reports.handlers.end_rule import end_rule
from services.reports.handlers.erase_reporter import erase_reporter
from services.reports.handlers.evidence_lookup import needs_camera, needs_evidence, needs_request
from services.reports.handlers.go_in_service import go_in_service
from services.reports.handlers.go_out_of_service import go_out_of_service
from services.reports.handlers.lookup import needs_both, needs_incident, needs_office, needs_unit, the_office
from services.reports.handlers.place_hold import place_hold
from services.reports.handlers.propose_rule import propose_rule
from services.reports.handlers.quarantine_incident import quarantine_incident
from services.reports.handlers.record_access import record_access
from services.reports.handlers.release_hold import release_hold
from services.reports.handlers.release_incident import release_incident
from services.reports.handlers.remove_agency import remove_agency
from services.reports.handlers.reopen_incident import reopen_incident
from services.reports.handlers.report_agency_unit import report_agency_unit
from services.reports.handlers.retire_camera import retire_camera
from services.reports.handlers.reveal_identity import reveal_identity
from services.reports.handlers.send_agency_message import send_agency_message
from services.reports.handlers.send_message import send_message
from services.reports.handlers.set_retention import set_retention
from services.reports.handlers.share_incident import share_incident
from services.reports.handlers.stand_down_unit import stand_down_unit
from services.reports.handlers.take_charge import take_charge
from services.reports.handlers.take_export import take_export
from services.reports.handlers.triage_incident import triage_incident
from services.reports.handlers.unfollow_incident import unfollow_incident
from services.reports.handlers.unlink_duplicate import unlink_duplicate
from services.reports.handlers.withdraw_request import withdraw_request
from shared.contracts import reports
from shared.contracts.reports import agencies, cameras, evidence, incidents, office, staff, units
from shared.messaging.routes import Index, Kind, Route, Routes
from shared.staff.routes import STAFF, staff_routes

ROUTES = Routes(
    service=reports.SERVICE,
    refused=reports.CommandRefused,
    commands={
        office.ConfigureOffice: Route(configure_office, needs_office),
        office.TakeExport: Route(take_export, needs_office),
        **staff_routes(staff.STAFF, knows_office=the_office, needs_office=needs_office),
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
        units.DispatchUnit: Route(dispatch_unit, needs_both),
        units.StandDownUnit: Route(stand_down_unit, needs_both),
        units.AcceptDispatch: Route(accept_dispatch, needs_unit),
        units.ArriveOnScene: Route(arrive_on_scene, needs_unit),
        units.CheckIn: Route(check_in, needs_unit),
        units.ClearScene: Route(clear_scene, needs_unit),
        units.GoInService: Route(go_in_service, needs_unit),
        units.GoOutOfService: Route(go_out_of_service, needs_unit),
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
        evidence.AddEvidence: Route(add_evidence.add_evidence, add_evidence.needs),
        evidence.RecordAccess: Route(record_access, needs_evidence),
        evidence.DescribeEvidence: Route(describe_evidence.describe_evidence, describe_evidence.needs),
        evidence.PlaceHold: Route(place_hold, needs_evidence),
        evidence.ReleaseHold: Route(release_hold, needs_evidence),
        evidence.SetRetention: Route(set_retention, needs_evidence),
        evidence.DestroyEvidence: Route(destroy_evidence, needs_evidence),
        evidence.ConfirmErasure: Route(confirm_erasure, needs_evidence),
        cameras.AddCamera: Route(add_camera, needs_office),
        cameras.ChangeCamera: Route(change_camera, needs_camera),
        cameras.CheckCamera: Route(check_camera, needs_camera),
        cameras.RetireCamera: Route(retire_camera, needs_camera),
        cameras.RequestFootage: Route(request_footage.request_footage, request_footage.needs),
        cameras.AnswerRequest: Route(answer_request, needs_request),
        cameras.WithdrawRequest: Route(withdraw_request, needs_request),
        cameras.CheckRequest: Route(check_request, needs_request),
    },
    kinds=(
        # Few and read by almost every command: they stay in the worker's memory.
        Kind(Office, "offices", cached=True),
        Kind(Register, "registers", cached=True),
        Kind(PlanRecord, "plans", indexes=(Index(("office", "revision")), Index(("at",)))),
        Kind(Unit, "units", cached=True),
        Kind(
            Incident,
            "incidents",
            indexes=(
                Index(("at_work", "priority", "filed_at"), partial=True),  # the board
                Index(("due",), partial=True),  # what may be late
                Index(("asked",), partial=True),  # whose reporter waits for an answer
                Index(("office", "number"), unique=True),  # a number is given once, whatever else breaks
                Index(("office", "filed_at")),  # the latest, and what is old enough to be forgotten
                Index(("cell", "filed_at"), partial=True),  # what is near
                Index(("original",), partial=True),  # the duplicates of one
                Index(("idle_since",), partial=True),  # what may be forgotten
            ),
        ),
        Kind(
            Story, "stories", indexes=(Index(("office", "terms", "told_at", "id")),)
        ),  # what was said with these words
        Kind(Reporter, "reporters", indexes=(Index(("told_at",)),)),
        Kind(
            Follower,
            "followers",
            indexes=(
                Index(("claim",), unique=True, partial=True),  # one contact follows an incident once
                Index(("incident",)),
            ),
        ),
        Kind(Entry, "timeline", indexes=(Index(("incident", "place")),)),
        Kind(Trust, "trust", indexes=(Index(("filed",)),)),
        STAFF,
        Kind(Agency, "agencies"),
        Kind(
            Rule,
            "rules",
            indexes=(
                Index(("in_force",), partial=True),  # what an office shares at present
                Index(("due",), partial=True),  # what expires
                Index(("office", "agency")),
            ),
        ),
        Kind(
            Share,
            "shares",
            indexes=(
                Index(("incident",)),  # who was told of one
                Index(("shared_by",), partial=True),  # what a rule shares at present
            ),
        ),
        Kind(
            Evidence,
            "evidence",
            indexes=(
                Index(("incident", "collected_at")),
                Index(("due",), partial=True),  # whose retention is over, and whose files are to go
            ),
        ),
        Kind(CustodyEntry, "custody", indexes=(Index(("evidence", "number"), unique=True),)),
        Kind(Camera, "cameras", indexes=(Index(("office",)),)),
        Kind(
            FootageRequest,
            "footage_requests",
            indexes=(
                Index(("incident", "asked_at")),
                Index(("due",), partial=True),  # of which somebody must be reminded
                Index(("office", "asked_at")),
            ),
        ),
    ),
)
