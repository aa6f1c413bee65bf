"""The pages of appointments and of the kiosk in their states. See `places.py`, whose offices they belong to."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from playwright.async_api import Page

from services.queue.domain.office import Office as DomainOffice
from tests.journeys.browser import PHONE, Device, People
from tests.journeys.places import BOSS, COLLEAGUE, Act, Morning, Place, sign_in
from tests.journeys.running import RENEWAL, Office

KIOSK = "kiosk"
"""Whose cookies are those of a device in the lobby."""


def slots(office: Office, day: int) -> list[datetime]:
    """When the slots of a day begin that can be booked; today is day 0."""
    now = datetime.now(UTC)
    domain = DomainOffice(office.id, office.plan)
    service = domain.service(RENEWAL)
    return [slot for slot in domain.slots(service, domain.bookable(service, now)[day]) if slot > now]


def next_slot(office: Office) -> datetime:
    """The first that there is, today or tomorrow."""
    return (slots(office, 0) or slots(office, 1))[0]


async def open_kiosk(people: People, office: Office, username: str = COLLEAGUE, device: Device = PHONE) -> Page:
    """An officer makes a device a kiosk."""
    page = await people.enter("/queue/sign-in", device)
    await sign_in(page, office, username)
    await page.goto("/queue/kiosks")
    async with page.expect_navigation():
        await page.click("form[action$=open] button")
    return page


async def book_some(office: Office) -> Mapping[str, str]:
    """State → path of an appointment."""
    late_enough = [slot for slot in slots(office, 2) if slot > datetime.now(UTC) + timedelta(hours=2)]
    return {
        "booked": await office.book(late_enough[0], "+6281200000001"),
        "open": await office.book(next_slot(office), "+6281200000002"),
    }


def _calendar(morning: Morning) -> str:
    return f"{morning.busy.service()}/appointments"


async def _choose_nothing(page: Page, _: Morning) -> None:
    await page.fill("[name=phone]", "0812x")
    async with page.expect_navigation():
        await page.click("main form button")


async def _judge_without_a_choice(page: Page, _: Morning) -> None:
    async with page.expect_navigation():
        await page.click("form[action$=feedback] button")


async def _take_at_kiosk(page: Page, _: Morning) -> None:
    async with page.expect_navigation():
        await page.click(".kiosk-first")


def _kiosk(path: str = "", act: Act | None = None) -> Place:
    return Place(lambda morning: f"{morning.busy.path}/kiosk{path}", act, by=KIOSK)


CITIZEN_PLACES: Mapping[str, Place] = {
    "calendar": Place(_calendar),
    "calendar-wrong": Place(_calendar, _choose_nothing),
    "appointment-booked": Place(lambda m: m.appointments["booked"]),
    "appointment-open": Place(lambda m: m.appointments["open"]),
    "appointment-move": Place(lambda m: f"{m.appointments['booked']}/move"),
    "ticket-feedback-wrong": Place(lambda m: m.tickets["finished"].path, _judge_without_a_choice),
    "kiosk": _kiosk(),
    "kiosk-needs": _kiosk(f"/services/{RENEWAL}"),
    "kiosk-ticket": _kiosk(f"/services/{RENEWAL}", _take_at_kiosk),
    "kiosk-elsewhere": Place(lambda m: f"{m.shut.path}/kiosk"),
    "kiosks": Place(lambda _: "/queue/kiosks", by=BOSS),
}
"""Name → where it is seen."""
