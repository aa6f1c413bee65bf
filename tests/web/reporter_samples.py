"""What citizens see of reports, in every state: kinds, the form, what comes before it is sent, the report's page."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import services.reports.app
from services.reports.demo import demo_office
from services.reports.domain.emergency import NearPost
from services.reports.entrypoints.citizen.form import PRIVACIES, ReportForm, answer_field, empty_form
from services.reports.entrypoints.evidence.reporter_pages import ReporterEvidence
from services.reports.maps import Tiles
from services.reports.telling import Telling
from services.reports.views.incidents import FollowView, Line, ReportView
from services.reports.views.nearby import NearbyView, coarse
from shared.clock import system_clock
from shared.contracts.reports.incidents import Answer, State
from shared.contracts.reports.office import Category
from shared.web.i18n import Catalogues
from shared.web.problems import Problem
from tests.web.sample_office import NOW, PALU, Sample

OFFICE = demo_office().plan
KINDS = {category.id: category for category in OFFICE.categories}
TELLING = Telling(Catalogues(services.reports.app.FOLDER / "locales"), system_clock)
THERE = NOW.astimezone(PALU)
TOKEN = "0b8f.mac"
CODE = "2026-000123-7QF4-K29X"
BUSY = Problem(429, "too-many-requests", "Tunggu sebentar", "Silakan coba lagi dalam 2 menit.")
WRONG = ReportForm(
    defaultdict(str, privacy="open", when="earlier", name="Siti", phone="0812x", latitude="-0.89", longitude="119.87"),
    defaultdict(
        str,
        {
            "words": "Silakan tulis singkat apa yang terjadi.",
            "place": "Tulisan ini terlalu panjang.",
            "happened_at": "Silakan pilih hari dan jam.",
            "phone": "Silakan tulis nomor telepon seperti 0812 3456 7890, atau kosongkan.",
            "answer.vehicle": "Ini wajib diisi.",
        },
    ),
    None,
)
WRITTEN = ReportForm(
    defaultdict(str, words="Ada yang membawa parang", place="Depan pasar", privacy="anonymous"), defaultdict(str), None
)


def line(what: str, minutes: int, words: str = "", via: Any = None) -> Line:
    return Line(THERE - timedelta(minutes=minutes), what, words, via)


LINES = (
    line("IncidentReported", 95),
    line("MessageSent", 80, "Warna motornya apa?", "desk"),
    line("MessageSent", 78, "Merah tua, ada stiker putih\ndi tangki.", "reporter"),
    line("UnitDispatched", 60),
    line("UnitArrived", 51),
)
OUTCOME = line("IncidentResolved", 5, "Motor ditemukan di Jl. Kartini dan sudah diambil pemiliknya.")
REPORT = ReportView(
    id="0b8f", office=OFFICE.id, office_name=OFFICE.name, number="2026-000123", category="curanmor",
    category_name=KINDS["curanmor"].name, privacy="confidential", state="received",
    words="Motor saya hilang dari parkiran pasar.", place="Depan Pasar Inpres Manonda",
    answers=(Answer("vehicle", "motor"), Answer("plate", "DN 1234 AB")), latitude=-0.90781, longitude=119.85312,
    filed_at=THERE - timedelta(minutes=95), happened_at=None, disposition=None, timeline=LINES[:1], known=True,
    can_confirm=False, can_reopen=False, followers=0, exercise=False, revision=1,
)  # fmt: skip
FOLLOWED = FollowView(
    "f1", OFFICE.id, OFFICE.name, "curanmor", KINDS["curanmor"].name, "dispatched", None, coarse(THERE), "0b8f"
)
NEARBY = NearbyView("0b8f", "curanmor", KINDS["curanmor"].name, 500, coarse(THERE))


def reporters() -> Iterator[tuple[str, Sample]]:
    """Name and sample of each."""
    keys = count()
    common = {"office": OFFICE, "new_key": lambda: f"key-{next(keys)}", "problem": None}
    yield "report-offices", Sample("report_offices.html", {"offices": [OFFICE]})
    yield "report-offices-none", Sample("report_offices.html", {"offices": []})
    yield "report-kinds", Sample("report_kinds.html", {**common, "wish": "", "categories": OFFICE.categories})
    yield "report-kinds-none", Sample("report_kinds.html", {**common, "wish": "paspor", "categories": []})
    form = {**common, "answer_field": answer_field, "privacies": PRIVACIES, "tiles": Tiles(), "now_there": THERE}
    for name, kind, shown, more in _forms():
        context = {**form, "category": kind, "form": shown, "key": "key", **more}
        yield f"report-form-{name}", Sample("report_form.html", context)
    yield "report-offline", Sample("report_offline.html", {**form, "form": empty_form()})
    yield "report-drafts", Sample("report_drafts.html", {})
    yield from _before(common)
    yield from _own(common)
    followed = {
        **common,
        "followed": FOLLOWED,
        "token": TOKEN,
        "link": f"https://lapor.example.go.id/reports/f/{TOKEN}",
    }
    yield "report-followed", Sample("report_followed.html", {**followed, "told": TELLING.follow(FOLLOWED, "id")})
    yield "report-left", Sample("report_left.html", {})
    yield "report-track", Sample("report_track.html", {"code": "", "error": "", "problem": None})
    wrong = {"code": "2026-1", "error": "Tidak ada laporan dengan kode ini.", "problem": None}
    yield "report-track-wrong", Sample("report_track.html", wrong)
    yield "report-track-busy", Sample("report_track.html", {"code": CODE, "error": "", "problem": BUSY})


def _forms() -> Iterator[tuple[str, Category, ReportForm, dict[str, Any]]]:
    yield "theft", KINDS["curanmor"], empty_form(), {}
    yield "emergency", KINDS["kebakaran"], empty_form(), {}
    yield "other", KINDS["lainnya"], empty_form(), {}
    yield "wrong", KINDS["curanmor"], WRONG, {}
    yield "busy", KINDS["kdrt"], WRITTEN, {"problem": BUSY}


def _before(common: dict[str, Any]) -> Iterator[tuple[str, Sample]]:
    post = NearPost(OFFICE.posts[6], 612.4)
    offers = [{"view": NEARBY, "offer": "b2ZmZXI"}, {"view": replace(NEARBY, metres=1000), "offer": "b3RoZXI"}]
    for name, urgent, shown in (("emergency", True, []), ("same", False, offers), ("both", True, offers)):
        context = {**common, "category": KINDS["curanmor"], "form": WRITTEN, "key": "key", "urgent": urgent}
        yield f"report-before-{name}", Sample("report_before.html", {**context, "post": post, "offers": shown})


def _own(common: dict[str, Any]) -> Iterator[tuple[str, Sample]]:
    stages: dict[str, ReportView] = {
        "filed": REPORT,
        "anonymous": replace(REPORT, privacy="anonymous", known=False, latitude=None, longitude=None, answers=()),
        "triaged": _at("triaged", LINES[:3]),
        "dispatched": _at("dispatched", LINES[:4], followers=3),
        "on-scene": _at("on-scene", LINES, exercise=True),
        "resolved": _at("resolved", (*LINES, OUTCOME), disposition="settled", can_confirm=True, can_reopen=True),
        "closed": _at("closed", (*LINES, OUTCOME, line("IncidentClosed", 1)), disposition="settled", known=False),
        "duplicate": _at("duplicate", (LINES[0], line("DuplicateLinked", 30))),
    }
    for name, view in stages.items():
        yield f"report-{name}", Sample("report.html", _page(common, view, filed=name == "filed"))
    nothing = "Silakan tulis sesuatu."
    for name, page in {
        "refused": _page(common, stages["resolved"], problem=BUSY, words="Bukan motor saya", at="reopen"),
        "reopen-empty": _page(common, stages["closed"], error=nothing, at="reopen"),
        "message-empty": _page(common, REPORT, error=nothing, at="message"),
    }.items():
        yield f"report-{name}", Sample("report.html", page)


def _at(state: State, timeline: tuple[Line, ...], **more: Any) -> ReportView:
    return replace(REPORT, state=state, timeline=timeline, **more)


def _page(common: dict[str, Any], view: ReportView, **more: Any) -> dict[str, Any]:
    return {
        **common,
        "report": view,
        "told": TELLING.report(view, "id"),
        "answers": [("Kendaraan apa?", "Sepeda motor"), ("Nomor polisinya", "DN 1234 AB")] if view.answers else [],
        "token": TOKEN,
        "evidence": ReporterEvidence([], 10, 100, ""),
        "code": CODE,
        "link": f"https://lapor.example.go.id/reports/r/{TOKEN}",
        "filed": False,
        "words": "",
        "error": "",
        "at": "",
        **more,
    }
