"""An administrator configures the office by plain forms: a change is shown before it takes effect, and can go back."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import pytest
from httpx import AsyncClient

from shared.contracts.queue import AppointmentPlan, Fee, OfficePlan, Role, Text
from shared.web.planning.history import PlanView
from tests.queue.forms import Form, Page, send, visit
from tests.queue.running import HTML, PASSWORD, Office, Site

PLAN = "/queue/manage/plan"


async def signed_in(browser: AsyncClient, office: Office, username: str, role: Role) -> None:
    await office.add_staff(username, role=role)
    form = (await visit(browser, "/queue/sign-in")).form("/queue/sign-in")
    await send(browser, form, office=office.id, username=username, password=PASSWORD)


@pytest.fixture
async def admin(site: Site, office: Office) -> AsyncIterator[AsyncClient]:
    """The administrator's browser, without JavaScript."""
    async with site.client(headers=HTML | {"accept-language": "en"}, follow_redirects=True) as browser:
        await signed_in(browser, office, "kepala", "administrator")
        yield browser


async def now(office: Office) -> PlanView[OfficePlan]:
    return await office.site.queue.plans.current(office.id)


async def fill(browser: AsyncClient, form: Form, changes: Mapping[str, str | None]) -> Page:
    """Fill in a form whose fields have names that no Python has, and send it."""
    fields = {name: value for name, value in {**form.fields, **changes}.items() if value is not None}
    return await send(browser, Form(form.action, fields))


async def publish(browser: AsyncClient, path: str, **changes: str | None) -> Page:
    """Fill in a section, look at the change and have it take effect."""
    page = await visit(browser, f"{PLAN}/{path}")
    shown = await fill(browser, page.form(path), {"step": "preview", **changes})
    assert shown.status == 200, shown.text
    done = await send(browser, shown.form(path), step="publish")
    assert done.status == 200, done.text
    return done


async def test_a_change_is_shown_before_it_takes_effect(office: Office, admin: AsyncClient) -> None:
    form = (await visit(admin, f"{PLAN}/service/sim")).form("service/sim")
    assert (form.fields["name_id"], form.fields["quota"], form.fields["revision"]) == ("SIM baru", "10000", "1")
    shown = await send(admin, form, step="preview", quota="250", name_en="New licence")
    assert "Tickets a day" in shown.text
    assert "250" in shown.text
    assert "As citizens will see it" in shown.text
    assert (await now(office)).revision == 1
    done = await send(admin, shown.form("service/sim"), step="publish")
    assert done.path == f"{PLAN}/history/2"
    assert "kepala" in done.text
    view = await now(office)
    assert (view.revision, view.author) == (2, "kepala")
    assert (view.plan.services[0].quota, view.plan.services[0].name.en) == (250, "New licence")
    assert replace(view.plan.services[0], quota=10_000, name=office.plan.services[0].name) == office.plan.services[0]
    assert view.plan.services[1:] == office.plan.services[1:]


async def test_who_goes_on_editing_finds_what_they_wrote(office: Office, admin: AsyncClient) -> None:
    page = await visit(admin, f"{PLAN}/about")
    shown = await send(admin, page.form("/about"), step="preview", name_id="Polres <Baru>", name_en="New & police")
    again = await send(admin, shown.form("/about"), step="edit")
    assert again.form("/about").fields["name_id"] == "Polres <Baru>"
    assert again.form("/about").fields["name_en"] == "New & police"
    assert (await now(office)).revision == 1


async def test_nothing_that_is_as_before_is_published(admin: AsyncClient) -> None:
    page = await visit(admin, f"{PLAN}/order")
    shown = await send(admin, page.form("/order"), step="preview")
    assert "Nothing changes" in shown.text
    assert 'value="publish"' not in shown.html


async def test_every_section_is_written_and_read_again_unchanged(office: Office, admin: AsyncClient) -> None:
    sections = (
        "about", "order", "holidays", "counter/loket-2", "service/sim", "hours/sim", "appointments/sim",
        "procedure/sim", "fees/sim",
    )  # fmt: skip
    for path in sections:
        page = await visit(admin, f"{PLAN}/{path}")
        assert page.status == 200, path
        fields = (
            {**page.form(path).fields, "services": ["sim", "skck"]} if "counter" in path else page.form(path).fields
        )
        fields.pop("with", None)
        answer = Page(await admin.post(f"{PLAN}/{path}", data={**fields, "step": "preview"}))
        assert "Nothing changes" in answer.text, f"{path}: {answer.text}"


async def test_holidays_come_and_go(office: Office, admin: AsyncClient) -> None:
    row = {"day.0": "2027-08-17", "name_id.0": "Hari Kemerdekaan", "name_en.0": "Independence Day"}
    await publish(admin, "holidays", **row)
    (holiday,) = (await now(office)).plan.holidays
    assert (str(holiday.day), holiday.name) == ("2027-08-17", Text("Hari Kemerdekaan", "Independence Day"))
    earlier = {"day.2": "2027-01-01", "name_id.2": "Tahun Baru"}
    await publish(admin, "holidays", **earlier)
    assert [str(h.day) for h in (await now(office)).plan.holidays] == ["2027-01-01", "2027-08-17"]
    gone = dict.fromkeys(("day.0", "name_id.0", "name_en.0"), "")
    await publish(admin, "holidays", **gone)
    assert [str(h.day) for h in (await now(office)).plan.holidays] == ["2027-08-17"]


