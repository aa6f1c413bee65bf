"""A report that was refused while nobody looked is corrected on the phone, without a line too, and is sent once."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.chaos.programs import Program
from tests.journeys.browser import People
from tests.journeys.reports_running import Office
from tests.journeys.test_reports_citizen import enter, is_kept

KEY = "a-draft-of-a-phone"
WRITTEN = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3)


async def test_a_refused_draft_is_corrected_and_sent_once(witnesses: People, desk: Office, frail_api: Program) -> None:
    witness = await enter(witnesses, desk.path, base=frail_api.address)
    page = witness.page
    await is_kept(witness, desk.path)
    await page.goto("/reports/drafts")
    told = {
        "office": desk.id,
        "category": "curanmor",
        "words": "Motor saya hilang",
        "place": {"words": "Depan pasar"},
        "privacy": "confidential",
        "answers": [{"question": question, "value": "motor"} for question in desk._required("curanmor")],
        "happened_at": WRITTEN.isoformat(),
        "contact": {"name": "Sari", "phone": "12", "email": ""},
    }
    await page.evaluate("([key, told]) => drafts.add(key, 'Curanmor', told)", [KEY, told])
    await page.reload()
    draft = page.locator(".draft")
    await expect(draft).to_have_attribute("data-state", "refused")
    (_, watch) = witnesses._contexts[-1]
    (refusal,) = [fault for fault in watch.faults if fault.startswith("422 for")]
    watch.faults.remove(refusal)  # what this is about
    assert await desk.incidents() == []

    frail_api.kill()
    await draft.get_by_role("link", name=witness.says("Correct it")).click()
    await expect(page.get_by_role("heading", name=witness.says("Correct the report"))).to_be_visible()
    phone = page.locator("#phone")
    await expect(phone).to_be_focused()
    await expect(phone).to_have_value("12")
    await expect(phone).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#phone-error")).to_be_visible()
    await expect(witness.field("Your name")).to_have_value("Sari")
    await expect(page.locator("#category")).to_have_value("curanmor")
    await expect(page.locator("#words")).to_have_value("Motor saya hilang")
    await expect(page.get_by_role("radio", name="Sepeda motor")).to_be_checked()
    await witness.finds_no_fault()
    await phone.fill("0812-3456-7890")
    await witness.button("Send it again").click()
    await expect(page).to_have_url(re.compile("/reports/drafts$"))
    await expect(draft).to_have_count(1)
    await expect(draft).to_have_attribute("data-state", "waiting")
    assert await page.evaluate("([key, told]) => drafts.correct(key, 'Curanmor', told)", [KEY, told]) is False

    frail_api.start()
    await frail_api.ready()
    await expect(draft).to_have_attribute("data-state", "sent", timeout=60_000)
    (incident,) = await desk.incidents()
    assert incident.happened_at == WRITTEN
    (reporter,) = await desk.reporter(incident)
    assert reporter.contact
