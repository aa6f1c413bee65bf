"""A citizen's pages work by plain forms: take a ticket, be told what is wrong, give it up."""

import asyncio
from uuid import uuid4

import pytest
from httpx import AsyncClient

from tests.queue.forms import Form, send, visit
from tests.queue.running import Office, Officer, Site, new_plan, of
from tests.queue.streams import listening

WORDS = {
    "id": {"take": "Ambil tiket", "phone": "Tulis nomor telepon", "twice": "Anda sudah punya tiket"},
    "en": {"take": "Take a ticket", "phone": "Please write a telephone number", "twice": "You have a ticket already"},
}


def service_page(office: Office, service: str = "sim") -> str:
    return f"/queue/offices/{office.id}/services/{service}"


async def take_form(browser: AsyncClient, office: Office, service: str = "sim") -> Form:
    address = service_page(office, service)
    return (await visit(browser, address)).form(address)


async def waiting(office: Office, client: AsyncClient) -> int:
    found: int = of(await client.get(office.path), 200)["services"][0]["waiting"]
    return found


# Taking a ticket ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phone", ["", "0812 3456 7890"])
async def test_from_the_first_page_to_a_ticket_in_three_clicks(
    office: Office, browser: AsyncClient, phone: str
) -> None:
    home = await visit(browser, "/queue/")
    assert f'href="/queue/offices/{office.id}"' in home.html
    services = await visit(browser, f"/queue/offices/{office.id}")
    assert f'href="{service_page(office)}"' in services.html
    procedure = await visit(browser, service_page(office))
    for told in ("Ringkasan", "KTP", "Pendaftaran", "Rp120.000", "PP 76/2020"):
        assert told in procedure.text.replace("\xa0", "").replace("Rp 120", "Rp120"), told
    ticket = await send(browser, procedure.form(service_page(office)), phone=phone)
    assert ticket.status == 200
    assert ticket.path.startswith("/queue/t/")
    assert (ticket.state, "A-001" in ticket.text) == ("next", True)
    assert [answer.status_code for answer in ticket.answer.history] == [303]


async def test_the_page_of_a_ticket_shows_the_truth_at_every_reload(
    office: Office, browser: AsyncClient, officer: Officer
) -> None:
    await office.taken(officer.client)
    ticket = await send(browser, await take_form(browser, office))
    assert ticket.state == "waiting"
    await officer.done("call-next")
    assert (await visit(browser, ticket.path)).state == "next"
    await officer.done("no-show")
    await officer.done("call-next", "loket-2")
    called = await visit(browser, ticket.path)
    assert called.state == "called"
    assert "Loket 2" in called.text
    await officer.done("serve", "loket-2")
    assert (await visit(browser, ticket.path)).state == "serving"
    await officer.done("finish", "loket-2")
    assert (await visit(browser, ticket.path)).state == "finished"


async def test_without_javascript_the_pages_that_change_reload_themselves(office: Office, browser: AsyncClient) -> None:
    ticket = await send(browser, await take_form(browser, office))
    board = await visit(browser, f"/queue/offices/{office.id}/board")
    for page in (ticket, board):
        assert '<noscript><meta http-equiv="refresh"' in page.html


async def test_the_stream_that_a_page_names_tells_what_the_page_shows(
    site: Site, office: Office, browser: AsyncClient
) -> None:
    ticket = await send(browser, await take_form(browser, office))
    address = ticket.attribute("data-live")
    assert address
    async with listening(site, address) as stream:
        assert stream.latest["state"] == ticket.state


@pytest.mark.parametrize("language", ["id", "en"])
async def test_the_whole_way_is_in_the_chosen_language(office: Office, browser: AsyncClient, language: str) -> None:
    chosen = await visit(browser, f"{service_page(office)}?lang={language}")
    assert WORDS[language]["take"] in chosen.text
    form = chosen.form(service_page(office))
    pages = [chosen, await send(browser, form, phone="1234"), await send(browser, form, phone="081234567890")]
    pages.append(await send(browser, await take_form(browser, office), phone="081234567890"))
    pages.append(await visit(browser, f"/queue/t/{uuid4()}.forged"))
    assert WORDS[language]["phone"] in pages[1].text
    assert WORDS[language]["twice"] in pages[3].text
    assert [page.status for page in pages] == [200, 422, 200, 409, 404]
    for page in pages:
        assert page.attribute("lang") == language
        assert page.answer.headers["content-language"] == language


async def test_a_browser_s_own_language_counts_until_another_is_chosen(office: Office, browser: AsyncClient) -> None:
    browser.headers["accept-language"] = "en-GB,en;q=0.8"
    assert (await visit(browser, "/queue/")).attribute("lang") == "en"
    await visit(browser, "/queue/?lang=id")
    assert (await visit(browser, "/queue/")).attribute("lang") == "id"


# What is wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["12 34", "nomor saya", '"><script>alert(1)</script>', "0812\x00", "+1"])
async def test_what_was_written_stays_with_the_complaint_at_its_field(
    office: Office, browser: AsyncClient, written: str
) -> None:
    page = await send(browser, await take_form(browser, office), phone=written)
    assert page.status == 422
    form = page.form(service_page(office))
    assert form.fields["phone"] == written
    assert form.invalid == {"phone"}
    assert page.attribute("aria-describedby")
    assert "<script>alert" not in page.html
    assert await waiting(office, browser) == 0
    ticket = await send(browser, form, phone="081234567890")
    assert (ticket.status, ticket.state) == (200, "next")


