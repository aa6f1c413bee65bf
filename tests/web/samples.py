"""Every page of the queue in every state that a person can meet, for tests and for `tests.web.preview`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from services.queue.entrypoints.counter.why import need_words, why
from services.queue.entrypoints.staff import RULES
from services.queue.views.desk_shown import BoardView, CallView, CounterView, DeskView, NextView, PersonView, UndoView
from services.queue.views.shown import ServiceView
from shared.contracts.queue import State
from shared.messaging.errors import Pending
from shared.staff.accounts import StaffView
from shared.staff.entrypoints.changes import OneTimePassword
from shared.web.formats import Formats
from shared.web.problems import Problem
from tests.web.citizen_samples import WAIT, citizens, ticket
from tests.web.manager_samples import managers
from tests.web.sample_office import (
    ADMINISTRATOR,
    CLEARANCE,
    COUNTERS,
    FAR,
    NO,
    NOW,
    OFFICE,
    OFFICER,
    PALU,
    RENEWAL,
    Sample,
)


def person(number: str, state: State, **more: Any) -> PersonView:
    values = {"can_put_back": False, "service": RENEWAL.id, "since": NOW.astimezone(PALU), **more}
    return PersonView(f"ticket-{number}", number, RENEWAL.name, state, NOW, **values)


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


def _counters() -> Iterator[tuple[str, Sample]]:
    keys = count()
    for name, view in {
        "idle": counter(None, parked=(person("A-012", "parked"),), next=THEN, on_duty=True),
        "paused": counter(None, paused=True, on_duty=True, services=(RENEWAL,)),
        "called": counter(
            person("A-017", "called", can_put_back=True, need="elderly"), calls=1, undo=UNDO, on_duty=True
        ),
        "serving": counter(person("A-017", "serving"), calls=2, next=THEN, undo=UNDO, on_duty=True),
        "appointment": counter(
            person("A-017", "serving", by_appointment=True),
            calls=1,
            on_duty=True,
            next=replace(
                THEN, reason="appointment", need=None, slot=NOW.astimezone(PALU), by_appointment=True, proven=True
            ),
        ),
        "proven": counter(person("A-017", "called", by_appointment=True, proven=True), calls=1, on_duty=True),
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
        first, *others = OFFICE.services[:3]
        services = (replace(first, wait=WAIT), *others)
        board = BoardView(OFFICE.id, OFFICE.name, OFFICE.time_zone, some, services)
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
        "welcome": RULES.welcome,
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
    words = RULES.role_words()
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


SAMPLES = dict([*_others(), *citizens(), *_counters(), *_boards(), *_staff(), *managers()])
