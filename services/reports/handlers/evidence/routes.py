"""Which handler answers which command about evidence."""

from collections.abc import Mapping

from services.reports.handlers.evidence import add_evidence, describe_evidence
from services.reports.handlers.evidence.confirm_erasure import confirm_erasure
from services.reports.handlers.evidence.destroy_evidence import destroy_evidence
from services.reports.handlers.evidence.lookup import needs_evidence
from services.reports.handlers.evidence.place_hold import place_hold
from services.reports.handlers.evidence.record_access import record_access
from services.reports.handlers.evidence.release_hold import release_hold
from services.reports.handlers.evidence.set_retention import set_retention
from shared.contracts.message import Command
from shared.contracts.reports import evidence
from shared.messaging.routes import Route

EVIDENCE: Mapping[type[Command], Route] = {
    evidence.AddEvidence: Route(add_evidence.add_evidence, add_evidence.needs),
    evidence.RecordAccess: Route(record_access, needs_evidence),
    evidence.DescribeEvidence: Route(describe_evidence.describe_evidence, describe_evidence.needs),
    evidence.PlaceHold: Route(place_hold, needs_evidence),
    evidence.ReleaseHold: Route(release_hold, needs_evidence),
    evidence.SetRetention: Route(set_retention, needs_evidence),
    evidence.DestroyEvidence: Route(destroy_evidence, needs_evidence),
    evidence.ConfirmErasure: Route(confirm_erasure, needs_evidence),
}
