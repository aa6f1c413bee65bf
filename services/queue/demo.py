"""The demo office, Polres Palu: SIM and SKCK with their real procedures, fees and hours.

Fees and rules are the national ones and name their regulation. What differs from office to office (where the
health check is done, how many photos) is said to differ, and what nobody could confirm is left out. The
holidays are those that fall on the same date every year; the others are decreed year by year, and an office
adds them to its own plan.
"""

from collections.abc import Iterable, Iterator
from datetime import date, time

from shared.contracts.queue import (
    AppointmentPlan,
    ConfigureOffice,
    CounterPlan,
    Fee,
    Holiday,
    OfficePlan,
    Opening,
    OrderPlan,
    Procedure,
    ServicePlan,
    Shares,
    Text,
)

OFFICE = "polres-palu"
YEARS = (2026, 2027)
SLOTS = AppointmentPlan(minutes=30, capacity=3, days_ahead=14, early_minutes=20, late_minutes=10)
"""Of both SIM services: 36 people on a weekday, about a quarter of the quota."""
SHARES = Shares(online=90, appointment=60)
"""Who comes without a telephone always finds the rest of the quota."""
QUOTA = 150
"""Tickets a day and service, as at Samarinda; Depok gives out twice as many, Palembang up to 200 for SKCK."""

FIXED_HOLIDAYS = (
    (1, 1, Text("Tahun Baru Masehi", "New Year's Day")),
    (5, 1, Text("Hari Buruh Internasional", "International Labour Day")),
    (6, 1, Text("Hari Lahir Pancasila", "Pancasila Day")),
    (8, 17, Text("Hari Kemerdekaan Republik Indonesia", "Independence Day")),
    (12, 25, Text("Hari Raya Natal", "Christmas Day")),
)

ID_CARD = Text("KTP", "Identity card (KTP)")
HEALTH = Text(
    "Surat keterangan sehat dan hasil tes psikologi; tempat dan biaya pemeriksaannya berbeda di setiap daerah",
    "Health certificate and psychological test result; where to get them and what they cost varies locally",
)
PAYMENT = Text("Pembayaran biaya resmi (PNBP)", "Payment of the official fee (PNBP)")
HEALTH_CHECK = Text("Pemeriksaan kesehatan dan tes psikologi", "Health check and psychological test")
PRINTING = Text("Pencetakan SIM", "Printing of the SIM")
FIVE_YEARS = Text("5 tahun sejak tanggal terbit", "5 years from the date of issue")

NEW_SIM = Procedure(
    summary=Text(
        "Pembuatan Surat Izin Mengemudi (SIM) A, C, atau D, termasuk bila masa berlaku SIM lama sudah habis. "
        "Urutan langkah dapat berbeda di setiap kantor.",
        "A new driving licence (SIM) of class A, C or D, also where the old one has expired. "
        "The order of the steps may differ from office to office.",
    ),
    requirements=(
        ID_CARD,
        Text("Usia paling rendah 17 tahun untuk SIM A, C, dan D", "At least 17 years old for SIM A, C and D"),
        HEALTH,
    ),
    steps=(
        Text("Pendaftaran", "Registration"),
        Text("Pemeriksaan KTP", "Check of the identity card"),
        HEALTH_CHECK,
        PAYMENT,
        Text("Perekaman data biometrik dan foto", "Biometrics and photo"),
        Text("Ujian teori", "Theory test"),
        Text("Ujian praktik", "Practical test"),
        PRINTING,
    ),
    fees=(
        Fee(Text("SIM A", "SIM A (car)"), 120_000),
        Fee(Text("SIM C", "SIM C (motorcycle)"), 100_000),
        Fee(Text("SIM D", "SIM D (disabled drivers)"), 50_000),
    ),
    validity=FIVE_YEARS,
    source="PP 76/2020; Perpol 5/2021",
)

SIM_RENEWAL = Procedure(
    summary=Text(
        "Perpanjangan SIM A, C, atau D sebelum masa berlakunya habis. Terlambat satu hari pun berarti harus membuat "
        "SIM baru, kecuali dalam keadaan kahar.",
        "Renewal of a SIM A, C or D before it expires. Even one day late means applying for a new SIM, except in "
        "case of force majeure.",
    ),
    requirements=(Text("SIM lama yang masih berlaku", "The old SIM, still valid"), ID_CARD, HEALTH),
    steps=(
        Text("Pemeriksaan SIM lama dan KTP", "Check of the old SIM and the identity card"),
        HEALTH_CHECK,
        PAYMENT,
        Text("Pengambilan foto", "Photo"),
        PRINTING,
    ),
    fees=(
        Fee(Text("SIM A", "SIM A (car)"), 80_000),
        Fee(Text("SIM C", "SIM C (motorcycle)"), 75_000),
        Fee(Text("SIM D", "SIM D (disabled drivers)"), 30_000),
    ),
    validity=FIVE_YEARS,
    source="PP 76/2020; Perpol 5/2021",
)