async def test_a_refusal_stands_on_the_page_with_what_was_written(office: Office, browser: AsyncClient) -> None:
    await send(browser, await take_form(browser, office), phone="081234567890")
    page = await send(browser, await take_form(browser, office), phone="0812 3456 7890")
    assert page.status == 409
    assert 'role="alert"' in page.html or "notice-danger" in page.html
    assert WORDS["id"]["twice"] in page.text
    assert page.form(service_page(office)).fields["phone"] == "0812 3456 7890"
    assert await waiting(office, browser) == 1


async def test_after_the_last_ticket_the_page_tells_when_to_come_again(
    site: Site, browser: AsyncClient, citizen: AsyncClient
) -> None:
    office = await site.open_office(new_plan(quota=1))
    form = await take_form(browser, office)
    await office.taken(citizen)
    page = await send(browser, form)
    assert page.status == 409
    assert "besok" in page.text
    assert not page.has_form(service_page(office))


async def test_a_form_without_its_key_or_with_a_broken_one_is_not_taken(office: Office, browser: AsyncClient) -> None:
    form = await take_form(browser, office)
    assert (await send(browser, form, idempotency_key=None)).status == 422
    assert (await send(browser, form, idempotency_key="short")).status == 400
    assert await waiting(office, browser) == 0


@pytest.mark.parametrize(
    "address",
    [
        "/queue/offices/nowhere",
        "/queue/offices/nowhere/board",
        "/queue/offices/nowhere/services/sim",
        "/queue/t/forged.link",
        "/queue/nothing/here",
        "/queue/offices/%00",
    ],
)
async def test_a_lost_person_gets_a_page_and_not_json(browser: AsyncClient, address: str) -> None:
    page = await visit(browser, address)
    assert page.status == 404
    assert page.answer.headers["content-type"].startswith("text/html")
    assert 'href="/queue/"' in page.html


@pytest.mark.parametrize("field", ["phone", "idempotency_key", "csrf"])
async def test_a_file_in_place_of_a_text_is_refused(office: Office, browser: AsyncClient, field: str) -> None:
    form = await take_form(browser, office)
    fields = {name: value for name, value in form.fields.items() if name != field}
    answer = await browser.post(form.action, data=fields, files={field: ("a.txt", b"0812")})
    assert answer.status_code in (403, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert await waiting(office, browser) == 0


async def test_a_broken_form_is_refused(office: Office, browser: AsyncClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    for content, kind in ((b"--x\r\nnonsense", headers), (b"a" * 70_000, {"content-type": "text/plain"}), (b"{}", {})):
        answer = await browser.post(service_page(office), content=content, headers=kind)
        assert answer.status_code in (400, 403, 413, 422)
        assert answer.headers["content-type"].startswith("text/html")


# Once and not twice ---------------------------------------------------------------------------------------


async def test_a_form_that_is_sent_twice_gives_one_ticket(office: Office, browser: AsyncClient) -> None:
    form = await take_form(browser, office)
    first, second = await asyncio.gather(send(browser, form), send(browser, form))
    again = await send(browser, form)
    assert first.path == second.path == again.path
    assert await waiting(office, browser) == 1


async def test_a_form_that_is_sent_again_with_other_words_is_a_new_wish_only_from_a_new_page(
    office: Office, browser: AsyncClient
) -> None:
    form = await take_form(browser, office)
    await send(browser, form, phone="081234567890")
    page = await send(browser, form, phone="081234567891")
    assert page.status == 422
    assert await waiting(office, browser) == 1
    ticket = await send(browser, page.form(service_page(office)))
    assert "A-002" in ticket.text


# Giving it up ---------------------------------------------------------------------------------------------


async def test_a_ticket_is_given_up_by_a_form(office: Office, browser: AsyncClient) -> None:
    ticket = await send(browser, await take_form(browser, office))
    cancelled = await send(browser, ticket.form("/cancel"))
    assert (cancelled.status, cancelled.path, cancelled.state) == (200, ticket.path, "cancelled")
    assert await waiting(office, browser) == 0
    again = await send(browser, ticket.form("/cancel"))
    assert (again.status, again.state) == (200, "cancelled")


async def test_a_form_of_an_old_page_is_refused_with_a_reason(
    office: Office, browser: AsyncClient, officer: Officer
) -> None:
    ticket = await send(browser, await take_form(browser, office))
    await officer.done("call-next")
    await officer.done("serve")
    page = await send(browser, ticket.form("/cancel"))
    assert (page.status, page.state) == (409, "serving")
    assert "notice-danger" in page.html


async def test_a_ticket_is_not_given_up_by_a_forged_link(office: Office, browser: AsyncClient) -> None:
    ticket = await send(browser, await take_form(browser, office))
    form = ticket.form("/cancel")
    forged = Form(form.action.replace("/cancel", "x/cancel"), form.fields)
    assert (await send(browser, forged)).status == 404
    assert (await visit(browser, ticket.path)).state == "next"


async def test_the_board_shows_calls_and_how_many_wait(office: Office, browser: AsyncClient, officer: Officer) -> None:
    address = f"/queue/offices/{office.id}/board"
    await office.taken(officer.client)
    await office.taken(officer.client)
    assert (await visit(browser, address)).state == "quiet"
    await officer.done("call-next")
    board = await visit(browser, address)
    assert board.state == "calling"
    assert "A-001" in board.text
    assert "Loket 1" in board.text
