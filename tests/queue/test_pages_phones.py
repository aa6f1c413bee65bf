"""An appointment by pages where numbers are proven, without JavaScript: a code, and then the appointment."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from httpx import AsyncClient

from services.queue.phones.codes import CODE_LASTS, PROOF_LASTS
from services.queue.phones.limits import TRIES_MOST
from tests.queue.forms import Form, Page, send, visit
from tests.queue.phones import Phones, phones_of
from tests.queue.running import PASSWORD, Office, Site
from tests.queue.slots import PHONE, booked, free_slot, with_slots

SECOND = timedelta(seconds=1)
OTHER = "0812 0000 0001"


@pytest.fixture
async def office(site: Site) -> Office:
    return await site.open_office(with_slots())


def booking(office: Office) -> str:
    return f"/queue/offices/{office.id}/services/sim/appointments"


async def chosen(browser: AsyncClient, office: Office, *, day: int = 1) -> Form:
    """The calendar's form with a time and a number in it."""
    slot = await free_slot(browser, office, day=day)
    form = (await visit(browser, f"{booking(office)}?day={slot[:10]}")).form(booking(office))
    form.fields |= {"slot": slot, "phone": PHONE}
    return form


def code_form(page: Page) -> Form:
    """Where the code is entered."""
    return page.form("/appointments/proof")


def in_language(page: Page, code: str) -> Form:
    """What the switch of the language sends: it belongs to the form, and leads elsewhere."""
    (switch,) = [attributes for tag, attributes in page.elements if tag == "button" and attributes.get("lang") == code]
    (written,) = [
        attributes for tag, attributes in page.elements if tag == "form" and attributes.get("id") == switch["form"]
    ]
    return Form(str(switch["formaction"]), dict(page.form(str(written["action"])).fields))


