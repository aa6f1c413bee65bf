"""A realistic message of every type, from which the golden messages are written.

A morning at Polres Palu: the office is set up, a citizen takes ticket A-017, an officer calls it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from shared.contracts import queue
from shared.contracts.golden import Golden
from shared.contracts.message import Command, Event, Message
from shared.contracts.queue import Text
from shared.messaging.envelope import Codec, Headers, Record, encode_command, encode_events
from tests.contracts.reports_samples import REPORTS
from tests.contracts.share_samples import SHARE

ISSUED_AT = datetime(2026, 3, 2, 0, 15, 30, 250_000, tzinfo=UTC)
HANDLED_AT = datetime(2026, 3, 2, 0, 15, 30, 281_000, tzinfo=UTC)
COMMAND_ID = "6c1f0d4e-6f0b-4d0e-9b69-0a4a3c1f7d55"
TICKET = "0f4f7f8a-3f3c-4f36-8c64-2b1c4f0a9e11"
APPOINTMENT = "3b1de2c5-9a43-4c0a-8a0e-5d2f7e6b1c90"
SLOT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
FORMER_SLOT = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
COMMAND_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
EVENT_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01"
LINE = "polres-palu:sim-renewal:2026-03-02"

PLAN = queue.OfficePlan(
    id="polres-palu",
    name=Text("Polres Palu", "Palu District Police"),
    address=Text("Jalan Pemuda 23, Palu", "23 Pemuda Street, Palu"),
    time_zone="Asia/Makassar",
    services=(
        queue.ServicePlan(
            id="sim-renewal",
            name=Text("Perpanjangan SIM", "Driving licence renewal"),
            prefix="A",
            hours=(queue.Opening(0, time(8), time(14)), queue.Opening(5, time(8), time(12))),
            quota=150,
            procedure=queue.Procedure(
                summary=Text("Perpanjang sebelum tanggal habis berlaku.", "Renew before the date of expiry."),
                requirements=(Text("SIM lama dan KTP", "Old licence and identity card"),),
                steps=(Text("Pembayaran", "Payment"), Text("Foto", "Photograph")),
                fees=(queue.Fee(Text("SIM A", "Licence A"), 80_000),),
                validity=Text("5 tahun", "5 years"),
                source="PP 76/2020",
            ),
            shares=queue.Shares(online=100, appointment=40),
            appointments=queue.AppointmentPlan(minutes=30, capacity=4),
            usual_minutes=12.5,
        ),
    ),
    counters=(queue.CounterPlan("loket-2", Text("Loket 2", "Counter 2"), ("sim-renewal",)),),
    holidays=(queue.Holiday(date(2026, 3, 20), Text("Hari Raya Nyepi", "Day of Silence")),),
)

SERVICE = PLAN.services[0]

_OFFICE: dict[str, Any] = {"office": "polres-palu"}
_APPOINTMENT: dict[str, Any] = {**_OFFICE, "appointment": APPOINTMENT}
_COUNTER: dict[str, Any] = {**_OFFICE, "counter": "loket-2"}
_LINE: dict[str, Any] = {**_OFFICE, "service": "sim-renewal", "line": LINE, "revision": 42}
_TICKET: dict[str, Any] = {**_LINE, "ticket": TICKET, "number": "A-017"}
_CALLED: dict[str, Any] = {**_TICKET, "counter": "loket-2"}
_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FtcGxlc2FsdA$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"
_FORMER = "6f1d3a0e5b7c48d2a9e0f3b6c1d84e7a2b5f90c3d6e8a1b4c7d0e3f6a9b2c5d8"
_PERSON: dict[str, Any] = {**_OFFICE, "username": "rahmat"}
_ACCOUNT: dict[str, Any] = {**_OFFICE, "staff": "9d5ed678fe57bcca610140957afab571"}

QUEUE: tuple[Message, ...] = (
    queue.ConfigureOffice(**_OFFICE, plan=PLAN, replaces_revision=6),
    queue.AddStaff(**_PERSON, display_name="Bripka Rahmat", password_hash=_HASH, roles=("manager",), one_time=True),
    queue.AssignRoles(**_PERSON, roles=("administrator", "officer")),
    queue.ChangePassword(**_PERSON, password_hash=_HASH, replaces=_FORMER),
    queue.RemoveStaff(**_PERSON),
    queue.TakeTicket(
        **_OFFICE,
        service="sim-renewal",
        phone="+6281234567890",
        need="elderly",
        family=TICKET,
        promise=queue.Promise(1140, 1980),
    ),
    queue.CancelTicket(**_OFFICE, ticket=TICKET),
    queue.DelayTicket(**_OFFICE, ticket=TICKET, minutes=15),
    queue.GiveFeedback(**_OFFICE, ticket=TICKET, score=5, words="Ramah dan cepat."),
    queue.BookAppointment(**_OFFICE, service="sim-renewal", slot=SLOT, phone="+6281234567890", proven=True),
    queue.MoveAppointment(**_APPOINTMENT, slot=SLOT),
    queue.CancelAppointment(**_APPOINTMENT),
    queue.CheckIn(**_APPOINTMENT, need="pregnant"),
    queue.SignOn(**_COUNTER, services=("sim-renewal",)),
    queue.SignOff(**_COUNTER),
    queue.PauseCounter(**_COUNTER),
    queue.ResumeCounter(**_COUNTER),
    queue.ParkTicket(**_COUNTER),
    queue.ResumeTicket(**_COUNTER, ticket=TICKET),
    queue.TransferTicket(**_COUNTER, service="skck"),
    queue.UndoStep(**_COUNTER),
    queue.CallNext(**_COUNTER),
    queue.RecallTicket(**_COUNTER),
    queue.ServeTicket(**_COUNTER),
    queue.FinishTicket(**_COUNTER),
    queue.MarkNoShow(**_COUNTER),
    queue.PutBackTicket(**_COUNTER, ticket=TICKET),
    queue.CloseLine(**_OFFICE, service="sim-renewal", message=Text("Listrik padam.", "The power is out.")),
    queue.ReopenLine(**_OFFICE, service="sim-renewal"),
    queue.OfficeConfigured(**_OFFICE, plan=PLAN, revision=3),
    queue.ProcedurePublished(
        **_OFFICE, service="sim-renewal", name=SERVICE.name, procedure=SERVICE.procedure, revision=3
    ),
    queue.ProcedureWithdrawn(**_OFFICE, service="sim-new", revision=4),
    queue.StaffAdded(**_ACCOUNT, revision=1),
    queue.RolesAssigned(**_ACCOUNT, revision=2),
    queue.PasswordChanged(**_ACCOUNT, revision=3),
    queue.StaffRemoved(**_ACCOUNT, revision=4),
    queue.TicketTaken(
        **_TICKET,
        sequence=17,
        rank=45_298_483_724_305,
        place=5,
        way="appointment",
        group="appointment",
        appointment=APPOINTMENT,
        slot=SLOT,
    ),
    queue.TicketCancelled(**_TICKET),
    queue.TicketDelayed(**_TICKET, rank=45_770_342_924_305, place=12, minutes=15),
    queue.TicketJoined(**_TICKET, rank=45_298_483_724_305, place=1, group="priority"),
    queue.TicketCalled(**_CALLED),
    queue.TicketRecalled(**_CALLED, times=2),
    queue.ServingStarted(**_CALLED),
    queue.ServingFinished(**_CALLED),
    queue.TicketMissed(**_CALLED),
    queue.TicketPutBack(**_CALLED, rank=45_298_483_724_306, place=4),
    queue.TicketParked(**_CALLED),
    queue.TicketResumed(**_CALLED),
    queue.TicketTransferred(**_CALLED, to="skck"),
    queue.StepUndone(**_CALLED, state="waiting", rank=45_298_483_724_305, place=1),
    queue.LineClosed(**_LINE, waiting=12, message=Text("Listrik padam.", "The power is out.")),
    queue.LineReopened(**_LINE, waiting=12, message=Text("Antrean tetap dibuka.", "The line stays open.")),
    queue.CounterSignedOn(**_COUNTER, services=("sim-renewal",)),
    queue.CounterSignedOff(**_COUNTER),
    queue.CounterPaused(**_COUNTER),
    queue.CounterResumed(**_COUNTER),
    queue.AppointmentBooked(**_APPOINTMENT, service="sim-renewal", slot=SLOT),
    queue.AppointmentMoved(**_APPOINTMENT, service="sim-renewal", slot=SLOT, former=FORMER_SLOT),
    queue.AppointmentCancelled(**_APPOINTMENT, service="sim-renewal", slot=SLOT),
    queue.FeedbackGiven(**_OFFICE, ticket=TICKET, service="sim-renewal", day=date(2026, 3, 2), score=5),
    queue.CommandRefused(
        command=queue.TakeTicket.type(),
        about="polres-palu",
        reason="line-closed",
        details={"opens_at": "2026-03-03T08:00:00+08:00", "waiting": 12},
    ),
)

SAMPLES: Mapping[str, Sequence[Message]] = {"queue": QUEUE, "reports": REPORTS, "share": SHARE}


def written(service: str) -> Iterator[Golden]:
    """Each sample as today's writer puts it on the bus."""
    cause = _caused_by(service)
    for message in SAMPLES[service]:
        if isinstance(message, Command):
            key, value, headers = _command(message)
        else:
            assert isinstance(message, Event)
            (published,) = encode_events(
                [message],
                cause,
                topic=str,
                source=f"/kentongan/{service}",
                time=HANDLED_AT,
                traceparent=EVENT_TRACE,
            )
            assert published.key is not None
            assert published.value is not None
            key, value, headers = published.key, published.value, published.headers
        yield Golden.of(type(message).label(), key, value, headers)


