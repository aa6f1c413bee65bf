"""What everybody sees of incidents, and what the desk sees of reporters, in every state."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from services.reports.demo import demo_office
from services.reports.domain.publication import CROWD, SHOWN_DAYS, may_ever_be_shown
from services.reports.identity.identity import Identity
from services.reports.identity.looks import IdentityView, LookView
from services.reports.maps import Tiles
from services.reports.views.public import Edition
from shared.staff.entrypoints.officer import Officer
from shared.web.problems import Problem
from tests.web.sample_office import NOW, PALU, Sample

OFFICE = demo_office().plan
THERE = NOW.astimezone(PALU)
MIDNIGHT = THERE.replace(hour=0, minute=0, second=0, microsecond=0)
EDITION = Edition(OFFICE.id, MIDNIGHT.date(), MIDNIGHT, MIDNIGHT + timedelta(days=1), ())
OPENED = replace(OFFICE, categories=tuple(replace(c, public=not c.sensitive) for c in OFFICE.categories))
OFFICER = Officer(OFFICE.id, "maria", "s", "Maria", frozenset({"manager"}), ("work-at-desk", "see-identities"))
LOOKS = (
    LookView(THERE - timedelta(days=2), "maria", "Saksi diperlukan untuk pemeriksaan di kantor."),
    LookView(THERE - timedelta(days=400), "", ""),
)
KNOWN = IdentityView("0b8f", "confidential", True, "see-identities", LOOKS)
WHO = Identity(name="Siti Rahma", phone="+6281234567890", email="siti.rahma@contoh.id")
REFUSED = Problem(409, "look-is-over", "Waktu melihat sudah habis", "Sebutkan lagi mengapa Anda perlu tahu.")


def publics() -> Iterator[tuple[str, Sample]]:
    """Name → template and context."""
    yield "public-list", _list(3, 3)
    yield "public-list-long", _list(50, 137, page=2, pages=3)
    yield "public-list-nothing", _list(0, 0)
    yield "public-list-closed", _list(0, 0, office=replace(OFFICE, categories=OFFICE.categories[:0]), kinds=[])
    yield "reporter-known", _reporter(KNOWN)
    yield "reporter-shown", _reporter(KNOWN, identity=WHO)
    yield "reporter-no-reason", _reporter(KNOWN, reason_error="Sebutkan mengapa Anda perlu tahu.")
    yield "reporter-pending", _reporter(KNOWN, pending=True, reason="Saksi diperlukan")
    yield "reporter-refused", _reporter(KNOWN, problem=REFUSED)
    yield "reporter-not-allowed", _reporter(KNOWN, may_look=False, may_erase=False)
    yield "reporter-open", _reporter(IdentityView("0b8f", "open", True, "work-at-desk", ()))
    yield "reporter-anonymous", _reporter(IdentityView("0b8f", "anonymous", False, None, ()), may_look=False)
    yield (
        "reporter-erased",
        _reporter(IdentityView("0b8f", "confidential", False, "see-identities", LOOKS), may_look=False),
    )


def _list(count: int, total: int, *, page: int = 1, pages: int = 1, **more: Any) -> Sample:
    kinds = [kind for kind in OPENED.categories if may_ever_be_shown(kind)]
    parts, widths = ("night", "morning", "afternoon", "evening"), (1, 4, 18, None)
    incidents = [
        {
            "name": kinds[nth % len(kinds)].name,
            "day": date(2026, 3, 2) - timedelta(days=nth // 3),
            "part": parts[nth % 4],
            "kilometres": widths[nth % 4],
            "near": OFFICE.posts[0].name,
        }
        for nth in range(count)
    ]
    context: dict[str, Any] = {
        "office": OPENED,
        "edition": EDITION,
        "kinds": kinds,
        "category": kinds[0].id if page > 1 else "",
        "incidents": incidents,
        "total": total,
        "page": page,
        "pages": pages,
        "feed": f"/reports/api/v1/offices/{OFFICE.id}/incidents.geojson",
        "address_of": lambda number: f"?page={number}",
        "tiles": Tiles(),
        "crowd": CROWD,
        "shown_days": SHOWN_DAYS,
        "kilometres": 1,
    }
    return Sample("public_incidents.html", context | more)


def _reporter(view: IdentityView, **more: Any) -> Sample:
    context: dict[str, Any] = {
        "officer": OFFICER,
        "number": "2026-000123",
        "reporter": view,
        "may_look": True,
        "may_erase": True,
        "identity": None,
        "reason": "",
        "reason_error": "",
        "reason_most": 500,
        "pending": False,
        "problem": None,
        "idempotency_key": "4b1c",
        "erase_key": "4b1d",
    }
    return Sample("reporter.html", context | more)
