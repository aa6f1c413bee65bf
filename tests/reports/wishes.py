"""Each command of the contract at a moment at which it has an effect: what is tested of every command starts here.

A moment is a desk in memory that has come as far as needed. Many tests of one command start from copies of it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.reports.sharing.routes import SHARING
from shared.contracts.message import Command
from shared.contracts.reports import agencies, cameras, evidence, incidents, office, staff, units
from shared.contracts.reports.agencies import Terms
from shared.contracts.reports.cameras import CameraPlan
from shared.messaging.loop import Loop
from shared.messaging.memory import MemoryWorker
from tests.reports.scene import CONTACT, CREW, DESK, HERE, NOW, OFFICE, PLAN, SEALED, Scene, text
from tests.support.twin import KEY

FIRE = "agency/damkar"
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FtcGxlc2FsdA$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TERMS = Terms("assist", "Penanganan bersama")
CAMERA = CameraPlan(
    name="Simpang Manonda",
    owner="Toko Sinar",
    owner_kind="business",
    address="Jalan Hasanuddin 12",
    latitude=-0.8915,
    longitude=119.8705,
    bearing=90,
    angle=80,
    range_metres=40,
    retention_hours=72,
    contact="Ibu Sinar, +62451421110",
)
_OFFICE: dict[str, Any] = {"office": OFFICE}
_IT: dict[str, Any] = {**_OFFICE, "incident": "incident"}
_UNIT: dict[str, Any] = {**_OFFICE, "unit": "patrol-1"}
_AGENCY: dict[str, Any] = {**_OFFICE, "agency": "damkar"}
_SHARED: dict[str, Any] = {**_IT, "agency": "damkar"}
_EVIDENCE: dict[str, Any] = {**_OFFICE, "evidence": "evidence"}
_CAMERA: dict[str, Any] = {**_OFFICE, "camera": "camera"}
_REQUEST: dict[str, Any] = {**_OFFICE, "request": "request"}
_PERSON: dict[str, Any] = {**_OFFICE, "username": "budi"}
_WHY: dict[str, Any] = {"reason": "ternyata begitu"}
PHOTO = evidence.AddEvidence(
    **_IT,
    via="desk",
    original=evidence.StoredFile("original/0a1b", 184_320, SHA256, "image/jpeg"),
    working_copy=evidence.StoredFile("copy/0a1b", 90_112, SHA256, "image/jpeg"),
    media=evidence.Media("photo", 1200, 900, "jpeg"),
    name="IMG_0001.jpg",
    recording=evidence.Recording("camera", NOW - timedelta(hours=2), NOW - timedelta(hours=1), "Disalin satpam"),
    request="request",
)

Step = tuple[str, Command, str]
"""A command with its id and its actor."""


class Wish(NamedTuple):
    """A command at a moment."""

    scene: Scene
    """As it is before the command. Take a `copy`."""
    command: Command
    actor: str

    def copy(self) -> Scene:
        """The moment, for one test."""
        scene = Scene(self.scene.now)
        scene.store._rows = {kind: dict(rows) for kind, rows in self.scene.store._rows.items()}
        scene.store.journal = dict(self.scene.store.journal)
        return scene


# How far a desk may have come -----------------------------------------------------------------------------

_DISPATCH: Step = ("sent", units.DispatchUnit(**_IT, unit="patrol-1"), DESK)
_ARRIVE: Step = ("there", units.ArriveOnScene(**_UNIT), CREW)
_RESOLVE: Step = ("outcome", incidents.ResolveIncident(**_IT, disposition="settled", words="Sudah ditangani"), DESK)
_LINK: Step = ("link", incidents.LinkDuplicate(**_IT, original="other"), DESK)
_FOLLOW: Step = ("follower", incidents.FollowIncident(**_IT, reporter=SEALED, contact="1" * 32), "citizen")
_AGREE: tuple[Step, ...] = (
    ("agency", agencies.AddAgency(**_AGENCY, name=text("Damkar Palu"), kind="fire"), DESK),
    ("rule", agencies.ProposeRule(**_AGENCY, terms=TERMS), DESK),
)
_SHARE: Step = ("share", agencies.ShareIncident(**_SHARED, tier="assist", purpose="Kebakaran"), DESK)
_REGISTER: Step = ("camera", cameras.AddCamera(**_OFFICE, plan=CAMERA), DESK)
_ASK: Step = (
    "request",
    cameras.RequestFootage(
        **_IT, camera="camera", starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1), note="Motor merah"
    ),
    DESK,
)
_COLLECT: tuple[Step, ...] = (_REGISTER, _ASK, ("evidence", PHOTO, DESK))
_HOLD: Step = ("hold", evidence.PlaceHold(**_EVIDENCE, **_WHY), DESK)
_DESTROY: Step = ("gone", evidence.DestroyEvidence(**_EVIDENCE, **_WHY), DESK)

_WISHES: tuple[tuple[tuple[Step, ...], Command, str], ...] = (
    ((), office.ConfigureOffice(**_OFFICE, plan=PLAN, replaces_revision=1), DESK),
    ((), office.TakeExport(**_OFFICE, first=date(2026, 3, 1), last=date(2026, 3, 2), form="csv"), DESK),
    ((), staff.AddStaff(**_OFFICE, username="sari", display_name="Sari", password_hash=HASH), DESK),
    ((), staff.AssignRoles(**_PERSON, roles=("manager",)), DESK),
    ((), staff.ChangePassword(**_PERSON, password_hash=HASH.replace("9s", "8s")), DESK),
    ((), staff.RemoveStaff(**_PERSON), DESK),
    (
        (),
        incidents.FileReport(
            **_OFFICE,
            category="theft",
            words="Motor saya dicuri",
            place=HERE,
            answers=(incidents.Answer("vehicle", "motorcycle"), incidents.Answer("plate", "DN 4821 VK")),
            happened_at=NOW - timedelta(hours=1),
            reporter=SEALED,
            contact=CONTACT,
        ),
        "citizen",
    ),
    (
        (),
        incidents.TriageIncident(**_IT, category="theft", severity="severe", certainty="observed", priority=1, **_WHY),
        DESK,
    ),
    ((), incidents.QuarantineIncident(**_IT, **_WHY), DESK),
    ((("aside", incidents.QuarantineIncident(**_IT, **_WHY), DESK),), incidents.ReleaseIncident(**_IT, **_WHY), DESK),
    ((), _LINK[1], DESK),
    ((_LINK,), incidents.UnlinkDuplicate(**_IT, **_WHY), DESK),
    ((), incidents.TakeCharge(**_IT), DESK),
    ((), incidents.HandOver(**_IT, to="budi", note="Saksi menunggu"), DESK),
    ((), incidents.AddNote(**_IT, words="Saksi menunggu di pos"), DESK),
    ((), incidents.SendMessage(**_IT, words="Sudah sampai mana?", via="reporter"), "citizen"),
    ((_DISPATCH,), _RESOLVE[1], DESK),
    ((_RESOLVE,), incidents.ConfirmOutcome(**_IT), "citizen"),
    ((_RESOLVE,), incidents.CloseIncident(**_IT, **_WHY), DESK),
    ((_RESOLVE,), incidents.ReopenIncident(**_IT, words="Belum beres", via="reporter"), "citizen"),
    ((), _FOLLOW[1], "citizen"),
    ((_FOLLOW,), incidents.UnfollowIncident(**_IT, follower="follower"), "citizen"),
    ((), incidents.RevealIdentity(**_IT, **_WHY), DESK),
    ((), incidents.EraseReporter(**_IT, via="reporter"), "citizen"),
    ((), incidents.CheckClocks(**_IT), "system"),
    ((), _DISPATCH[1], DESK),
    ((_DISPATCH,), units.StandDownUnit(**_IT, unit="patrol-1", **_WHY), DESK),
    ((_DISPATCH,), units.AcceptDispatch(**_UNIT), CREW),
    ((_DISPATCH,), _ARRIVE[1], CREW),
    ((_DISPATCH, _ARRIVE), units.CheckIn(**_UNIT), CREW),
    ((_DISPATCH, _ARRIVE), units.ClearScene(**_UNIT), CREW),
    ((("home", units.GoOutOfService(**_UNIT), CREW),), units.GoInService(**_UNIT), CREW),
    ((), units.GoOutOfService(**_UNIT), CREW),
    ((), _AGREE[0][1], DESK),
    (_AGREE, agencies.RemoveAgency(**_AGENCY, **_WHY), DESK),
    (_AGREE[:1], _AGREE[1][1], DESK),
    (_AGREE, agencies.AcceptRule(**_OFFICE, rule="rule"), FIRE),
    (_AGREE, agencies.EndRule(**_OFFICE, rule="rule", **_WHY), DESK),
    (_AGREE[:1], _SHARE[1], DESK),
    ((*_AGREE, _SHARE), agencies.AcknowledgeIncident(**_SHARED, reference="D-17"), FIRE),
    ((*_AGREE, _SHARE), agencies.ReportAgencyUnit(**_SHARED, unit="Fire 1", status="en-route"), FIRE),
    ((*_AGREE, _SHARE), agencies.SendAgencyMessage(**_SHARED, words="Butuh air", side="agency"), FIRE),
    ((), agencies.RemoveExercise(**_OFFICE, incident="drill", **_WHY), DESK),
    (_COLLECT[:2], PHOTO, DESK),
    (_COLLECT, evidence.RecordAccess(**_EVIDENCE, access="exported", variant="original", **_WHY), DESK),
    (
        _COLLECT,
        evidence.DescribeEvidence(**_EVIDENCE, recording=PHOTO.recording, note="Motor merah terlihat"),
        DESK,
    ),
    (_COLLECT, _HOLD[1], DESK),
    ((*_COLLECT, _HOLD), evidence.ReleaseHold(**_EVIDENCE, hold="hold", **_WHY), DESK),
    (_COLLECT, evidence.SetRetention(**_EVIDENCE, until=NOW + timedelta(days=3650), **_WHY), DESK),
    (_COLLECT, _DESTROY[1], DESK),
    ((*_COLLECT, _DESTROY), evidence.ConfirmErasure(**_EVIDENCE), "system"),
    ((), _REGISTER[1], DESK),
    ((_REGISTER,), cameras.ChangeCamera(**_CAMERA, plan=CAMERA), DESK),
    ((_REGISTER,), cameras.CheckCamera(**_CAMERA, health="working", clock_offset_seconds=-75, note="telat"), DESK),
    ((_REGISTER,), cameras.RetireCamera(**_CAMERA, **_WHY), DESK),
    ((_REGISTER,), _ASK[1], DESK),
    ((_REGISTER, _ASK), cameras.AnswerRequest(**_REQUEST, answer="promised", note="besok"), DESK),
    ((_REGISTER, _ASK), cameras.WithdrawRequest(**_REQUEST, **_WHY), DESK),
    ((_REGISTER, _ASK), cameras.CheckRequest(**_REQUEST), "system"),
)
LATE: Mapping[type[Command], timedelta] = {
    incidents.CheckClocks: timedelta(hours=1),
    cameras.CheckRequest: timedelta(hours=60),
}
"""How much time must pass before there is anything to find."""

COMMANDS: tuple[type[Command], ...] = tuple(type(command) for _, command, _ in _WISHES)


_KNOWN: dict[type[Command], Wish] = {}


async def wish(of: type[Command]) -> Wish:
    """A command at its moment."""
    if of not in _KNOWN:
        ((steps, command, actor),) = [wish for wish in _WISHES if type(wish[1]) is of]
        _KNOWN[of] = await _at_moment(steps, command, actor)
    return _KNOWN[of]


async def _at_moment(steps: tuple[Step, ...], command: Command, actor: str) -> Wish:
    scene = await Scene.opened()
    for who in ("dewi", "budi"):
        await scene.done(staff.AddStaff(office=OFFICE, username=who, display_name=who, password_hash=HASH))
    for id in ("incident", "other"):
        await scene.file(id=id, contact=CONTACT, reporter=SEALED)
    await scene.file(id="drill", exercise=True)
    for id, step, by in steps:
        await scene.done(step, id=id, actor=by)
    if any(isinstance(step, agencies.ShareIncident) for _, step, _ in steps):
        await _tell_agencies(scene)
    scene.now += LATE.get(type(command), timedelta())
    return Wish(scene, command, actor)


async def _tell_agencies(scene: Scene) -> None:
    """What the process that shares incidents does."""
    loop = Loop(SHARING, scene.store, key=KEY, clock=lambda: scene.now, new_owner=lambda: "sharing")
    worker = MemoryWorker(loop, scene.bus)
    await worker.start()
    await worker.run()
