"""The manager's and the procedures' pages in every state that a person can meet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from services.queue.demo import demo_office
from services.queue.domain.forecast.forecast import Range
from services.queue.domain.forecast.outlook import Hour
from services.queue.entrypoints.manager.figure_plots import minutes, plots_of
from services.queue.entrypoints.manager.outlook_plots import plots_ahead
from services.queue.entrypoints.manager.plan_pages import PLANNING
from services.queue.entrypoints.manager.planning.changes import changes
from services.queue.entrypoints.manager.planning.sections import section_of
from services.queue.views.figures import FiguresView, Row, Said, Span
from services.queue.views.procedures import Found, ProcedureView
from services.queue.views.shown import OfficeView
from services.queue.views.tally import Hour as HourOf
from services.queue.views.tally import Opinion, Spread, Tally, tally
from shared.contracts.queue import Fee, OfficePlan, Text
from shared.web.planning.history import PlanView
from tests.web.sample_office import ADMINISTRATOR, CLEARANCE, CLOSED, FAR, NO, NOW, OFFICE, OFFICER, Sample

TODAY = date(2026, 3, 2)


def some(people: int, *, wait: float = 18.5) -> Tally:
    opinion = Opinion((1, 0, people // 20, people // 10, people // 5))
    return Tally(people, people - 9, 4, 3, 2, Spread(wait, wait * 2.2), Spread(9.2, 17.9), opinion)


def figures(office: OfficeView, **changes: Any) -> FiguresView:
    services = tuple(
        Row(s.id, s.name, some(120 - 30 * n, wait=18.5 + 7 * n)) for n, s in enumerate(office.services[:3])
    )
    counters = tuple(Row(c.id, c.name, some(60 - 9 * n)) for n, c in enumerate(office.counters[:3]))
    hours = tuple(
        HourOf(7 + n, came, served) for n, (came, served) in enumerate([(64, 0), (71, 52), (38, 61), (21, 47)])
    )
    words = (
        Said(TODAY, office.services[0].name, office.counters[0].name, 5, "Ramah dan cepat. Terima kasih!"),
        Said(TODAY, office.services[1].name, None, 2, "Loket foto lama sekali,\npadahal sepi."),
    )
    view = FiguresView(
        office.id, office.name, TODAY, TODAY, None, None, some(205), services, counters, (Span(TODAY, some(205)),),
        False, hours, words,
    )  # fmt: skip
    return replace(view, **changes)


def _over(office: OfficeView, days: int, step: int) -> FiguresView:
    begins = [TODAY - timedelta(days=step * n) for n in reversed(range(days))]
    spans = tuple(
        Span(begin, some(150 + 17 * n % 60, wait=12 + n) if n % 7 != 6 else tally(())) for n, begin in enumerate(begins)
    )
    return figures(office, first=begins[0], spans=spans, by_week=step == 7)


def managers() -> Iterator[tuple[str, Sample]]:
    yield from _figures(OFFICE, OFFICER)
    yield from _plans()
    yield from _procedures()


def _figures(office: OfficeView, officer: Any) -> Iterator[tuple[str, Sample]]:
    nothing = figures(
        office, whole=tally(()), services=(), counters=(), hours=(), words=(), spans=(Span(TODAY, tally(())),)
    )
    early = replace(some(3), waiting=None, handling=None, opinion=Opinion(), served=0, missed=0, cancelled=0, open=3)
    just_begun = figures(
        office,
        whole=early,
        services=(Row("skck", Text("SKCK", "SKCK"), early),),
        counters=(),
        hours=(HourOf(8, 3, 0),),
        words=(),
    )
    views = {
        "today": figures(office),
        "nobody": nothing,
        "early": just_begun,
        "days": _over(office, 14, 1),
        "weeks": _over(office, 12, 7),
        "counter": figures(office, counter="loket-2", service=office.services[0].id),
    }
    ahead = {
        service.id: [
            Hour(NOW.timestamp() + 3600 * n, 14.0 - 3 * n, Range(600.0 + 240 * n, 1500.0 + 300 * n) if n < 3 else None)
            for n in range(4)
        ]
        for service in office.services[:2]
    }
    for name, view in views.items():
        context = {
            "officer": officer,
            "office": office,
            "figures": view,
            "plots": plots_of(view),
            "ahead": plots_ahead(ahead if name == "today" else {}, office, None),
            "minutes": minutes,
            "period": name if name in ("days", "weeks") else "today",
        }
        yield f"figures-{name}", Sample("figures.html", context)


def _plans() -> Iterator[tuple[str, Sample]]:
    """The configuration: every form, one with what is wrong, a preview, the history."""
    plan = demo_office().plan
    current = PlanView(7, plan, NOW, "staff/rani.lestari")
    plain: dict[str, Any] = {"officer": ADMINISTRATOR, "current": current, "idempotency_key": "key", "problem": None}
    yield "plan", Sample("plan.html", plain)
    addresses = [
        ("about", None), ("order", None), ("holidays", None), ("counter", "loket-2"), ("counter", "new"),
        ("remove-counter", "loket-1"), ("service", "skck"), ("service", "new"), ("hours", "skck"),
        ("appointments", "skck"), ("procedure", "skck"), ("fees", "skck"), ("remove-service", "skck"),
    ]  # fmt: skip
    for kind, of in addresses:
        yield f"plan-{kind}{f'-{of}' if of == 'new' else ''}", Sample("plan_form.html", plain | _form(plan, kind, of))
    wrong = _form(plan, "fees", "skck") | {
        "errors": {"rupiah.0": "Ini wajib diisi.", "name_id.1": "Ini wajib diisi."},
        "problem": NO,
    }
    yield "plan-wrong", Sample("plan_form.html", plain | wrong)
    skck = next(service for service in plan.services if service.id == "skck")
    dearer = replace(skck, quota=80, procedure=replace(skck.procedure, fees=(Fee(Text("SKCK", "SKCK"), 35_000),)))
    after = replace(plan, services=tuple(dearer if s is skck else s for s in plan.services))
    preview = _form(plan, "fees", "skck") | {"plan": after, "shown": dearer}
    yield "plan-preview", Sample("plan_preview.html", plain | preview | {"changes": changes(plan, after)})
    whole = _form(plan, "holidays", None) | {"plan": plan, "shown": None}
    yield "plan-preview-office", Sample("plan_preview.html", plain | whole | {"changes": changes(after, plan)})
    yield "plan-preview-nothing", Sample("plan_preview.html", plain | whole | {"changes": []})
    former = replace(current, revision=6, plan=after, by="staff")
    entries = [(current, changes(after, plan)), (former, []), (replace(former, revision=5), None)]
    yield "plan-history", Sample("plan_history.html", plain | {"entries": entries})
    yield "plan-history-none", Sample("plan_history.html", plain | {"entries": []})
    told = {"view": current, "changes": changes(after, plan), "back": []}
    yield "plan-version", Sample("plan_version.html", plain | told)
    told = {"view": former, "changes": None, "back": changes(plan, after), "problem": NO}
    yield "plan-version-former", Sample("plan_version.html", plain | told)


def _form(plan: OfficePlan, kind: str, of: str | None) -> dict[str, Any]:
    section = section_of(plan, kind, of)
    written = section.written(plan)
    return {
        "section": section,
        "address": PLANNING.path((kind, of)),
        "groups": section.groups(written, 3),
        "has_rows": kind in ("holidays", "fees"),
        "more": 3,
        "written": written,
        "errors": {},
    }


def _procedures() -> Iterator[tuple[str, Sample]]:
    here = [ProcedureView(OFFICE.id, OFFICE.name, OFFICE.address, s, 7, NOW) for s in OFFICE.services]
    there = replace(here[0], office=FAR.id, office_name=FAR.name, service=replace(CLOSED, id=here[0].service.id))
    other = replace(there, service=replace(CLEARANCE, id=here[0].service.id))
    found = [Found((here[0], there)), *(Found((view,)) for view in here[1:])]
    bare, address = replace(here[3], since=None), f"https://antre.example{here[0].path}"
    yield "procedures", Sample("procedures.html", {"query": "", "found": found})
    yield "procedures-found", Sample("procedures.html", {"query": "pasfoto <merah>", "found": found[:1]})
    yield "procedures-not-found", Sample("procedures.html", {"query": "paspor", "found": []})
    yield "procedures-none", Sample("procedures.html", {"query": "", "found": []})
    yield "procedure", Sample("procedure.html", {"view": here[0], "others": [there, other], "address": address})
    yield "procedure-bare", Sample("procedure.html", {"view": bare, "others": [], "address": address})
