"""The office of the sample pages, and what a sample is."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from services.queue.entrypoints.staff import RULES
from services.queue.views.shown import OfficeView, ServiceView
from shared.contracts.queue import AppointmentPlan, CounterPlan, Fee, Opening, Procedure, Text
from shared.staff.entrypoints.officer import Officer
from shared.web.problems import Problem

PALU = ZoneInfo("Asia/Makassar")
NOW = datetime.now(UTC)
TOMORROW = (NOW.astimezone(PALU) + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
HOURS = tuple(Opening(day, time(8), time(14) if day < 5 else time(12)) for day in range(6))
NO = Problem(
    409, "quota-reached", "Belum bisa ambil tiket", "Semua tiket hari ini sudah habis. Buka lagi besok pukul 08.00."
)

SIM_RENEWAL = Procedure(
    summary=Text(
        "Perpanjangan SIM A atau C sebelum masa berlakunya habis.",
        "Renewal of a driving licence A or C before it expires.",
    ),
    requirements=(
        Text("SIM lama yang masih berlaku", "Your present licence, still valid"),
        Text("KTP asli dan fotokopi", "Identity card (KTP), original and a copy"),
        Text("Surat keterangan sehat jasmani", "Health certificate"),
        Text("Hasil tes psikologi", "Result of the psychological test"),
    ),
    steps=(
        Text("Pendaftaran dan pemeriksaan berkas", "Registration and check of papers"),
        Text("Pembayaran", "Payment"),
        Text("Foto dan sidik jari", "Photograph and fingerprints"),
        Text("SIM dicetak dan diserahkan", "The licence is printed and handed over"),
    ),
    fees=(Fee(Text("SIM A", "Licence A"), 80_000), Fee(Text("SIM C", "Licence C"), 75_000)),
    validity=Text("5 tahun sejak diterbitkan.", "5 years from issue."),
    source="PP 76/2020; Perpol 5/2021",
)
SKCK = Procedure(
    summary=Text(
        "Surat Keterangan Catatan Kepolisian, baru atau perpanjangan.", "Police clearance certificate, new or renewed."
    ),
    fees=(Fee(Text("SKCK", "SKCK"), 30_000),),
)


def service(id: str, name: Text, prefix: str, procedure: Procedure, **changes: Any) -> ServiceView:
    values: dict[str, Any] = {
        "id": id,
        "name": name,
        "prefix": prefix,
        "procedure": procedure,
        "hours": HOURS,
        "quota": 150,
        "open_now": True,
        "next_opening": None,
        "waiting": 12,
        "left_today": 88,
        "closed_early": False,
        "left_now": {"online": 88, "kiosk": 20, "counter": 88},
        "appointments": AppointmentPlan(),
    }
    return ServiceView(**{**values, **changes})


RENEWAL = service("sim-perpanjangan", Text("SIM: perpanjangan", "Driving licence: renewal"), "A", SIM_RENEWAL)
CLEARANCE = service("skck", Text("SKCK", "Police clearance (SKCK)"), "B", SKCK, waiting=1, closed_early=True)
CLOSED = service(
    "sim-baru",
    Text("SIM: baru", "Driving licence: new"),
    "C",
    SIM_RENEWAL,
    open_now=False,
    next_opening=TOMORROW,
    left_now={},
)
UNPLANNED = service(
    "sidik-jari", Text("Sidik jari", "Fingerprints"), "D", SKCK, open_now=False, left_now={}, appointments=None
)
COUNTERS = {f"loket-{n}": Text(f"Loket {n}", f"Counter {n}") for n in range(1, 6)}
OFFICE = OfficeView(
    "polres-palu",
    Text("Polres Palu", "Palu District Police"),
    Text("Jl. Pemuda No. 7, Palu, Sulawesi Tengah", "Jl. Pemuda No. 7, Palu, Central Sulawesi"),
    "Asia/Makassar",
    (RENEWAL, CLEARANCE, CLOSED, UNPLANNED),
    tuple(CounterPlan(id, name, (RENEWAL.id, CLEARANCE.id)) for id, name in COUNTERS.items()),
)
FAR = OfficeView(
    "polres-sigi",
    Text("Polres Sigi", "Sigi District Police"),
    Text("Jl. Palu–Kulawi, Sigi", "Jl. Palu–Kulawi, Sigi"),
    "Asia/Makassar",
    (CLOSED,),
    (),
)
RIGHTS = RULES.rights_of({"manager"})
OFFICER = Officer(OFFICE.id, "rani.lestari", "session", "Rani Lestari", frozenset({"manager"}), RIGHTS, "0a1b")
ADMINISTRATOR = replace(OFFICER, roles=frozenset({"administrator"}), rights=RULES.rights_of({"administrator"}))


class Sample(NamedTuple):
    template: str
    context: dict[str, Any]