async def test_more_rows_can_be_had_without_losing_what_was_written(admin: AsyncClient) -> None:
    page = await visit(admin, f"{PLAN}/fees/sim")
    assert "rupiah.9" not in page.form("fees/sim").fields
    more = await fill(admin, page.form("fees/sim"), {"step": "more", "name_id.1": "SIM C"})
    again = await send(admin, more.form("fees/sim"), step="more")
    assert again.form("fees/sim").fields["name_id.1"] == "SIM C"
    assert "rupiah.8" in again.form("fees/sim").fields


async def test_fees_and_procedure_are_changed_apart(office: Office, admin: AsyncClient) -> None:
    await publish(admin, "fees/sim", **{"name_id.1": "SIM C", "name_en.1": "SIM C", "rupiah.1": "100000"})
    lines = {"requirements_id": "KTP\r\nPasfoto\r\n\r\n", "requirements_en": "Identity card\nPhoto"}
    lines |= {"validity_id": "5 tahun"}
    done = await publish(admin, "procedure/sim", **lines)
    procedure = (await now(office)).plan.services[0].procedure
    assert procedure.fees[1] == Fee(Text("SIM C", "SIM C"), 100_000)
    assert procedure.requirements == (Text("KTP", "Identity card"), Text("Pasfoto", "Photo"))
    assert procedure.validity == Text("5 tahun", "")
    assert "Pasfoto / Photo" in done.text


async def test_hours_and_appointments(office: Office, admin: AsyncClient) -> None:
    hours = {"opens_0_0": "08:00", "closes_0_0": "12:00", "opens_0_1": "13:00", "closes_0_1": "15:30"}
    hours |= {"opens_6_0": "", "closes_6_0": ""}
    await publish(admin, "hours/sim", **hours)
    service = (await now(office)).plan.services[0]
    monday = [(o.opens.isoformat("minutes"), o.closes.isoformat("minutes")) for o in service.hours if o.weekday == 0]
    assert monday == [("08:00", "12:00"), ("13:00", "15:30")]
    assert not [o for o in service.hours if o.weekday == 6]
    await publish(admin, "appointments/sim", **{"with": "yes", "capacity": "5"})
    assert (await now(office)).plan.services[0].appointments == AppointmentPlan(capacity=5)
    await publish(admin, "appointments/sim", **{"with": None})
    assert (await now(office)).plan.services[0].appointments is None


async def test_services_and_counters_come_and_go(office: Office, admin: AsyncClient) -> None:
    new = {"id": "stnk", "name_id": "STNK", "prefix": "c", "quota": "50"}
    await publish(admin, "service/new", **new)
    service = (await now(office)).plan.services[2]
    assert (service.id, service.prefix, service.quota, service.name.id) == ("stnk", "C", 50, "STNK")
    await publish(admin, "counter/new", id="loket-9", name_id="Loket 9", services="stnk")
    assert (await now(office)).plan.counters[-1].services == ("stnk",)
    done = await publish(admin, "remove-service/stnk")
    assert "STNK" in done.text
    plan = (await now(office)).plan
    assert [service.id for service in plan.services] == ["sim", "skck"]
    assert "loket-9" not in [counter.id for counter in plan.counters]  # it would serve nothing
    await publish(admin, "remove-counter/loket-3")
    assert [counter.id for counter in (await now(office)).plan.counters] == ["loket-1", "loket-2"]


