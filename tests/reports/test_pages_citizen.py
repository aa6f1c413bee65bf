"""The citizen's pages as a browser without JavaScript uses them: report, come back, follow, and be left alone."""

import re
from typing import Any
from uuid import uuid4

from httpx import AsyncClient, Response

from services.reports.domain.incident import Incident
from services.reports.domain.records import Reporter
from shared.contracts.reports.incidents import (
    FileReport,
    LinkDuplicate,
    QuarantineIncident,
    ResolveIncident,
    SendMessage,
    TriageIncident,
)
from tests.reports.running import Office, Site

DESK = "staff/dewi"
ADDRESSES = {"address": "198.51.100.7"}


def field_of(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, f"there is no field {name}"
    return found[1]


async def sent(browser: AsyncClient, path: str, page: str | None = None, **fields: Any) -> Response:
    """Fill a page's form and send it."""
    page = (await browser.get(path)).text if page is None else page
    hidden = {"csrf": field_of(page, "csrf"), "idempotency_key": field_of(page, "idempotency_key")}
    return await browser.post(path, data={**hidden, **fields})


def told(**more: Any) -> dict[str, str]:
    """What somebody writes into the form."""
    return {"words": "Motor saya dicuri", "place": "Depan pasar", "when": "now", "privacy": "confidential", **more}


async def filed(browser: AsyncClient, office: Office, category: str = "theft", **more: Any) -> Response:
    """Report something, past whatever is said first."""
    return await sent(browser, f"/reports/offices/{office.id}/report/{category}", seen="yes", **told(**more))


def token_of(answer: Response) -> str:
    """The token of the page that one has come to."""
    assert answer.url.path.startswith("/reports/r/"), answer.url
    return answer.url.path.rpartition("/")[2]


async def incident_of(site: Site, answer: Response) -> Incident:
    """The incident whose page one has come to."""
    return await site.reports.incidents.known(site.reports.links.read(token_of(answer)))


async def test_from_the_first_page_to_the_code(browser: AsyncClient, office: Office, site: Site) -> None:
    assert f'href="/reports/offices/{office.id}"' in (await browser.get("/reports/")).text
    kinds = await browser.get(f"/reports/offices/{office.id}")
    assert f'href="/reports/offices/{office.id}/report/theft"' in kinds.text
    page = await filed(browser, office, **{"answer.plate": "DN 1234 AB", "name": "Siti", "phone": "0812-3456-7890"})
    assert page.status_code == 200
    incident = await incident_of(site, page)
    code = site.reports.codes.code(incident.number, incident.id)
    assert code in page.text
    assert "DN 1234 AB" in page.text
    assert "Siti" not in page.text
    back = await sent(browser, "/reports/track", page=(await browser.get("/reports/track")).text + _key(), code=code)
    assert token_of(back) == token_of(page)


def _key() -> str:
    return f'name="idempotency_key" value="{uuid4()}"'


async def test_a_form_that_is_sent_twice_is_one_report(browser: AsyncClient, office: Office) -> None:
    path = f"/reports/offices/{office.id}/report/theft"
    page = (await browser.get(path)).text
    fields = told(seen="yes", name="Siti", phone="0812-3456-7890")
    first, second = [await sent(browser, path, page, **fields) for _ in range(2)]
    assert first.url == second.url


async def test_kinds_are_found_by_words_in_either_language(browser: AsyncClient, office: Office) -> None:
    def shown(page: Response) -> list[str]:
        return re.findall(r"/report/([a-z-]+)\"", page.text)

    address = f"/reports/offices/{office.id}"
    assert shown(await browser.get(address, params={"q": "dicuri"})) == ["theft"]
    assert shown(await browser.get(address, params={"q": "pencuri"})) == ["theft"]
    assert shown(await browser.get(address, params={"q": "xyzzy"})) == []


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(browser: AsyncClient, office: Office) -> None:
    wrong = told(words="", phone="0812x", email="nobody", when="earlier", happened_at="soon", name="Siti")
    page = await filed(browser, office, **wrong)
    assert page.status_code == 422
    for name in ("words", "happened_at", "phone", "email"):
        assert f'id="{name}-error"' in page.text
    assert 'value="Siti"' in page.text
    assert 'value="0812x"' in page.text


async def test_without_a_place_nothing_is_filed(browser: AsyncClient, office: Office) -> None:
    page = await filed(browser, office, place="", latitude="NaN", longitude="1e999")
    assert page.status_code == 422
    assert 'id="place-error"' in page.text


async def test_an_anonymous_report_drops_whatever_was_written_of_oneself(
    browser: AsyncClient, office: Office, site: Site
) -> None:
    page = await filed(browser, office, privacy="anonymous", name="Siti", phone="0812-3456-7890", email="x@example.com")
    incident = await incident_of(site, page)
    assert incident.privacy == "anonymous"
    assert await site.reports.store.load(Reporter, "id", [incident.id]) == []


async def test_an_emergency_shows_the_number_and_the_nearest_post_first(browser: AsyncClient, office: Office) -> None:
    path = f"/reports/offices/{office.id}/report/theft"
    page = await sent(browser, path, **told(words="Pelakunya membawa pisau", latitude="-0.9", longitude="119.86"))
    assert page.status_code == 200
    assert page.url.path == path
    assert 'href="tel:110"' in page.text
    assert "Pos Manonda" in page.text
    assert "550 m" in page.text or "600 m" in page.text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    assert hidden["words"] == "Pelakunya membawa pisau"
    went_on = await browser.post(path, data=hidden)
    assert token_of(went_on)


async def test_a_kind_that_is_an_emergency_says_so_at_once_and_once_more(browser: AsyncClient, office: Office) -> None:
    path = f"/reports/offices/{office.id}/report/fight"
    first = await browser.get(path)
    assert 'id="emergency-title"' in first.text
    assert " data-emergency hidden" not in first.text
    assert 'href="tel:110"' in (await sent(browser, path, first.text, **told())).text


async def test_the_same_nearby_is_offered_coarsely_and_followed_instead(
    browser: AsyncClient, office: Office, site: Site
) -> None:
    here = {"latitude": "-0.8917", "longitude": "119.8707"}
    first = await incident_of(site, await filed(browser, office, words="Rahasia tetangga", **here))
    path = f"/reports/offices/{office.id}/report/theft"
    page = await sent(browser, path, **told(**here))
    assert "Rahasia tetangga" not in page.text
    assert first.id not in page.text
    assert first.number not in page.text
    offer = {name: field_of(page.text, name) for name in ("csrf", "idempotency_key", "offer")}
    followed = await browser.post("/reports/follow", data=offer)
    assert followed.url.path.startswith("/reports/f/")
    assert "Rahasia tetangga" not in followed.text
    assert (await site.reports.incidents.known(first.id)).followers == 1
    again = await browser.post("/reports/follow", data=offer)
    assert again.url == followed.url
    left = await sent(browser, f"{followed.url.path}/leave", followed.text)
    assert left.status_code == 200
    assert (await browser.get(followed.url.path)).status_code == 404
    assert (await site.reports.incidents.known(first.id)).followers == 0


async def test_what_is_sensitive_or_set_aside_is_never_offered(
    browser: AsyncClient, office: Office, site: Site
) -> None:
    here = {"latitude": "-0.8917", "longitude": "119.8707"}
    await filed(browser, office, "domestic", **here)
    page = await sent(browser, f"/reports/offices/{office.id}/report/domestic", **told(**here))
    assert token_of(page)
    aside = await incident_of(site, await filed(browser, office, **here))
    await site.do(QuarantineIncident(office=office.id, incident=aside.id, reason="aneh"), actor=DESK)
    assert token_of(await sent(browser, f"/reports/offices/{office.id}/report/theft", **told(**here)))


async def test_reporter_and_desk_write_to_each_other(browser: AsyncClient, office: Office, site: Site) -> None:
    page = await filed(browser, office, privacy="anonymous")
    incident, path = await incident_of(site, page), page.url.path
    await site.do(SendMessage(office=office.id, incident=incident.id, words="Warna apa?", via="desk"), actor=DESK)
    page = await sent(browser, f"{path}/message", (await browser.get(path)).text, words="Merah <b>tua</b>")
    assert "Warna apa?" in page.text
    assert "Merah &lt;b&gt;tua&lt;/b&gt;" in page.text
    empty = await sent(browser, f"{path}/message", page.text, words="  ")
    assert empty.status_code == 422
    assert 'id="words-error"' in empty.text


async def test_an_outcome_is_opened_again_and_then_confirmed(browser: AsyncClient, office: Office, site: Site) -> None:
    page = await filed(browser, office)
    incident, path = await incident_of(site, page), page.url.path

    async def resolve() -> None:
        command = ResolveIncident(office=office.id, incident=incident.id, disposition="settled", words="Motor kembali")
        await site.do(command, actor=DESK)

    await resolve()
    page = await browser.get(path)
    assert "Motor kembali" in page.text
    page = await sent(browser, f"{path}/reopen", page.text, words="Bukan motor saya")
    assert 'data-state="received"' in page.text
    await resolve()
    page = await sent(browser, f"{path}/confirm", (await browser.get(path)).text)
    assert 'data-state="closed"' in page.text


async def test_who_has_reported_is_erased_and_the_report_stays(
    browser: AsyncClient, office: Office, site: Site
) -> None:
    page = await filed(browser, office, name="Siti", phone="0812-3456-7890")
    incident, path = await incident_of(site, page), page.url.path
    page = await sent(browser, f"{path}/erase", page.text)
    assert page.status_code == 200
    assert f'action="{path}/erase"' not in page.text
    (kept,) = await site.reports.store.load(Reporter, "id", [incident.id])
    assert (kept.sealed, kept.contact) == (None, None)


async def test_a_duplicates_reporter_learns_nothing_of_the_other_report(
    browser: AsyncClient, office: Office, site: Site
) -> None:
    other = await incident_of(site, await filed(browser, office, words="Milik orang lain"))
    page = await filed(browser, office)
    incident = await incident_of(site, page)
    await site.do(LinkDuplicate(office=office.id, incident=incident.id, original=other.id), actor=DESK)
    page = await browser.get(page.url.path)
    assert 'data-state="duplicate"' in page.text
    for secret in (other.id, other.number, "Milik orang lain"):
        assert secret not in page.text


async def test_nobody_is_told_that_a_report_is_set_aside(browser: AsyncClient, office: Office, site: Site) -> None:
    page = await filed(browser, office)
    before = (await browser.get(page.url.path)).text
    incident = await incident_of(site, page)
    await site.do(QuarantineIncident(office=office.id, incident=incident.id, reason="aneh"), actor=DESK)
    after = (await browser.get(page.url.path)).text
    assert 'data-state="received"' in after
    assert _without_secrets(after) == _without_secrets(before)


def _without_secrets(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


async def test_a_stage_is_told_in_plain_words(browser: AsyncClient, office: Office, site: Site) -> None:
    page = await filed(browser, office)
    incident = await incident_of(site, page)
    judged = TriageIncident(
        office=office.id, incident=incident.id, category="theft", severity="minor", certainty="likely", reason="telepon"
    )
    await site.do(judged, actor=DESK)
    page = await browser.get(page.url.path, params={"lang": "en"})
    assert "The desk is dealing with it" in page.text
    assert "telepon" not in page.text


async def test_the_receipt_is_a_file_with_code_and_link(browser: AsyncClient, office: Office, site: Site) -> None:
    page = await filed(browser, office)
    incident = await incident_of(site, page)
    receipt = await browser.get(f"{page.url.path}/receipt.txt")
    assert receipt.headers["content-disposition"] == f'attachment; filename="{incident.number}.txt"'
    assert site.reports.codes.code(incident.number, incident.id) in receipt.text
    assert page.url.path in receipt.text


async def test_who_files_without_end_waits_and_loses_nothing(browser: AsyncClient, office: Office) -> None:
    for _ in range(5):
        assert (await filed(browser, office)).status_code == 200
    page = await filed(browser, office, words="Yang keenam")
    assert page.status_code == 429
    assert 90 < int(page.headers["retry-after"]) <= 120
    assert "Silakan coba lagi dalam 2 menit." in page.text
    assert "Yang keenam" in page.text


async def test_codes_are_not_to_be_guessed(site: Site, office: Office) -> None:
    async with site.client(headers={"accept": "text/html"}, follow_redirects=True, **ADDRESSES) as guesser:
        answers = []
        for n in range(12):
            page = (await guesser.get("/reports/track")).text
            fields = {"csrf": field_of(page, "csrf"), "code": f"2026-000001-AAAA-AA{n:02}"}
            answers.append((await guesser.post("/reports/track", data=fields)).status_code)
    assert answers[:10] == [404] * 10
    assert answers[10:] == [429] * 2


async def test_only_the_form_may_ask_for_the_position(browser: AsyncClient, office: Office) -> None:
    form = await browser.get(f"/reports/offices/{office.id}/report/theft")
    kinds = await browser.get(f"/reports/offices/{office.id}")
    assert "geolocation=(self)" in form.headers["permissions-policy"]
    assert "geolocation=()" in kinds.headers["permissions-policy"]


async def test_who_knows_an_incidents_id_cannot_have_its_link(
    browser: AsyncClient, citizen: AsyncClient, office: Office, site: Site
) -> None:
    page = await filed(browser, office)
    incident, token = await incident_of(site, page), token_of(page)
    seen = [
        await citizen.get(f"/reports/api/v1/commands/{incident.id}"),
        await office.file(citizen, key=incident.id),
        await browser.get(f"/reports/commands/{incident.id}"),
    ]
    assert all(token not in answer.text and token not in str(answer.url) for answer in seen)
    assert FileReport.type() not in seen[0].text