SKCK = Procedure(
    summary=Text(
        "Penerbitan dan perpanjangan Surat Keterangan Catatan Kepolisian (SKCK).",
        "Issue and renewal of the police clearance certificate (Surat Keterangan Catatan Kepolisian, SKCK).",
    ),
    requirements=(
        ID_CARD,
        Text("Kartu keluarga (KK)", "Family card (KK)"),
        Text("Akta kelahiran", "Birth certificate"),
        Text("Sidik jari; diambil di kantor bila belum terekam", "Fingerprints; taken at the office if none on file"),
        Text(
            "Pasfoto 4×6 berlatar belakang merah; jumlahnya berbeda di setiap kantor",
            "Photos, 4×6 cm, on a red background; how many differs from office to office",
        ),
        Text("Bukti kepesertaan JKN", "Proof of health insurance (JKN)"),
        Text("Untuk perpanjangan: SKCK lama dan 5 lembar pasfoto", "For a renewal: the old SKCK and 5 photos"),
    ),
    steps=(
        Text("Pengisian formulir, secara daring atau di loket", "Form, online or at the counter"),
        Text("Pemeriksaan berkas", "Check of the documents"),
        Text("Pengambilan sidik jari bila belum terekam", "Fingerprints, if none on file"),
        Text("Pemeriksaan catatan kepolisian", "Records check"),
        PAYMENT,
        Text("Pengambilan SKCK", "Collection of the SKCK"),
    ),
    fees=(Fee(Text("SKCK", "SKCK"), 30_000),),
    validity=Text(
        "6 bulan; perpanjanglah sebelum masa berlakunya habis",
        "6 months; renew it before it expires",
    ),
    source="PP 76/2020; Perpol 6/2023",
)


def demo_office(*, always_open: bool = False) -> ConfigureOffice:
    """The wish to set up the demo office. `always_open` is for trying it out at night and on holidays."""
    plan = OfficePlan(
        id=OFFICE,
        name=Text("Polres Palu", "Polres Palu"),
        address=Text("Kota Palu, Sulawesi Tengah", "Palu, Central Sulawesi"),
        time_zone="Asia/Makassar",
        services=tuple(_services(always_open=always_open)),
        counters=(
            _counter(1, "sim-baru"),
            _counter(2, "sim-perpanjangan", "sim-baru"),
            _counter(3, "skck"),
        ),
        holidays=() if always_open else tuple(_holidays(YEARS)),
        order=OrderPlan(priority_minutes=30, appointment_minutes=30),
    )
    return ConfigureOffice(office=OFFICE, plan=plan)


def _services(*, always_open: bool) -> Iterator[ServicePlan]:
    sim = _day_and_night() if always_open else _week(until=time(14), saturday_until=time(12))
    skck = _day_and_night() if always_open else _week(until=time(15), saturday_until=time(12))
    yield ServicePlan(
        "sim-baru",
        Text("SIM baru", "New driving licence (SIM)"),
        "A",
        sim,
        QUOTA,
        NEW_SIM,
        shares=SHARES,
        appointments=SLOTS,
        usual_minutes=12,
    )
    yield ServicePlan(
        "sim-perpanjangan",
        Text("Perpanjangan SIM", "Driving licence (SIM) renewal"),
        "B",
        sim,
        QUOTA,
        SIM_RENEWAL,
        shares=SHARES,
        appointments=SLOTS,
        usual_minutes=8,
    )
    yield ServicePlan(
        "skck",
        Text("SKCK", "Police clearance certificate (SKCK)"),
        "C",
        skck,
        QUOTA,
        SKCK,
        shares=Shares(online=90),
        usual_minutes=15,
    )


def _week(*, until: time, saturday_until: time) -> tuple[Opening, ...]:
    """Monday to Friday and a shorter Saturday, from eight."""
    weekdays = (Opening(weekday, time(8), until) for weekday in range(5))
    return *weekdays, Opening(5, time(8), saturday_until)


def _day_and_night() -> tuple[Opening, ...]:
    return tuple(Opening(weekday, time(0), time(0)) for weekday in range(7))


def _counter(number: int, *services: str) -> CounterPlan:
    return CounterPlan(f"loket-{number}", Text(f"Loket {number}", f"Counter {number}"), services)


def _holidays(years: Iterable[int]) -> Iterator[Holiday]:
    for year in years:
        for month, day, name in FIXED_HOLIDAYS:
            yield Holiday(date(year, month, day), name)
