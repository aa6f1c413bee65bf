"""How the desk works is configured by its administrator: as a whole by the API, a section at a time by pages."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import pytest
from httpx import AsyncClient

from tests.queue.forms import Form, Page, send, visit
from tests.reports.running import Office, Site
from tests.reports.test_pages_desk import at_work
from tests.support.site import of, problem_of

PLAN = "/reports/manage/plan"


@pytest.fixture
async def administrator(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    """Who configures the office, at a browser."""
    async with at_work(site, office, "admin", "administrator") as browser:
        yield browser


async def published(browser: AsyncClient, form: Form, **changes: Any) -> Page:
    """Look at a change and have it take effect."""
    preview = await send(browser, form, step="preview", **changes)
    assert preview.status == 200, preview.text
    path = form.action.partition("/reports/")[2]
    return await send(browser, preview.form(path), step="publish")


async def test_a_plan_is_replaced_as_a_whole_and_never_over_anothers(office: Office) -> None:
    async with office.staff("admin", role="administrator") as admin:
        current = of(await admin.get(f"{office.path}/plan"), 200)
        body = {"plan": {**current["plan"], "accept_minutes": 3}, "replaces_revision": current["revision"]}
        changed = of(await admin.put(f"{office.path}/plan", json=body), 200)
        assert (changed["plan"]["accept_minutes"], changed["author"]) == (3, "admin")
        problem_of(await admin.put(f"{office.path}/plan", json=body), 409, "plan-changed-meanwhile")
        body = {"plan": {**current["plan"], "categories": []}, "replaces_revision": changed["revision"]}
        assert (await admin.put(f"{office.path}/plan", json=body)).status_code == 422
        revisions = [entry["revision"] for entry in of(await admin.get(f"{office.path}/plans"), 200)]
        assert revisions == [2, 1]
        assert of(await admin.get(f"{office.path}/plans/1"), 200)["plan"] == current["plan"]
    async with office.staff("dewi") as dispatcher:
        assert (await dispatcher.get(f"{office.path}/plan")).status_code == 403


async def test_what_is_promised_is_looked_at_before_it_takes_effect(
    administrator: AsyncClient, office: Office, site: Site
) -> None:
    page = await visit(administrator, f"{PLAN}/levels")
    form = page.form("/levels")
    assert form.fields["triage.1"] == "1"
    other: dict[str, Any] = {"triage.1": "4", "arrive.3": "90"}
    preview = await send(administrator, form, step="preview", **other)
    assert "<del>1</del>" in preview.html
    assert "<ins>90</ins>" in preview.html
    assert (await site.reports.offices.office(office.id)).revision == 1
    page = await send(administrator, preview.form("/levels"), step="publish")
    assert page.path == f"{PLAN}/history/2"
    levels = (await site.reports.offices.office(office.id)).plan.levels
    assert (levels[0].triage_minutes, levels[2].arrive_minutes) == (4, 90)
    page = await send(administrator, (await visit(administrator, f"{PLAN}/history/1")).form("/history/1"))
    assert page.path == f"{PLAN}/history/3"
    assert (await site.reports.offices.office(office.id)).plan.levels[0].triage_minutes == 1


async def test_what_is_wrong_is_told_at_its_field(administrator: AsyncClient) -> None:
    page = await visit(administrator, f"{PLAN}/units")
    wrong: dict[str, Any] = {"id.3": "Patroli 4", "name.3_id": "Patroli"}
    page = await send(administrator, page.form("/units"), step="preview", **wrong)
    assert page.status == 422
    assert page.form("/units").invalid == {"id.3"}
    page = await visit(administrator, f"{PLAN}/kind/domestic")
    page = await send(administrator, page.form("/kind/domestic"), step="preview", flags="public")
    assert page.status == 200, "it is public and not sensitive any more"


async def test_units_kinds_questions_posts_and_words_change(
    administrator: AsyncClient, office: Office, site: Site
) -> None:
    form = (await visit(administrator, f"{PLAN}/units")).form("/units")
    await published(administrator, form, **{"id.3": "lantas-1", "name.3_id": "Lantas 1", "kind.3": "traffic"})
    form = (await visit(administrator, f"{PLAN}/kind/new")).form("/kind/new")
    told = {"id": "banjir", "name_id": "Banjir", "name_en": "Flood", "urgency": "immediate", "flags": "public"}
    await published(administrator, form, hint_id="Air naik", sends="rescue", **told)
    form = (await visit(administrator, f"{PLAN}/questions/banjir")).form("/questions/banjir")
    asked = {"id.0": "tinggi", "ask.0_id": "Setinggi apa?", "kind.0": "choice", "needed.0": "yes"}
    await published(administrator, form, **asked, **{"choices.0": "lutut = Lutut | Knee\ndada = Dada | Chest"})
    form = (await visit(administrator, f"{PLAN}/words")).form("/words")
    await published(administrator, form, words="banjir\nKebakaran\n")
    form = (await visit(administrator, f"{PLAN}/posts")).form("/posts")
    post = {"id.1": "pos-kota", "name.1_id": "Pos Kota", "address.1_id": "Jl. Kota", "phone.1": "0812 3456 7890"}
    await published(administrator, form, **post, **{"latitude.1": "-0.9", "longitude.1": "119,87"})
    plan = (await site.reports.offices.office(office.id)).plan
    assert plan.units[-1].kind == "traffic"
    (kind,) = [category for category in plan.categories if category.id == "banjir"]
    assert (kind.urgency, kind.public, kind.sends, kind.name.en) == ("immediate", True, ("rescue",), "Flood")
    assert asdict(kind.questions[0].choices[0].name) == {"id": "Lutut", "en": "Knee"}
    assert kind.questions[0].required
    assert plan.emergency_words == ("banjir", "kebakaran")
    assert plan.posts[-1].phone == "+6281234567890"
    form = (await visit(administrator, f"{PLAN}/remove-kind/banjir")).form("/remove-kind/banjir")
    await published(administrator, form)
    assert len((await site.reports.offices.office(office.id)).plan.categories) == 4
    history = await visit(administrator, f"{PLAN}/history")
    assert history.status == 200
    assert history.html.count("card-title") == 7


async def test_only_administrators_configure(site: Site, office: Office) -> None:
    async with at_work(site, office, "maria", "manager") as manager:
        assert (await visit(manager, PLAN)).status == 403
    async with at_work(site, office, "admin", "administrator") as admin:
        assert (await visit(admin, PLAN)).status == 200
        for missing in ("nonsense", "kind/nonsense", "history/99", "questions/new"):
            assert (await visit(admin, f"{PLAN}/{missing}")).status == 404, missing