async def test_from_the_calendar_over_the_code_to_the_appointment(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    assert "Kami mengirim kode" in (await visit(browser, booking(office))).text
    wished = await chosen(browser, office)
    page = await send(browser, wished)
    assert (page.status, page.path) == (200, booking(office))
    assert PHONE in page.text
    assert [(m["to"], phones.gateway.code() in m["text"]) for m in phones.gateway.messages] == [
        ("+6281234567890", True)
    ]
    (field,) = [attributes for tag, attributes in page.elements if tag == "input" and attributes.get("name") == "code"]
    assert (field["inputmode"], field["autocomplete"]) == ("numeric", "one-time-code")
    kept = {name: wished.fields[name] for name in ("slot", "phone", "idempotency_key")}
    assert code_form(page).fields.items() >= kept.items()
    appointment = await send(browser, code_form(page), code=phones.gateway.code())
    assert (appointment.status, appointment.state) == (200, "booked")
    assert appointment.path.startswith(f"/queue/a/{kept['idempotency_key']}.")
    assert "Nomor telepon terkonfirmasi" in appointment.text


async def test_a_wrong_code_is_told_at_its_field_and_everything_is_kept(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    page = await send(browser, await chosen(browser, office))
    before = {name: value for name, value in code_form(page).fields.items() if name not in ("csrf", "code")}
    for wrong in (phones.gateway.another_code(), "12 34", ""):
        page = await send(browser, code_form(page), code=wrong)
        assert (page.status, code_form(page).invalid) == (422, {"code"})
        assert code_form(page).fields.items() >= before.items()
    spaced = " ".join((phones.gateway.code()[:3], phones.gateway.code()[3:]))
    assert (await send(browser, code_form(page), code=spaced)).state == "booked"


async def test_what_cannot_be_entered_any_more_leads_to_another_code(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    page = await send(browser, await chosen(browser, office))
    form = code_form(page)
    for _ in range(TRIES_MOST):
        page = await send(browser, code_form(page), code=phones.gateway.another_code())
    page = await send(browser, code_form(page), code=phones.gateway.code())
    assert (page.status, page.has_form("/proof")) == (409, False)
    assert 'role="alert"' in page.html
    phones.clock.now += CODE_LASTS + SECOND
    late = await send(browser, form, code=phones.gateway.code())
    assert (late.status, late.has_form("/proof")) == (410, False)
    page = await send(browser, late.form("/appointments/code"))
    assert page.status == 200
    assert (await send(browser, code_form(page), code=phones.gateway.code())).state == "booked"
    assert len(phones.gateway.messages) == 2


async def test_another_code_is_sent_after_a_minute(office: Office, browser: AsyncClient, phones: Phones) -> None:
    page = await send(browser, await chosen(browser, office))
    early = await send(browser, page.form("/appointments/code"))
    assert (early.status, early.answer.headers["retry-after"]) == (429, "60")
    assert "60 detik" in early.text
    phones.clock.pass_time(minutes=1)
    page = await send(browser, early.form("/appointments/code"))
    assert (page.status, len(phones.gateway.messages)) == (200, 2)
    assert (await send(browser, code_form(page), code=phones.gateway.code())).state == "booked"


async def test_who_goes_back_and_sends_the_form_again_gets_no_other_message(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    wished = await chosen(browser, office)
    await send(browser, wished)
    page = await send(browser, wished)
    assert (page.status, len(phones.gateway.messages)) == (200, 1)
    appointment = await send(browser, code_form(page), code=phones.gateway.code())
    for again in (wished, code_form(page)):
        repeated = await send(browser, again, code=phones.gateway.code())
        assert (repeated.path, repeated.state) == (appointment.path, "booked")


async def test_a_code_that_another_browser_has_used_books_nothing(
    site: Site, office: Office, browser: AsyncClient, phones: Phones
) -> None:
    page = await send(browser, await chosen(browser, office))
    await send(browser, code_form(page), code=phones.gateway.code())
    used = await send(browser, code_form(page), code=phones.gateway.code(), idempotency_key=str(uuid4()))
    assert (used.status, used.has_form("/proof")) == (409, False)


async def test_the_number_can_be_changed_and_the_time_is_kept(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    wished = await chosen(browser, office)
    page = await send(browser, wished)
    (change,) = [form for form in page.forms if form.action.endswith("/appointments")]
    calendar = await send(browser, change, change="true")
    assert calendar.status == 200
    form = calendar.form(booking(office))
    assert (form.fields["slot"], form.fields["phone"]) == (wished.fields["slot"], PHONE)
    page = await send(browser, form, phone=OTHER)
    assert [message["to"] for message in phones.gateway.messages] == ["+6281234567890", "+6281200000001"]
    assert (await send(browser, code_form(page), code=phones.gateway.code())).state == "booked"


async def test_what_was_proven_in_a_browser_is_not_asked_again_for_half_a_day(
    site: Site, office: Office, browser: AsyncClient, phones: Phones
) -> None:
    page = await send(browser, await chosen(browser, office))
    await send(browser, code_form(page), code=phones.gateway.code())
    other = await site.open_office(with_slots())
    assert (await send(browser, await chosen(browser, other))).state == "booked"
    assert len(phones.gateway.messages) == 1
    third = await site.open_office(with_slots())
    assert (await send(browser, await chosen(browser, third), phone=OTHER)).has_form("/proof")
    phones.clock.now += PROOF_LASTS + SECOND
    assert (await send(browser, await chosen(browser, third))).has_form("/proof")


async def test_a_time_that_is_taken_costs_no_message(
    site: Site, office: Office, browser: AsyncClient, citizen: AsyncClient
) -> None:
    wished = await chosen(browser, office)
    await booked(citizen, office, day=1, phone=OTHER)
    async with phones_of(site) as phones:
        page = await send(browser, wished)
        assert page.status == 409
        assert 'role="alert"' in page.html
        assert page.form(booking(office)).fields["phone"] == PHONE
        assert phones.gateway.messages == []


async def test_who_loses_the_time_meanwhile_chooses_another_without_another_code(
    site: Site, office: Office, browser: AsyncClient, citizen: AsyncClient, phones: Phones
) -> None:
    page = await send(browser, await chosen(browser, office))
    proving = site.queue
    site.app.state.queue = replace(proving, proving=None)
    await booked(citizen, office, day=1, phone=OTHER)
    site.app.state.queue = proving
    taken = await send(browser, code_form(page), code=phones.gateway.code())
    assert taken.status == 409
    switches = {attributes["href"] for tag, attributes in taken.elements if tag == "a" and "hreflang" in attributes}
    assert switches == {f"{booking(office)}?lang={code}" for code in ("id", "en")}
    again = await send(browser, taken.form(booking(office)), slot=await free_slot(browser, office, day=1))
    assert again.state == "booked"
    assert len(phones.gateway.messages) == 1


async def test_while_the_gateway_is_away_everything_is_kept(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    phones.gateway.answers = 503
    page = await send(browser, await chosen(browser, office))
    assert (page.status, page.has_form("/proof")) == (503, False)
    assert int(page.answer.headers["retry-after"]) > 0
    assert 'role="alert"' in page.html
    phones.gateway.answers = 200
    page = await send(browser, page.form("/appointments/code"))
    assert (await send(browser, code_form(page), code=phones.gateway.code())).state == "booked"


async def test_a_number_out_of_reach_is_told_at_its_field(office: Office, browser: AsyncClient, phones: Phones) -> None:
    page = await send(browser, await chosen(browser, office), phone="+37251234567")
    assert (page.status, page.form(booking(office)).invalid) == (422, {"phone"})
    assert "+62, +65" in page.text
    assert phones.gateway.messages == []


async def test_who_changes_the_language_stays_with_all_that_is_written(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    page = await send(browser, await chosen(browser, office))
    shown = await send(browser, in_language(page, "en"), code="123")
    assert (shown.status, shown.answer.headers["content-language"]) == (200, "en")
    assert "Confirm your telephone number" in shown.text
    before = {name: value for name, value in code_form(page).fields.items() if name != "csrf"}
    assert code_form(shown).fields.items() >= {**before, "code": "123"}.items()
    assert shown.answer.url.params.multi_items() == [("lang", "en")]
    back = await send(browser, in_language(shown, "id"))
    assert code_form(back).fields["code"] == "123"
    assert (await send(browser, code_form(back), code=phones.gateway.code())).state == "booked"
    assert len(phones.gateway.messages) == 1


async def test_a_change_of_the_language_sends_no_code(office: Office, browser: AsyncClient, phones: Phones) -> None:
    page = await send(browser, await chosen(browser, office))
    phones.clock.now += CODE_LASTS + SECOND
    late = await send(browser, code_form(page), code=phones.gateway.code())
    shown = await send(browser, in_language(late, "en"))
    assert (shown.status, shown.has_form("/proof"), len(phones.gateway.messages)) == (200, False, 1)
    page = await send(browser, shown.form("/appointments/code"))
    assert (await send(browser, code_form(page), code=phones.gateway.code())).state == "booked"


async def test_enter_confirms_the_code_and_changes_no_language(
    office: Office, browser: AsyncClient, phones: Phones
) -> None:
    page = await send(browser, await chosen(browser, office))
    first = next(attributes for tag, attributes in page.elements if tag == "button")
    assert (first["form"], first.get("formaction")) == ("written", None)


@pytest.mark.parametrize("answer", ["code", "language", "proof"])
async def test_the_address_of_an_answer_leads_to_the_calendar(
    office: Office, browser: AsyncClient, phones: Phones, answer: str
) -> None:
    calendar = await visit(browser, f"{booking(office)}/{answer}")
    assert (calendar.status, calendar.path) == (200, booking(office))


async def test_a_form_from_elsewhere_sends_nothing(office: Office, browser: AsyncClient, phones: Phones) -> None:
    page = await send(browser, await chosen(browser, office))
    for form in (page.form("/appointments/code"), code_form(page)):
        assert (await send(browser, form, csrf="wrong", code=phones.gateway.code())).status == 403
    assert len(phones.gateway.messages) == 1


@pytest.mark.parametrize("missing", ["slot", "phone", "challenge", "code"])
async def test_a_form_with_something_missing_books_nothing(
    office: Office, browser: AsyncClient, phones: Phones, missing: str
) -> None:
    page = await send(browser, await chosen(browser, office))
    form = code_form(page)
    form.fields["code"] = phones.gateway.code()
    del form.fields[missing]
    assert (await send(browser, form)).status == (404 if missing == "challenge" else 422)


async def test_an_office_that_is_none_sends_no_code(browser: AsyncClient, office: Office, phones: Phones) -> None:
    form = await chosen(browser, office)
    nowhere = Form(form.action.replace(office.id, "nowhere"), dict(form.fields))
    assert (await send(browser, nowhere)).status == 404
    assert phones.gateway.messages == []


async def test_the_officer_sees_whether_the_number_is_confirmed(
    site: Site, office: Office, browser: AsyncClient, citizen: AsyncClient
) -> None:
    claimed = (await booked(citizen, office, phone=OTHER))["link"]
    async with phones_of(site) as phones:
        page = await send(browser, await chosen(browser, office, day=0))
        proven = (await send(browser, code_form(page), code=phones.gateway.code())).path
    await office.add_staff("sari")
    form = (await visit(browser, "/queue/sign-in")).form("/queue/sign-in")
    await send(browser, form, office=office.id, username="sari", password=PASSWORD)
    counter = await visit(browser, "/queue/counters/loket-1")
    counter = await send(browser, counter.first_form("/sign-on"))
    for link, told in ((claimed, "Nomor telepon belum terkonfirmasi"), (proven, "Nomor telepon terkonfirmasi")):
        await send(browser, (await visit(browser, link)).form("/check-in"))
        counter = await visit(browser, "/queue/counters/loket-1")
        assert f"{told}." in counter.text, "of who is next"
        counter = await send(browser, counter.form("/call-next"))
        assert told in counter.text
        counter = await send(browser, counter.form("/serve"))
        counter = await send(browser, counter.form("/finish"))
