"""What the holder of a ticket does on its page without scripts: bring the family, wait later, say how it was."""

from uuid import uuid4

import pytest
from httpx import AsyncClient

from shared.contracts.queue import ParkTicket, TransferTicket
from tests.queue.forms import Page, send, visit
from tests.queue.running import Office, Officer, Site
from tests.queue.streams import listening


async def ticket_of(browser: AsyncClient, office: Office, **fields: str) -> Page:
    address = f"/queue/offices/{office.id}/services/sim"
    return await send(browser, (await visit(browser, address)).form(address), headers=None, **fields)


async def finished(browser: AsyncClient, office: Office, officer: Officer) -> Page:
    ticket = await ticket_of(browser, office)
    for action in ("call-next", "serve", "finish"):
        await officer.done(action)
    return await visit(browser, ticket.path)


async def test_who_goes_first_says_so_and_is_told_that_it_is_checked(office: Office, browser: AsyncClient) -> None:
    address = f"/queue/offices/{office.id}/services/sim"
    page = await visit(browser, address)
    assert "Petugas akan memeriksa" in page.text
    assert page.form(address).fields["need"] == ""
    await ticket_of(browser, office)
    ticket = await ticket_of(browser, office, need="elderly")
    assert (ticket.state, "Didahulukan" in ticket.text) == ("next", True)


async def test_a_need_that_there_is_not_is_refused(office: Office, browser: AsyncClient) -> None:
    assert (await ticket_of(browser, office, need="important")).status == 422


async def test_a_choice_stays_with_the_complaint_about_something_else(office: Office, browser: AsyncClient) -> None:
    page = await ticket_of(browser, office, need="pregnant", phone="12")
    assert (page.status, page.form(f"/queue/offices/{office.id}/services/sim").fields["need"]) == (422, "pregnant")


async def test_the_page_says_where_to_go_and_what_to_bring(office: Office, browser: AsyncClient) -> None:
    ticket = await ticket_of(browser, office)
    for told in ("Jalan Uji", "KTP", "Kode"):
        assert told in ticket.text or told in ticket.html, told
    assert ticket.html.count('class="qr"') == 2  # on the screen and on paper


async def test_one_more_ticket_for_a_family_member(office: Office, browser: AsyncClient) -> None:
    first = await ticket_of(browser, office)
    form = first.form("/family")
    assert form.fields["service"] == "sim"
    second = await send(browser, form, service="skck", need="nursing")
    assert (second.status, "B-001" in second.text, "A-001" in second.text) == (200, True, True)
    assert f'href="{first.path}"' in second.html
    assert f'href="{second.path}"' in (await visit(browser, first.path)).html
    again = await send(browser, form, service="skck", need="nursing")
    assert again.path == second.path


async def test_a_family_that_is_complete_is_offered_no_more(office: Office, browser: AsyncClient) -> None:
    page = await ticket_of(browser, office)
    form = page.form("/family")
    for _ in range(5):
        page = await send(browser, page.form("/family"))
    assert not page.has_form("/family")
    refused = await send(browser, form, idempotency_key=str(uuid4()))
    assert (refused.status, "Satu keluarga" in refused.text or 'role="alert"' in refused.html) == (409, True)


async def test_others_are_let_go_first(office: Office, browser: AsyncClient) -> None:
    ticket = await ticket_of(browser, office)
    await ticket_of(browser, office)
    form = ticket.form("/delay")
    assert form.fields["minutes"] == "10"
    for has_more in (True, False):
        page = await send(browser, (await visit(browser, ticket.path)).form("/delay"))
        assert (page.status, page.path, page.state) == (200, ticket.path, "waiting")
        assert page.has_form("/delay") == has_more
    refused = await send(browser, form, idempotency_key=str(uuid4()))
    assert (refused.status, 'role="alert"' in refused.html) == (409, True)


@pytest.mark.parametrize("minutes", ["4", "31", "soon", None])
async def test_how_much_later_is_bounded(office: Office, browser: AsyncClient, minutes: str | None) -> None:
    ticket = await ticket_of(browser, office)
    assert (await send(browser, ticket.form("/delay"), minutes=minutes)).status == 422
    assert (await visit(browser, ticket.path)).state == "next"


async def test_how_it_was_is_said_by_a_choice_and_words(office: Office, browser: AsyncClient, officer: Officer) -> None:
    ticket = await finished(browser, office, officer)
    empty = await send(browser, ticket.form("/feedback"), words="Ramah.\r\nCepat.")
    assert (empty.status, empty.form("/feedback").invalid) == (422, {"score"})
    assert "Ramah.\nCepat." in empty.html
    thanks = await send(browser, empty.form("/feedback"), score="5", words="Ramah.")
    assert (thanks.status, thanks.path) == (200, ticket.path)
    assert "Terima kasih atas penilaian Anda" in thanks.text
    assert not thanks.has_form("/feedback")
    again = await send(browser, ticket.form("/feedback"), score="1", idempotency_key=str(uuid4()))
    assert again.status == 409


async def test_words_that_are_too_long_stay(office: Office, browser: AsyncClient, officer: Officer) -> None:
    ticket = await finished(browser, office, officer)
    page = await send(browser, ticket.form("/feedback"), score="3", words="x" * 1001)
    assert (page.status, "x" * 1001 in page.html) == (422, True)


async def test_who_fetches_something_is_told_to_come_straight_back(
    site: Site, office: Office, browser: AsyncClient, officer: Officer
) -> None:
    ticket = await ticket_of(browser, office)
    await officer.done("call-next")
    await officer.done("serve")
    async with listening(site, ticket.attribute("data-live") or "") as stream:
        await site.do(ParkTicket(office=office.id, counter="loket-1"))
        assert (await stream.shows(lambda told: told["state"] == "parked"))["counter"] == "Loket 1"
    page = await visit(browser, ticket.path)
    assert (page.state, "Langsung ke loket" in page.text) == ("parked", True)
    assert not page.has_form("/cancel") or "hidden" in page.html


async def test_who_is_sent_on_sees_the_other_service(
    site: Site, office: Office, browser: AsyncClient, officer: Officer
) -> None:
    ticket = await ticket_of(browser, office)
    await officer.done("call-next", "loket-2")
    await officer.done("serve", "loket-2")
    async with listening(site, ticket.attribute("data-live") or "") as stream:
        assert stream.latest["service"] == "sim"
        await site.do(TransferTicket(office=office.id, counter="loket-2", service="skck"))
        told = await stream.shows(lambda told: told["service"] == "skck")
        assert told["state"] == "next"
    page = await visit(browser, ticket.path)
    assert page.attribute("data-fixed") == '{"service": "skck"}'
    assert ("SKCK" in page.text, "A-001" in page.text) == (True, True)
