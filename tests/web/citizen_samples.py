"""What citizens see, in every state: services, tickets, appointments, and the kiosk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from services.queue.domain.appointment import MOVES_MOST
from services.queue.entrypoints.citizen import qr
from services.queue.entrypoints.citizen.booking import Wish
from services.queue.entrypoints.citizen.ticket_pages import DELAYS
from services.queue.entrypoints.counter.why import NEEDS
from services.queue.entrypoints.words import shown_state
from services.queue.views.citizen_shown import AppointmentView, CalendarView, DayView, MemberView, SlotView, VisitView
from services.queue.views.shown import Shown, TicketView, WaitRecord, WaitView
from shared.contracts.queue import Text
from tests.web.sample_office import (
    CLEARANCE,
    CLOSED,
    COUNTERS,
    NO,
    NOW,
    OFFICE,
    OFFICER,
    PALU,
    RENEWAL,
    SIM_RENEWAL,
    TOMORROW,
    UNPLANNED,
    Sample,
)

CODE = qr.code("https://antrean.example.go.id/queue/t/0b8f.mac")
FAMILY = (
    MemberView("t-18", "A-018", RENEWAL.name, "waiting", None, COUNTERS),
    MemberView("t-19", "A-019", RENEWAL.name, "called", "loket-3", COUNTERS),
    MemberView("t-20", "A-020", CLEARANCE.name, "finished", "loket-1", COUNTERS),
)
WAIT = WaitView(
    1210, 2050, Text("kira-kira 20–35 menit", "about 20–35 minutes"),
    WaitRecord(
        120, 109,
        Text(
            "109 dari 120 orang terakhir dipanggil dalam waktu yang diperkirakan untuk mereka.",
            "109 of the last 120 people were called within the time they were told.",
        ),
    ),
)  # fmt: skip
SOON = WaitView(170, 400, Text("kira-kira 3–7 menit", "about 3–7 minutes"))
VISIT = VisitView(
    OFFICE.address, SIM_RENEWAL.requirements, False, None, 2, "none", (), 5,
    ((RENEWAL.id, RENEWAL.name), (CLEARANCE.id, CLEARANCE.name)),
)  # fmt: skip


def ticket(state: Shown, ahead: int = 0, counter: str | None = None) -> TicketView:
    return TicketView(
        "0b8f", "A-017", OFFICE.id, OFFICE.name, RENEWAL.id, RENEWAL.name, "line", "2025-03-03", state, ahead,
        counter, COUNTERS, NOW.astimezone(PALU), NOW.astimezone(PALU) if counter else None,
    )  # fmt: skip


def _new_key() -> Any:
    keys = count()
    return lambda: f"key-{next(keys)}"


def _ticket(view: TicketView, visit: VisitView = VISIT, **changes: Any) -> Sample:
    context = {
        "ticket": view,
        "visit": visit,
        "family": [{"member": member, "path": f"/queue/t/{member.ticket}.mac"} for member in visit.family],
        "state": shown_state(view.state, view.ahead),
        "token": "0b8f.mac",
        "code": CODE,
        "delays": DELAYS,
        "needs": NEEDS,
        "new_key": _new_key(),
        "problem": None,
        "words": "",
        "score": None,
        "feedback_error": "",
    }
    return Sample("ticket.html", {**context, **changes})


def _tickets() -> Iterator[tuple[str, Sample]]:
    views = {
        "waiting": ticket("waiting", 4),
        "next": ticket("waiting"),
        "called": ticket("called", counter="loket-2"),
        "serving": ticket("serving", counter="loket-2"),
        "parked": ticket("parked", counter="loket-2"),
        "finished": ticket("finished", counter="loket-2"),
        "missed": ticket("missed", counter="loket-2"),
        "cancelled": ticket("cancelled"),
        "expired": ticket("expired"),
    }
    for name, view in views.items():
        assert shown_state(view.state, view.ahead) == name
        over = name in ("finished", "cancelled", "expired")
        visit = replace(VISIT, delays_left=0, family_left=0, feedback="open" if name == "finished" else "none")
        yield f"ticket-{name}", _ticket(view, visit if over else VISIT)
    yield "ticket-wait", _ticket(replace(views["waiting"], wait=WAIT))
    yield "ticket-wait-next", _ticket(replace(views["next"], wait=SOON))
    yield "ticket-refused", _ticket(views["called"], problem=NO)
    yield "ticket-family", _ticket(views["waiting"], replace(VISIT, family=FAMILY, family_left=1, delays_left=1))
    yield "ticket-first", _ticket(views["waiting"], replace(VISIT, is_priority=True))
    yield "ticket-appointment", _ticket(views["waiting"], replace(VISIT, slot=TOMORROW))
    open_for_words = replace(VISIT, delays_left=0, feedback="open")
    wrong = {"words": "Cepat dan ramah.", "feedback_error": "Silakan pilih dari 1 sampai 5."}
    yield "ticket-feedback-wrong", _ticket(views["finished"], open_for_words, **wrong)
    yield "ticket-feedback-given", _ticket(views["finished"], replace(open_for_words, feedback="given"))


def _services() -> Iterator[tuple[str, Sample]]:
    plain = {
        "office": OFFICE,
        "idempotency_key": "key",
        "phone": "",
        "phone_error": None,
        "need": None,
        "needs": NEEDS,
        "problem": None,
    }
    changed: dict[str, dict[str, Any]] = {
        "open": {"service": RENEWAL},
        "wait": {"service": replace(RENEWAL, wait=WAIT)},
        "bare": {"service": CLEARANCE},
        "closed": {"service": CLOSED},
        "unplanned": {"service": UNPLANNED},
        "refused": {"service": RENEWAL, "problem": NO, "need": "pregnant"},
        "wrong": {"service": RENEWAL, "phone": "0812x", "phone_error": "Tulis nomor telepon seperti 0812 3456 7890."},
    }
    for name, changes in changed.items():
        yield f"service-{name}", Sample("service.html", {**plain, **changes})


def _day(ahead: int, *left: int) -> DayView:
    begins, length = TOMORROW + timedelta(days=ahead), timedelta(minutes=30)
    slots = (SlotView(begins + n * length, begins + (n + 1) * length, some) for n, some in enumerate(left))
    return DayView(begins.date(), tuple(slots))


def _calendars() -> Iterator[tuple[str, Sample]]:
    days = (_day(0, 0, 0), _day(1, 2, 0, 1, 2, 2, 1), *(_day(n, 2, 2, 1) for n in range(2, 9)))
    view = CalendarView(OFFICE.id, OFFICE.name, RENEWAL.id, RENEWAL.name, days)
    full = replace(view, days=(_day(0, 0, 0), _day(1, 0)))
    booking: dict[str, Any] = {
        "calendar": view,
        "chosen": view.chosen(""),
        "address": f"/queue/offices/{OFFICE.id}/services/{RENEWAL.id}/appointments",
        "moving": None,
        "token": "",
        "slot": "",
        "phone": "",
        "errors": {},
        "problem": None,
        "idempotency_key": "key",
        "proves": False,
    }
    wrong = {"slot": "Silakan pilih waktu.", "phone": "Tulis nomor telepon seperti 0812 3456 7890."}
    slot = view.days[1].slots[0].begins.isoformat()
    changed: dict[str, dict[str, Any]] = {
        "open": {},
        "wrong": {"errors": wrong, "phone": "0812x"},
        "refused": {"problem": NO, "slot": slot, "phone": "081234567890"},
        "full": {"calendar": full, "chosen": full.chosen("")},
        "proves": {"proves": True},
        "none": {"calendar": replace(view, days=()), "chosen": None},
        "move": {"moving": appointment("booked"), "token": "4c1a.mac", "address": "/queue/a/4c1a.mac/move"},
    }
    for name, changes in changed.items():
        yield f"calendar-{name}", Sample("calendar.html", {**booking, **changes})
    yield from _phones(view, slot)


def _phones(view: CalendarView, slot: str) -> Iterator[tuple[str, Sample]]:
    plain: dict[str, Any] = {
        "calendar": view,
        "wish": Wish(OFFICE.id, RENEWAL.id, "key", slot, "0812 3456 7890"),
        "chosen": view.days[1].slots[0],
        "challenge": "1740967200.random.mac",
        "minutes": 10,
        "code": "",
        "code_error": "",
        "problem": None,
    }
    changed: dict[str, dict[str, Any]] = {
        "code": {},
        "wrong": {"code_error": "Ini bukan kode yang kami kirim. Lihat SMS yang terakhir."},
        "refused": {"problem": NO, "challenge": "", "chosen": None},
        "limited": {"problem": NO},
    }
    for name, changes in changed.items():
        yield f"phone-{name}", Sample("phone.html", {**plain, **changes})


def appointment(state: Any, moves: int = 0) -> AppointmentView:
    return AppointmentView(
        "4c1a", OFFICE.id, OFFICE.name, OFFICE.address, RENEWAL.id, RENEWAL.name, SIM_RENEWAL.requirements, TOMORROW,
        TOMORROW + timedelta(minutes=30), TOMORROW - timedelta(minutes=15), TOMORROW + timedelta(minutes=10), state,
        state in ("booked", "open") and moves < MOVES_MOST, MOVES_MOST - moves, "0b8f" if state == "kept" else None,
        NOW, moves, proven=state in ("booked", "kept"),
    )  # fmt: skip


def _appointments() -> Iterator[tuple[str, Sample]]:
    for state in ("booked", "open", "late", "kept", "missed", "cancelled"):
        context = {
            "appointment": appointment(state, MOVES_MOST if state == "open" else 0),
            "code": CODE,
            "token": "4c1a.mac",
            "ticket": "/queue/t/0b8f.mac" if state == "kept" else "",
            "needs": NEEDS,
            "new_key": _new_key(),
            "problem": None,
        }
        yield f"appointment-{state}", Sample("appointment.html", context)
        if state == "late":
            yield "appointment-refused", Sample("appointment.html", {**context, "problem": NO})


def _kiosks() -> Iterator[tuple[str, Sample]]:
    plain = {"base": f"/queue/offices/{OFFICE.id}/kiosk", "office": OFFICE}
    told = replace(OFFICE, services=tuple(replace(s, wait=WAIT if s.waiting else None) for s in OFFICE.services))
    yield "kiosk-services", Sample("kiosk.html", plain | {"office": told})
    needs = {"service": replace(RENEWAL, wait=WAIT), "needs": NEEDS, "idempotency_key": "key", "problem": None}
    yield "kiosk-needs", Sample("kiosk_needs.html", plain | needs)
    yield "kiosk-refused", Sample("kiosk_needs.html", plain | needs | {"problem": NO})
    given = {"ticket": ticket("waiting", 4), "visit": VISIT, "code": CODE}
    yield "kiosk-ticket", Sample("kiosk_ticket.html", plain | given)
    yield "kiosk-closed", Sample("kiosk_closed.html", {"office": OFFICE})
    devices = [
        {"id": f"k-{n}", "device": device, "started_at": NOW, "seen_at": NOW}
        for n, device in enumerate(("Chrome, Linux", "Firefox, Windows"))
    ]
    yield "kiosks", Sample("kiosks.html", {"officer": OFFICER, "kiosks": devices})
    yield "kiosks-none", Sample("kiosks.html", {"officer": OFFICER, "kiosks": []})


def citizens() -> Iterator[tuple[str, Sample]]:
    """Name → sample."""
    yield from (*_services(), *_tickets(), *_calendars(), *_appointments(), *_kiosks())
