"""One message of every type about evidence and cameras, filled in as far as it can be."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.contracts.message import Message
from shared.contracts.reports.cameras import (
    AddCamera,
    AnswerRequest,
    CameraAdded,
    CameraChanged,
    CameraChecked,
    CameraPlan,
    CameraRetired,
    ChangeCamera,
    CheckCamera,
    CheckRequest,
    FootageOverwritten,
    FootagePromised,
    FootageReceived,
    FootageRefused,
    FootageReminderDue,
    FootageRequested,
    RequestFootage,
    RequestWithdrawn,
    RetireCamera,
    WithdrawRequest,
)
from shared.contracts.reports.evidence import (
    AddEvidence,
    ConfirmErasure,
    DescribeEvidence,
    DestroyEvidence,
    EvidenceAccessed,
    EvidenceAdded,
    EvidenceDescribed,
    EvidenceDestroyed,
    EvidenceErased,
    HoldPlaced,
    HoldReleased,
    Media,
    PlaceHold,
    RecordAccess,
    Recording,
    ReleaseHold,
    RetentionSet,
    SetRetention,
    StoredFile,
)

OFFICE = "polres-palu"
INCIDENT = "0198c1a2-7f00-7000-8000-0000000000a1"
EVIDENCE_ID = "0198c1a2-7f00-7000-8000-0000000000e1"
HOLD = "0198c1a2-7f00-7000-8000-0000000000e2"
CAMERA = "0198c1a2-7f00-7000-8000-0000000000c1"
REQUEST = "0198c1a2-7f00-7000-8000-0000000000c2"
STARTS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ENDS = datetime(2026, 3, 2, 12, 40, tzinfo=UTC)
DEADLINE = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

PLAN = CameraPlan(
    name="Simpang Jalan Sudirman, timur",
    owner="Toko Maju",
    owner_kind="business",
    address="Jalan Sudirman 7, Palu",
    latitude=-0.8917,
    longitude=119.8707,
    bearing=90,
    angle=75,
    range_metres=40,
    retention_hours=168,
    contact="Ibu Rina, 0812 3456 7890",
    note="Gelap setelah pukul 22",
)
RECORDING = Recording(CAMERA, STARTS, ENDS, "Disalin ke flash disk oleh pemilik")
_ABOUT = {"office": OFFICE, "evidence": EVIDENCE_ID}
_HAPPENED = {**_ABOUT, "incident": INCIDENT, "entries": 2, "head": HASH}
_ANSWERED = {"office": OFFICE, "incident": INCIDENT, "request": REQUEST, "camera": CAMERA}
_OF_CAMERA = {"office": OFFICE, "camera": CAMERA, "revision": 2}

EVIDENCE: Sequence[Message] = (
    AddEvidence(
        office=OFFICE,
        incident=INCIDENT,
        via="desk",
        original=StoredFile(f"original/{EVIDENCE_ID}", 73_400_320, HASH, "video/x-matroska"),
        working_copy=StoredFile(f"copy/{EVIDENCE_ID}", 73_300_000, HASH, "video/mp4"),
        media=Media("video", 1920, 1080, "h264", "aac", 900_000),
        name="ch01_20260302.mkv",
        note="Pelaku lari ke arah timur",
        recording=RECORDING,
        request=REQUEST,
    ),
    RecordAccess(**_ABOUT, access="downloaded", variant="original", reason="Perkara 12/III/2026"),
    DescribeEvidence(**_ABOUT, recording=RECORDING, note="Pelaku lari ke arah timur"),
    PlaceHold(**_ABOUT, reason="Perkara 12/III/2026"),
    ReleaseHold(**_ABOUT, hold=HOLD, reason="Putusan tetap"),
    SetRetention(**_ABOUT, until=DEADLINE, reason="Perkara selesai"),
    DestroyEvidence(**_ABOUT, reason="Masa simpan berakhir"),
    ConfirmErasure(**_ABOUT),
    AddCamera(office=OFFICE, plan=PLAN),
    ChangeCamera(office=OFFICE, camera=CAMERA, plan=PLAN),
    CheckCamera(office=OFFICE, camera=CAMERA, health="working", clock_offset_seconds=125, note="Lensa bersih"),
    RetireCamera(office=OFFICE, camera=CAMERA, reason="Dibongkar"),
    RequestFootage(office=OFFICE, incident=INCIDENT, camera=CAMERA, starts_at=STARTS, ends_at=ENDS, note="Motor merah"),
    AnswerRequest(office=OFFICE, request=REQUEST, answer="promised", note="Besok pagi"),
    WithdrawRequest(office=OFFICE, request=REQUEST, reason="Sudah ada dari kamera lain"),
    CheckRequest(office=OFFICE, request=REQUEST),
    EvidenceAdded(
        office=OFFICE,
        incident=INCIDENT,
        revision=4,
        evidence=EVIDENCE_ID,
        via="desk",
        kind="video",
        size=73_400_320,
        sha256=HASH,
        entries=1,
        head=HASH,
    ),
    EvidenceAccessed(**_HAPPENED, access="downloaded", variant="original"),
    EvidenceDescribed(**_HAPPENED),
    HoldPlaced(**_HAPPENED, hold=HOLD),
    HoldReleased(**_HAPPENED, hold=HOLD),
    RetentionSet(**_HAPPENED, until=DEADLINE),
    EvidenceDestroyed(**_HAPPENED),
    EvidenceErased(**_HAPPENED),
    CameraAdded(**_OF_CAMERA),
    CameraChanged(**_OF_CAMERA),
    CameraChecked(**_OF_CAMERA, health="working", clock_offset_seconds=125),
    CameraRetired(**_OF_CAMERA),
    FootageRequested(office=OFFICE, incident=INCIDENT, revision=5, request=REQUEST, camera=CAMERA, deadline=DEADLINE),
    FootagePromised(**_ANSWERED),
    FootageReceived(**_ANSWERED),
    FootageRefused(**_ANSWERED),
    FootageOverwritten(**_ANSWERED),
    RequestWithdrawn(**_ANSWERED),
    FootageReminderDue(**_ANSWERED, reminder=2, deadline=DEADLINE),
)
