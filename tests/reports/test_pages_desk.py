"""The desk's pages work by plain forms: the board, an incident and all that is done with it, shift, search, exports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from httpx import AsyncClient

from services.reports.domain.incident import Incident
from shared.contracts.reports.staff import Role
from tests.queue.forms import Page, send, visit
from tests.reports.running import Office, Site
from tests.support.site import HTML, PASSWORD

DESK = "/reports/desk"
SIGN_IN = "/reports/sign-in"


@asynccontextmanager
async def at_work(
    site: Site, office: Office, username: str = "dewi", role: Role = "dispatcher"
) -> AsyncIterator[AsyncClient]:
    """A browser of somebody of the staff, signed in."""
    await office.add_staff(username, role=role, display_name=username.title())
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        form = (await visit(browser, SIGN_IN)).form(SIGN_IN)
        await send(browser, form, office=office.id, username=username, password=PASSWORD)
        yield browser


@pytest.fixture
async def desk(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    async with at_work(site, office) as browser:
        yield browser


@pytest.fixture
async def incident(citizen: AsyncClient, office: Office) -> str:
    """Somebody's report; its id."""
    filed: Any = await office.filed(citizen)
    return str(filed["id"])


async def does(browser: AsyncClient, incident: str, step: str, **fields: Any) -> Page:
    """Fill in a step's form on the incident's page."""
    page = await visit(browser, f"{DESK}/incidents/{incident}")
    return await send(browser, page.form(f"{incident}/{step}"), **fields)


async def test_a_report_goes_from_the_board_to_its_outcome(desk: AsyncClient, office: Office, incident: str) -> None:
    board = await visit(desk, DESK)
    assert (board.status, board.state) == (200, "open")
    assert f'href="{DESK}/incidents/{incident}"' in board.html
    page = await does(desk, incident, "take-charge")
    assert page.path == f"{DESK}/incidents/{incident}"
    assert not page.has_form("/take-charge")
    page = await does(desk, incident, "triage", severity="severe", certainty="observed", reason="terekam kamera")
    assert "terekam kamera" in page.text
    page = await does(desk, incident, "dispatch", unit="patrol-1")
    for said in ("accept", "arrive", "check-in", "clear"):
        page = await send(desk, page.form(f"/units/patrol-1/{said}"))
        assert page.status == 200, page.text
    page = await does(desk, incident, "resolve", disposition="settled", words="Motor ditemukan")
    assert "Motor ditemukan" in page.text
    assert not page.has_form("/triage")
    assert (await visit(desk, f"{DESK}?state=resolved")).state == "empty"
    page = await does(desk, incident, "close", reason="sudah jelas")
    page = await does(desk, incident, "reopen", words="Kami lihat lagi")
    assert page.has_form("/triage")


async def test_which_priority_follows_is_shown_before_it_is_sent(desk: AsyncClient, incident: str, site: Site) -> None:
    page = await does(desk, incident, "triage", severity="extreme", certainty="observed", preview="yes")
    assert page.status == 422, "without a reason"
    page = await does(desk, incident, "triage", severity="extreme", certainty="observed", reason="x", preview="yes")
    assert page.status == 200
    assert "<strong data-follows>1</strong>" in page.html
    (kept,) = await site.reports.store.load(Incident, "id", [incident])
    assert kept.certainty is None


async def test_a_refusal_is_told_at_its_place(desk: AsyncClient, office: Office, citizen: AsyncClient) -> None:
    first, second = [str((await office.filed(citizen))["id"]) for _ in range(2)]
    late = (await visit(desk, f"{DESK}/incidents/{second}")).form(f"{second}/dispatch")
    await does(desk, first, "dispatch", unit="patrol-1")
    page = await send(desk, late, unit="patrol-1")
    assert page.status == 409
    section = page.html[page.html.index('data-section="units"') :]
    assert "notice-warn" in section[: section.index("</section>")]


async def test_duplicates_are_offered_linked_and_made_their_own_again(
    desk: AsyncClient, office: Office, citizen: AsyncClient
) -> None:
    first, second = [str((await office.filed(citizen))["id"]) for _ in range(2)]
    page = await does(desk, second, "link")
    assert page.has_form("/unlink")
    assert not page.has_form("/link")
    page = await does(desk, second, "unlink", reason="lain orang")
    assert page.has_form(f"{second}/link")
    assert first in page.html


