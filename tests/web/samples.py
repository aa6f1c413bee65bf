"""Every page of the queue in every state that a person can meet, for tests and for `tests.web.preview`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from services.queue.desk_shown import BoardView, CallView, CounterView, DeskView, NextView, PersonView, UndoView
from services.queue.entrypoints.accounts import OneTimePassword
from services.queue.entrypoints.officer import Officer
from services.queue.entrypoints.roles import role_words
from services.queue.entrypoints.why import need_words, why
from services.queue.entrypoints.words import shown_state
from services.queue.shown import OfficeView, ServiceView, Shown, StaffView, TicketView
from shared.contracts.queue import CounterPlan, Fee, Opening, Procedure, State, Text
from shared.messaging.errors import Pending
from shared.web.formats import Formats
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
    }
    return ServiceView(**{**values, **changes})


RENEWAL = service("sim-perpanjangan", Text("SIM: perpanjangan", "Driving licence: renewal"), "A", SIM_RENEWAL)
CLEARANCE = service("skck", Text("SKCK", "Police clearance (SKCK)"), "B", SKCK, waiting=1, closed_early=True)
CLOSED = service(
    "sim-baru", Text("SIM: baru", "Driving licence: new"), "C", SIM_RENEWAL, open_now=False, next_opening=TOMORROW
)
UNPLANNED = service("sidik-jari", Text("Sidik jari", "Fingerprints"), "D", SKCK, open_now=False)
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
OFFICER = Officer(OFFICE.id, "rani.lestari", "session", "Rani Lestari", frozenset({"manager"}), "0a1b")
ADMINISTRATOR = replace(OFFICER, roles=frozenset({"administrator"}))


def person(number: str, state: State, **more: Any) -> PersonView:
    values = {"can_put_back": False, "service": RENEWAL.id, "since": NOW.astimezone(PALU), **more}
    return PersonView(f"ticket-{number}", number, RENEWAL.name, state, NOW, **values)


def ticket(state: Shown, ahead: int = 0, counter: str | None = None) -> TicketView:
    return TicketView(
        "0b8f", "A-017", OFFICE.id, OFFICE.name, RENEWAL.id, RENEWAL.name, "line", "2025-03-03", state, ahead,
        counter, COUNTERS, NOW.astimezone(PALU), NOW.astimezone(PALU) if counter else None,
    )  # fmt: skip


THEN = NextView(
    "A-018", RENEWAL.name, "priority", "priority", "elderly", NOW.astimezone(PALU), NOW.astimezone(PALU), 30, None
)
UNDO = UndoView("A-017", NOW + timedelta(seconds=10), 10)
DESKS = [
    DeskView(plan, on_duty=n > 0, paused=n == 1, number="A-017" if n == 2 else None)
    for n, plan in enumerate(OFFICE.counters)
]


def counter(
    now: PersonView | None,
    *,
    calls: int = 0,
    services: tuple[ServiceView, ...] = (RENEWAL, CLEARANCE),
    **more: Any,
) -> CounterView:
    recent = (
        person("A-016", "finished"), person("B-003", "missed", can_put_back=True), person("A-015", "cancelled"),
        person("A-014", "waiting"),
    )  # fmt: skip
    return CounterView(
        "loket-2", COUNTERS["loket-2"], OFFICE.id, OFFICE.name, "Asia/Makassar", now, calls, services,
        recent if now else (), (RENEWAL, CLEARANCE), OFFICE.services, **more,
    )  # fmt: skip


class Sample(NamedTuple):
    template: str
    context: dict[str, Any]


def _tickets() -> Iterator[tuple[str, Sample]]:
    views = {
        "waiting": ticket("waiting", 4),
        "next": ticket("waiting"),
        "called": ticket("called", counter="loket-2"),
        "serving": ticket("serving", counter="loket-2"),
        "finished": ticket("finished", counter="loket-2"),
        "missed": ticket("missed", counter="loket-2"),
        "cancelled": ticket("cancelled"),
        "expired": ticket("expired"),
    }
    for name, view in views.items():
        assert shown_state(view.state, view.ahead) == name
        context = {"ticket": view, "state": name, "token": "0b8f.mac", "idempotency_key": "key", "problem": None}
        yield f"ticket-{name}", Sample("ticket.html", context)
        if name == "called":
            yield "ticket-refused", Sample("ticket.html", {**context, "problem": NO})


def _services() -> Iterator[tuple[str, Sample]]:
    plain = {"office": OFFICE, "idempotency_key": "key", "phone": "", "phone_error": None, "problem": None}
    changed: dict[str, dict[str, Any]] = {
        "open": {"service": RENEWAL},
        "bare": {"service": CLEARANCE},
        "closed": {"service": CLOSED},
        "unplanned": {"service": UNPLANNED},
        "refused": {"service": RENEWAL, "problem": NO},
        "wrong": {"service": RENEWAL, "phone": "0812x", "phone_error": "Tulis nomor telepon seperti 0812 3456 7890."},
    }
    for name, changes in changed.items():
        yield f"service-{name}", Sample("service.html", {**plain, **changes})


def _counters() -> Iterator[tuple[str, Sample]]:
    keys = count()
    for name, view in {
        "idle": counter(None, parked=(person("A-012", "parked"),), next=THEN, on_duty=True),
        "paused": counter(None, paused=True, on_duty=True, services=(RENEWAL,)),
        "called": counter(person("A-017", "called", can_put_back=True, need="elderly"), calls=1, undo=UNDO),
        "serving": counter(person("A-017", "serving"), calls=2, next=THEN, undo=UNDO),
        "given": counter(None),
    }.items():
        context = {
            "officer": OFFICER,
            "counter": view,
            "why": why(view.next, Formats("id", str), str) if view.next else "",
            "needs": need_words(),
            "given": ticket("waiting", 3) if name == "given" else None,
            "given_path": "/queue/t/0b8f.mac",
            "new_key": lambda: f"key-{next(keys)}",
            "problem": None,
        }
        yield f"counter-{name}", Sample("counter.html", context)
        if name == "called":
            yield "counter-refused", Sample("counter.html", {**context, "problem": NO})


def _boards() -> Iterator[tuple[str, Sample]]:
    calls = tuple(
        CallView(f"{prefix}-{number:03}", id, COUNTERS[id], NOW - timedelta(minutes=n), 1)
        for n, (prefix, number, id) in enumerate(
            [("A", 17, "loket-2"), ("B", 4, "loket-5"), ("A", 16, "loket-1"), ("A", 15, "loket-3"), ("B", 3, "loket-4")]
        )
    )
    for name, some in {"quiet": (), "one": calls[:1], "calling": calls, "full": (*calls, *calls[2:])}.items():
        board = BoardView(OFFICE.id, OFFICE.name, OFFICE.time_zone, some, OFFICE.services[:3])
        yield f"board-{name}", Sample("board.html", {"board": board, "part": ""})


def _others() -> Iterator[tuple[str, Sample]]:
    yield "offices", Sample("offices.html", {"offices": [OFFICE, FAR]})
    yield "offices-none", Sample("offices.html", {"offices": []})
    yield "office", Sample("office.html", {"office": OFFICE})
    yield "accepted", Sample("accepted.html", {"back": "/queue/"})
    yield "counters", Sample("counters.html", {"office": OFFICE, "desks": DESKS, "officer": OFFICER})
    form = {
        "offices": [(OFFICE.id, OFFICE.name), (FAR.id, FAR.name)],
        "office": FAR.id,
        "username": "rani",
        "problem": None,
        "local": True,
        "provider": "",
    }
    yield "sign-in", Sample("sign_in.html", form)
    wrong = Problem(401, "wrong-password", "Nama pengguna atau kata sandi salah", "Periksa keduanya lalu coba lagi.")
    yield "sign-in-wrong", Sample("sign_in.html", {**form, "problem": wrong})
    yield "sign-in-both", Sample("sign_in.html", {**form, "provider": "SSO Polda"})
    yield "sign-in-outside", Sample("sign_in.html", {**form, "local": False, "provider": "SSO Polda"})
    yield "signed-out", Sample("signed_out.html", {"provider": "SSO Polda", "address": "/end?id_token_hint=a.b.c"})
    yield "error", Sample("error.html", {"problem": NO, "address": "", "request_id": "4f6d2c1e"})


def _staff() -> Iterator[tuple[str, Sample]]:
    people = [
        StaffView("budi", "Budi Santoso", ("manager", "officer"), False),
        StaffView("rani.lestari", "Rani Lestari", ("administrator",), False),
        StaffView("sari", "Sari Dewi", ("officer",), True),
    ]
    words = role_words()
    plain = {"officer": ADMINISTRATOR, "words": words, "errors": {}, "problem": None}
    form = {"people": people, "idempotency_key": "key", "written": {"username": "", "display_name": "", "roles": []}}
    yield "people", Sample("people.html", plain | form)
    yield "people-none", Sample("people.html", plain | form | {"people": []})
    errors = {"username": "Bentuknya tidak benar.", "roles": "Ini wajib diisi."}
    written = {"username": "Sari!", "display_name": "Sari", "roles": ["officer"]}
    yield "people-wrong", Sample("people.html", plain | form | {"errors": errors, "written": written, "problem": NO})
    keys = count()
    for name, view in zip(("person", "person-own", "person-new"), people, strict=True):
        context = {"person": view, "new_key": lambda: f"key-{next(keys)}"}
        yield name, Sample("person.html", plain | context)
    for name, pending in {"issued": None, "issued-pending": Pending("c-1")}.items():
        issued = OneTimePassword("sari", "k7mq-2xhd-p9wv-e4tz", pending)
        yield name, Sample("one_time_password.html", {"officer": ADMINISTRATOR, "issued": issued})
    one_time, outsider = replace(OFFICER, one_time=True), replace(OFFICER, username="_putri-1f3a", account="")
    wrong = {"current": "", "new": "Terlalu pendek.", "again": "Keduanya tidak sama."}
    for name, officer, told in (
        ("password", OFFICER, {}),
        ("password-first", one_time, {}),
        ("password-wrong", OFFICER, wrong),
        ("password-none", outsider, {}),
    ):
        context = {"officer": officer, "errors": told, "problem": NO if told else None, "idempotency_key": "key"}
        yield name, Sample("password.html", context)
    sessions = [
        {"id": f"s-{n}", "device": device, "started_at": NOW, "seen_at": NOW, "current": n == 0}
        for n, device in enumerate(("Firefox, Windows", "Chrome, Android", "curl/8.9"))
    ]
    yield "sessions", Sample("sessions.html", {"officer": OFFICER, "sessions": sessions})
    yield "sessions-one", Sample("sessions.html", {"officer": OFFICER, "sessions": sessions[:1]})


SAMPLES = dict([*_others(), *_services(), *_tickets(), *_counters(), *_boards(), *_staff()])