@pytest.mark.parametrize(
    ("path", "changes", "field"),
    [
        ("service/sim", {"quota": "many"}, "quota"),
        ("service/sim", {"quota": "0"}, "quota"),
        ("service/sim", {"online": "99999"}, "online"),
        ("service/sim", {"prefix": "B"}, "prefix"),
        ("service/sim", {"prefix": "1"}, "prefix"),
        ("service/sim", {"usual": "nan"}, "usual"),
        ("service/sim", {"name_id": " "}, "name_id"),
        ("service/new", {"id": "Not a slug", "name_id": "X"}, "id"),
        ("service/new", {"id": "sim", "name_id": "X"}, "id"),
        ("about", {"name_id": "x" * 2001}, "name_id"),
        ("hours/sim", {"opens_2_0": "25:00"}, "opens_2_0"),
        ("hours/sim", {"closes_2_0": ""}, "closes_2_0"),
        ("hours/sim", {"opens_2_0": "10:00", "closes_2_0": "09:00"}, "closes_2_0"),
        ("hours/sim", {"closes_2_0": "12:00", "opens_2_1": "11:00", "closes_2_1": "13:00"}, "opens_2_1"),
        ("order", {"priority": "241"}, "priority"),
        ("holidays", {"day.0": "31-12-2026", "name_id.0": "X"}, "day.0"),
        ("holidays", {"day.0": "2026-12-31"}, "name_id.0"),
        ("fees/sim", {"rupiah.0": "-1"}, "rupiah.0"),
        ("fees/sim", {"rupiah.0": "9" * 400}, "rupiah.0"),
        ("procedure/sim", {"requirements_en": "one\ntwo\nthree"}, "requirements_en"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field(
    office: Office, admin: AsyncClient, path: str, changes: dict[str, str], field: str
) -> None:
    page = await visit(admin, f"{PLAN}/{path}")
    again = await fill(admin, page.form(path), {"step": "preview", **changes})
    assert again.status == 422
    assert field in again.form(path).invalid or f'id="{field}-error"' in again.html
    assert (await now(office)).revision == 1


async def test_who_was_overtaken_is_told_and_loses_nothing(office: Office, admin: AsyncClient) -> None:
    page = await visit(admin, f"{PLAN}/about")
    shown = await send(admin, page.form("/about"), step="preview", name_id="Polres Lambat")
    await office.configure(replace(office.plan, address=Text("Jalan Lain", "Another Street")))
    late = await send(admin, shown.form("/about"), step="publish")
    assert late.status == 409
    assert "changed meanwhile" in late.text
    form = late.form("/about")
    assert (form.fields["name_id"], form.fields["revision"]) == ("Polres Lambat", "2")
    assert (await now(office)).plan.name == office.plan.name


async def test_a_plan_that_leaves_people_behind_is_refused_on_the_page(
    office: Office, admin: AsyncClient, citizen: AsyncClient
) -> None:
    await office.taken(citizen)
    page = await visit(admin, f"{PLAN}/remove-service/sim")
    shown = await send(admin, page.form("remove-service/sim"), step="preview")
    refused = await send(admin, shown.form("remove-service/sim"), step="publish")
    assert refused.status == 422
    assert "people wait for sim" in refused.text
    admin.headers["accept-language"] = "id"
    refused = await send(admin, shown.form("remove-service/sim"), step="preview")
    refused = await send(admin, refused.form("remove-service/sim"), step="publish")
    assert "Hari ini ada yang mengantre untuk sim" in refused.text


async def test_sent_twice_it_takes_effect_once(office: Office, admin: AsyncClient) -> None:
    page = await visit(admin, f"{PLAN}/order")
    shown = await send(admin, page.form("/order"), step="preview", priority="45")
    one, two = [await send(admin, shown.form("/order"), step="publish") for _ in range(2)]
    assert one.path == f"{PLAN}/history/2"
    assert (await now(office)).revision == 2
    assert two.status in (200, 409)


# History --------------------------------------------------------------------------------------------------


async def test_an_earlier_plan_can_be_published_again(office: Office, admin: AsyncClient) -> None:
    await publish(admin, "order", priority="45")
    await publish(admin, "about", name_id="Polres Lain")
    history = await visit(admin, f"{PLAN}/history")
    for words in ("Version 3", "Version 2", "Version 1", "kepala", "Head start of priority"):
        assert words in history.text, words
    first = await visit(admin, f"{PLAN}/history/1")
    assert "Go back to this version" in first.text
    back = await send(admin, first.form("history/1"))
    assert back.path == f"{PLAN}/history/4"
    view = await now(office)
    assert (view.revision, view.plan) == (4, office.plan)
    assert "in effect" in back.text


async def test_going_back_from_an_old_page_is_refused(office: Office, admin: AsyncClient) -> None:
    await publish(admin, "order", priority="45")
    first = await visit(admin, f"{PLAN}/history/1")
    await publish(admin, "order", priority="50")
    late = await send(admin, first.form("history/1"))
    assert late.status == 409
    assert (await now(office)).plan.order.priority_minutes == 50


# Who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/about", "/history", "/history/1", "/fees/sim"])
async def test_only_administrators_configure(site: Site, office: Office, path: str) -> None:
    async with site.client(headers=HTML, follow_redirects=True) as browser:
        assert (await visit(browser, PLAN + path)).path == "/queue/sign-in"
        await signed_in(browser, office, "maria", "manager")
        assert (await visit(browser, PLAN + path)).status == 403
        assert (await browser.post(f"{PLAN}/about", data={"step": "publish"})).status_code == 403


@pytest.mark.parametrize("path", ["nothing", "fees/nothing", "counter/nothing", "nothing/sim", "history/99", "fees"])
async def test_what_is_not_there_is_not_found(admin: AsyncClient, path: str) -> None:
    assert (await visit(admin, f"{PLAN}/{path}")).status == 404


async def test_a_form_that_nobody_made_is_no_error_of_ours(admin: AsyncClient) -> None:
    fields = (await visit(admin, f"{PLAN}/fees/sim")).form("fees/sim").fields
    strange: list[dict[str, str]] = [
        {"name_id.99999999": "x"}, {"name_id.-1": "x"}, {"name_id.²": "x"}, {"more": "9" * 50}, {"step": "dance"},
        {"😀": "x"}, {"rupiah.0": "\x00"}, {"name_id.0": "\x00"}, {"revision": "1e9"},
    ]  # fmt: skip
    for change in strange:
        answer = await fill(admin, Form(f"http://kentongan.test{PLAN}/fees/sim", fields), change)
        assert answer.status < 500, change