async def test_somebody_who_does_not_work_here_cannot_take_over(
    desk: AsyncClient, office: Office, incident: str
) -> None:
    await office.add_staff("sari", role="dispatcher")
    page = await visit(desk, f"{DESK}/incidents/{incident}")
    page = await send(desk, page.form("/hand-over"), to="nobody-here")
    assert page.status == 404
    page = await does(desk, incident, "hand-over", to="sari", note="tunggu saksi")
    assert "tunggu saksi" in page.text


async def test_a_shift_is_handed_over_as_a_whole(site: Site, desk: AsyncClient, office: Office, incident: str) -> None:
    await does(desk, incident, "take-charge")
    await office.add_staff("sari", role="dispatcher")
    page = await visit(desk, f"{DESK}/shift")
    form = page.form("/shift")
    assert form.fields["incidents"] == incident
    page = await send(desk, form, to="sari", note="tunggu saksi")
    assert page.status == 200
    (kept,) = await site.reports.store.load(Incident, "id", [incident])
    assert kept.in_charge == "sari"
    page = await send(desk, form, to="sari", note="tunggu saksi")
    assert page.status == 200, "sent again it changes nothing"


async def test_a_caller_is_taken_in_and_judged_at_once(desk: AsyncClient, office: Office, site: Site) -> None:
    kinds = await visit(desk, f"{DESK}/new")
    assert f'href="{DESK}/new/fight"' in kinds.html
    form = (await visit(desk, f"{DESK}/new/fight")).form("/new/fight")
    told: dict[str, Any] = {"words": "Berkelahi di pasar", "place": "Pasar Manonda", "phone": "0812 3456 7890"}
    judged: dict[str, Any] = {"severity": "severe", "certainty": "likely", "reason": "terdengar di telepon"}
    page = await send(desk, form, exercise=None, **told, **judged)
    assert page.path.startswith(f"{DESK}/incidents/")
    (kept,) = await site.reports.store.load(Incident, "id", [page.path.rpartition("/")[2]])
    assert (kept.way, kept.state, kept.in_charge, kept.priority) == ("desk", "triaged", "dewi", 1)
    again = await send(desk, form, exercise=None, **told, **judged)
    assert again.path == page.path
    page = await send(desk, (await visit(desk, f"{DESK}/new/fight")).form("/new/fight"), exercise=None, **told)
    assert page.path == f"{DESK}/new/fight", "it may be the same"
    assert 'name="seen"' in page.html


async def test_who_works_in_the_field_alone_does_not_see_the_desk(site: Site, office: Office, incident: str) -> None:
    async with at_work(site, office, "budi", "officer") as browser:
        assert (await visit(browser, DESK)).path == "/reports/field"
        for path in (f"{DESK}/incidents/{incident}", f"{DESK}/search?q=motor", f"{DESK}/shift", f"{DESK}/exports"):
            assert (await visit(browser, path)).status == 403, path


async def test_another_offices_incident_is_none(site: Site, incident: str) -> None:
    other = await site.open_office()
    async with at_work(site, other) as browser:
        assert (await visit(browser, f"{DESK}/incidents/{incident}")).status == 404


async def test_a_crew_goes_its_way_by_one_thumb(site: Site, office: Office, desk: AsyncClient, incident: str) -> None:
    async with at_work(site, office, "budi", "officer") as crew:
        page = await visit(crew, "/reports/field")
        page = await send(crew, page.form("/field/unit"), unit="patrol-1")
        assert page.has_form("/out-of-service")
        await does(desk, incident, "dispatch", unit="patrol-1")
        page = await visit(crew, "/reports/field")
        assert "Motor saya dicuri" in page.text
        form = page.form("/accept")
        for step in ("accept", "arrive", "check-in"):
            page = await send(crew, page.form(f"/{step}"))
            assert page.status == 200
        assert (await send(crew, form)).status == 200, "what is sent again has been done already"
        page = await send(crew, page.form("/note"), words="Dua orang saksi")
        assert "Dua orang saksi" in page.text
        page = await send(crew, page.form("/clear"))
        assert page.has_form("/out-of-service")
    assert "Dua orang saksi" in (await visit(desk, f"{DESK}/incidents/{incident}")).text


async def test_exports_are_the_managers(site: Site, office: Office, desk: AsyncClient, incident: str) -> None:
    assert (await visit(desk, f"{DESK}/exports")).status == 403
    async with at_work(site, office, "maria", "manager") as manager:
        page = await visit(manager, f"{DESK}/exports")
        fields = {name: value for name, value in page.form("/incidents").fields.items() if name != "exercises"}
        answer = await manager.get(f"{DESK}/exports/incidents", params=fields)
        assert answer.headers["content-type"].startswith("text/csv")
        assert len(answer.text.splitlines()) == 2
