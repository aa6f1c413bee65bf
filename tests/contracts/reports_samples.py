"""A realistic message of every type of the reports service: a motorcycle is stolen in front of a market in Palu."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts import reports
from shared.contracts.fields import Text
from shared.contracts.message import Message
from shared.contracts.reports import agencies, incidents, office, staff, units
from shared.contracts.reports.agencies import Position, Terms
from shared.contracts.reports.base import Place, Sealed
from shared.contracts.reports.office import Category, Choice, OfficePlan, Post, Question, ServiceLevel, UnitPlan
from tests.contracts.evidence_samples import EVIDENCE

INCIDENT = "0198c1a2-7f00-7000-8000-0000000000a1"
ORIGINAL = "0198c1a2-7f00-7000-8000-0000000000a2"
FOLLOWER = "0198c1a2-7f00-7000-8000-0000000000f1"
RULE = "5b0e7c31-84a4-4c5f-9c0b-1d9f6f0f7a42"
HAPPENED_AT = datetime(2026, 3, 1, 23, 40, tzinfo=UTC)
DUE_AT = datetime(2026, 3, 2, 0, 20, 30, tzinfo=UTC)
EXPIRES_AT = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
SEALED = Sealed("3b1de2c59a434c0a", "mM2GmVqJ0b7nX0p1wQ9sJm7b2h0m1YV8c2FtcGxlIG9mIGEgYm94")
CONTACT = "9d5ed678fe57bcca610140957afab571"

PLAN = OfficePlan(
    id="polres-palu",
    name=Text("Polres Palu", "Palu District Police"),
    address=Text("Jalan Pemuda 23, Palu", "23 Pemuda Street, Palu"),
    time_zone="Asia/Makassar",
    latitude=-0.8917,
    longitude=119.8707,
    categories=(
        Category(
            "theft",
            Text("Pencurian", "Theft"),
            Text("Barang atau kendaraan yang dicuri", "Goods or vehicles that were stolen"),
            urgency="expected",
            severity="moderate",
            questions=(
                Question(
                    "vehicle",
                    Text("Kendaraan apa?", "Which vehicle?"),
                    kind="choice",
                    choices=(
                        Choice("car", Text("Mobil", "Car")),
                        Choice("motorcycle", Text("Sepeda motor", "Motorcycle")),
                    ),
                    required=True,
                ),
            ),
            public=True,
            public_after_hours=48,
        ),
        Category(
            "domestic",
            Text("Kekerasan dalam rumah tangga", "Domestic violence"),
            Text("Kekerasan oleh orang serumah", "Violence by somebody of the household"),
            urgency="immediate",
            severity="severe",
            emergency=True,
            sensitive=True,
        ),
    ),
    units=(UnitPlan("patrol-1", Text("Patroli 1", "Patrol 1")),),
    posts=(
        Post(
            "pos-manonda",
            Text("Pos Manonda", "Manonda post"),
            Text("Jalan Kunduri", "Kunduri Street"),
            -0.905,
            119.86,
            "+62451421110",
        ),
    ),
    levels=(ServiceLevel(1, 1, 2, 10, 120), ServiceLevel(2, 5, 10, 30, 480)),
    emergency_words=("kebakaran", "pisau"),
)
TERMS = Terms(
    tier="assist",
    purpose="Pemadaman dan penyelamatan",
    categories=("fire",),
    area=((Position(-1.0, 119.8), Position(-1.0, 119.95), Position(-0.8, 119.95)),),
    least_severity="moderate",
    expires_at=EXPIRES_AT,
)

_OFFICE: dict[str, Any] = {"office": "polres-palu"}
_IT: dict[str, Any] = {**_OFFICE, "incident": INCIDENT}
_NOW: dict[str, Any] = {**_IT, "revision": 4}
_UNIT: dict[str, Any] = {**_OFFICE, "unit": "patrol-1"}
_AT_INCIDENT: dict[str, Any] = {**_NOW, "unit": "patrol-1", "state": "dispatched"}
_PERSON: dict[str, Any] = {**_OFFICE, "username": "rahmat"}
_ACCOUNT: dict[str, Any] = {**_OFFICE, "staff": "9d5ed678fe57bcca610140957afab571"}
_AGENCY: dict[str, Any] = {**_OFFICE, "agency": "damkar-palu"}
_RULE: dict[str, Any] = {**_AGENCY, "rule": RULE}
_SHARED: dict[str, Any] = {**_NOW, "agency": "damkar-palu"}
_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FtcGxlc2FsdA$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"
_FORMER = "6f1d3a0e5b7c48d2a9e0f3b6c1d84e7a2b5f90c3d6e8a1b4c7d0e3f6a9b2c5d8"
_WHY: dict[str, Any] = {"reason": "Dilaporkan dua kali oleh orang yang sama."}

REPORTS: tuple[Message, ...] = (
    office.ConfigureOffice(**_OFFICE, plan=PLAN, replaces_revision=6),
    office.TakeExport(**_OFFICE, first=date(2026, 2, 1), last=date(2026, 2, 28), form="csv"),
    staff.AddStaff(**_PERSON, display_name="Bripka Rahmat", password_hash=_HASH, roles=("dispatcher",), one_time=True),
    staff.AssignRoles(**_PERSON, roles=("dispatcher", "officer")),
    staff.ChangePassword(**_PERSON, password_hash=_HASH, replaces=_FORMER),
    staff.RemoveStaff(**_PERSON),
    incidents.FileReport(
        **_OFFICE,
        category="theft",
        words="Motor saya dicuri di depan pasar. Hubungi +6281234567890.",
        place=Place(-0.8917, 119.8707, 15.0, "Depan Pasar Inpres Manonda"),
        privacy="confidential",
        answers=(incidents.Answer("vehicle", "motorcycle"),),
        happened_at=HAPPENED_AT,
        reporter=SEALED,
        contact=CONTACT,
        way="web",
        exercise=False,
    ),
    incidents.TriageIncident(
        **_IT, category="theft", severity="moderate", certainty="likely", reason="Ada dua saksi.", priority=2
    ),
    incidents.QuarantineIncident(**_IT, **_WHY),
    incidents.ReleaseIncident(**_IT, **_WHY),
    incidents.LinkDuplicate(**_IT, original=ORIGINAL),
    incidents.UnlinkDuplicate(**_IT, **_WHY),
    incidents.TakeCharge(**_IT),
    incidents.HandOver(**_IT, to="dewi", note="Saksi menunggu di pos."),
    incidents.AddNote(**_IT, words="Saksi menunggu di pos.", via="desk"),
    incidents.SendMessage(**_IT, words="Apakah motor sudah ditemukan?", via="reporter"),
    incidents.ResolveIncident(**_IT, disposition="settled", words="Motor ditemukan dan sudah dikembalikan."),
    incidents.ConfirmOutcome(**_IT),
    incidents.CloseIncident(**_IT, **_WHY),
    incidents.ReopenIncident(**_IT, words="Motor yang ditemukan bukan milik saya.", via="reporter"),
    incidents.FollowIncident(**_IT, reporter=SEALED, contact=CONTACT),
    incidents.UnfollowIncident(**_IT, follower=FOLLOWER),
    incidents.RevealIdentity(**_IT, **_WHY),
    incidents.EraseReporter(**_IT, via="reporter"),
    incidents.CheckClocks(**_IT),
    units.DispatchUnit(**_IT, unit="patrol-1"),
    units.StandDownUnit(**_IT, unit="patrol-1", reason="Dibutuhkan di tempat lain."),
    units.AcceptDispatch(**_UNIT),
    units.ArriveOnScene(**_UNIT),
    units.CheckIn(**_UNIT),
    units.ClearScene(**_UNIT),
    units.GoInService(**_UNIT),
    units.GoOutOfService(**_UNIT),
    agencies.AddAgency(**_AGENCY, name=Text("Damkar Kota Palu", "Palu Fire Service"), kind="fire"),
    agencies.RemoveAgency(**_AGENCY, **_WHY),
    agencies.ProposeRule(**_AGENCY, terms=TERMS),
    agencies.AcceptRule(**_OFFICE, rule=RULE),
    agencies.EndRule(**_OFFICE, rule=RULE, **_WHY),
    agencies.ShareIncident(**_IT, agency="damkar-palu", tier="assist", purpose="Pemadaman dan penyelamatan"),
    agencies.AcknowledgeIncident(**_IT, agency="damkar-palu", reference="DK-2026-0417"),
    agencies.ReportAgencyUnit(**_IT, agency="damkar-palu", unit="Pemadam 2", status="en-route"),
    agencies.SendAgencyMessage(**_IT, agency="damkar-palu", words="Hidran tidak berfungsi.", side="agency"),
    agencies.RemoveExercise(**_IT, reason="Latihan sudah selesai."),
    office.OfficeConfigured(**_OFFICE, plan=PLAN, revision=7),
    office.ExportTaken(**_OFFICE, first=date(2026, 2, 1), last=date(2026, 2, 28), form="csv"),
    staff.StaffAdded(**_ACCOUNT, revision=1),
    staff.RolesAssigned(**_ACCOUNT, revision=2),
    staff.PasswordChanged(**_ACCOUNT, revision=3),
    staff.StaffRemoved(**_ACCOUNT, revision=4),
    incidents.IncidentReported(
        **_IT,
        revision=1,
        number="2026-000123",
        category="theft",
        state="received",
        priority=2,
        severity="moderate",
        privacy="confidential",
        way="web",
        cell="-0.90,119.87",
        happened_at=HAPPENED_AT,
        exercise=False,
    ),
    incidents.IncidentTriaged(
        **_NOW, category="theft", severity="moderate", certainty="likely", priority=2, state="triaged"
    ),
    incidents.IncidentQuarantined(**_NOW),
    incidents.IncidentReleased(**_NOW, state="received"),
    incidents.DuplicateLinked(**_NOW, original=ORIGINAL),
    incidents.DuplicateUnlinked(**_NOW, original=ORIGINAL, state="triaged"),
    incidents.ChargeTaken(**_NOW),
    incidents.IncidentHandedOver(**_NOW),
    incidents.NoteAdded(**_NOW),
    incidents.MessageSent(**_NOW, via="reporter"),
    incidents.IncidentResolved(**_NOW, disposition="settled"),
    incidents.IncidentClosed(**_NOW, via="system"),
    incidents.IncidentReopened(**_NOW, via="reporter", state="triaged"),
    incidents.IncidentFollowed(**_NOW, followers=3),
    incidents.IncidentUnfollowed(**_NOW, followers=2),
    incidents.IdentityRevealed(**_NOW),
    incidents.ReporterErased(**_NOW),
    incidents.DeadlineMissed(**_NOW, clock="accept", due_at=DUE_AT, unit="patrol-1", priority=2, escalated=True),
    units.UnitDispatched(**_AT_INCIDENT),
    units.DispatchAccepted(**_AT_INCIDENT),
    units.UnitArrived(**{**_AT_INCIDENT, "state": "on-scene"}),
    units.UnitCheckedIn(**{**_AT_INCIDENT, "state": "on-scene"}),
    units.UnitCleared(**{**_AT_INCIDENT, "state": "triaged"}),
    units.UnitStatusChanged(**_UNIT, status="en-route", incident=INCIDENT),
    agencies.AgencyAdded(**_AGENCY, name=Text("Damkar Kota Palu", "Palu Fire Service"), kind="fire"),
    agencies.AgencyRemoved(**_AGENCY),
    agencies.RuleProposed(**_RULE, side="office", terms=TERMS),
    agencies.RuleAccepted(**_RULE),
    agencies.RuleEnded(**_RULE),
    agencies.IncidentShared(**_SHARED, rule=RULE),
    agencies.IncidentAcknowledged(**_SHARED),
    agencies.AgencyUnitReported(**_SHARED, agency_unit="Pemadam 2", status="en-route"),
    agencies.AgencyMessageSent(**_SHARED, side="agency"),
    agencies.ExerciseRemoved(**_NOW),
    reports.CommandRefused(
        command=incidents.FileReport.type(),
        about="polres-palu",
        reason="too-many-reports",
        details={"seconds": 1740},
    ),
    *EVIDENCE,
)