def record_of(golden: Golden, data: bytes | None = None, **headers: bytes | None) -> Record:
    """A golden message as it lies in a topic, with other data or headers where the test wants some."""
    present = {name: value.encode() for name, value in golden.headers.items()}
    changed = present | {name.replace("content_type", "content-type"): value for name, value in headers.items()}
    return Record(
        topic="any",
        partition=0,
        offset=0,
        timestamp_ms=int(ISSUED_AT.timestamp() * 1000),
        key=golden.key.encode(),
        value=golden.value() if data is None else data,
        headers=tuple((name, value) for name, value in changed.items() if value is not None),
    )


def _command(message: Command) -> tuple[bytes, bytes, Headers]:
    return encode_command(
        message,
        id=COMMAND_ID,
        source=f"/kentongan/{message.publisher}/api",
        time=ISSUED_AT,
        actor="staff/rahmat" if "counter" in type(message).model_fields else "citizen",
        correlation_id="01JNB3Q5T8X2M4",
        traceparent=COMMAND_TRACE,
    )


def _caused_by(service: str) -> Any:
    """The decoded command that all the service's sample events follow from."""
    message = next(sample for sample in SAMPLES[service] if isinstance(sample, Command))
    key, value, headers = _command(message)
    return Codec([type(message)]).decode(Record("any", 0, 0, 0, key, value, headers))
