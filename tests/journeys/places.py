"""Every page of the queue in every state that a person can meet, brought about by what people do.

Two offices hold them all: one at work in the middle of a morning, one that is closed. `PLACES` says where to look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from secrets import token_hex
from typing import Any
from uuid import uuid4

from playwright.async_api import Page

from services.queue.demo import demo_office
from shared.contracts.queue import AppointmentPlan, CallNext, OfficePlan, Opening, ServicePlan
from shared.messaging.errors import Declined
from tests.journeys.running import PASSWORD, RENEWAL, SKCK, SKCK_COUNTER, Office, Site, Ticket

NEW_SIM = "sim-baru"
NEW_SIM_COUNTER = "loket-1"
PHONE_NUMBER = "+6281234567890"
BOSS, COLLEAGUE, NEWCOMER = "sari", "rani.lestari", "budi"
"""Who works at the busy office."""
FAR_WEST, FAR_EAST = "Etc/GMT+12", "Pacific/Kiritimati"
"""Zones whose calendars never agree on the day."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What has happened before anybody looks."""

    busy: Office
    shut: Office
    tickets: Mapping[str, Ticket]
    refused: str
    """The id of a command that was refused."""
    cookies: dict[str, list[Any]] = field(default_factory=dict)
    """User name → what the browser has of who is signed in."""
    appointments: dict[str, str] = field(default_factory=dict)
    """State → path of an appointment."""


async def morning(site: Site) -> Morning:
    """Have it happen."""
    busy, shut = await asyncio.gather(site.open_office(busy_plan()), site.open_office(_shut_plan()))
    parked = await busy.take()
    await busy.call()
    await busy.serve()
    await busy.park()
    finished, missed, serving, following, waiting, cancelled = [await busy.take() for _ in range(6)]
    await busy.cancel(cancelled)
    await busy.serve_next()
    await busy.call()
    await busy.miss()
    await busy.call()
    await busy.serve()
    for service in (NEW_SIM, SKCK):
        await busy.take(service, phone=PHONE_NUMBER)
    called = await busy.take(NEW_SIM)
    await busy.serve_next(NEW_SIM_COUNTER)
    await busy.call(NEW_SIM_COUNTER)
    await busy.call(SKCK_COUNTER)
    await busy.miss(SKCK_COUNTER)
    await busy.take(NEW_SIM, phone=PHONE_NUMBER)
    await busy.take(SKCK)
    await busy.call(SKCK_COUNTER)
    await busy.serve(SKCK_COUNTER)
    await busy.park(SKCK_COUNTER)
    await busy.close(SKCK)
    tickets = {
        "waiting": waiting,
        "next": following,
        "called": called,
        "serving": serving,
        "parked": parked,
        "family": await busy.take(family=waiting),
        "finished": finished,
        "missed": missed,
        "cancelled": cancelled,
        "expired": await _ticket_of_yesterday(site),
    }
    await busy.employ(BOSS, roles=("administrator",))
    await busy.employ(COLLEAGUE)
    await busy.employ(NEWCOMER, one_time=True)
    return Morning(busy, shut, tickets, await _refused(site, busy))


Act = Callable[[Page, Morning], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Place:
    """A page in a state: where it is, and what is done there before one looks."""

    path: Callable[[Morning], str]
    act: Act | None = None
    by: str = ""
    """Who is signed in; empty for a citizen."""

    async def look(self, page: Page, morning: Morning) -> None:
        """Go there."""
        if self.by:
            await page.context.add_cookies(morning.cookies[self.by])
        await page.goto(self.path(morning))
        if self.act:
            await self.act(page, morning)


async def sign_in(page: Page, office: Office, username: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form and send it."""
    await page.goto("/queue/sign-in")
    await page.select_option("[name=office]", office.id)
    await page.fill("[name=username]", username)
    await page.fill("[name=password]", password)
    await _send(page, "main form button")


async def _send(page: Page, button: str) -> None:
    """Press a button, and be where it leads."""
    async with page.expect_navigation():
        await page.click(button)


async def _write_nonsense(page: Page, _: Morning) -> None:
    await page.fill("[name=phone]", "0812x")
    await _send(page, "#take button")


async def _ask_twice(page: Page, _: Morning) -> None:
    await page.fill("[name=phone]", PHONE_NUMBER)
    await _send(page, "#take button")


async def _forget_the_password(page: Page, morning: Morning) -> None:
    await sign_in(page, morning.busy, BOSS, "not the password")


async def _call_nobody(page: Page, _: Morning) -> None:
    await _send(page, ".actions button")


def _opened(selector: str) -> Act:
    """What stands behind a disclosure."""

    async def open_it(page: Page, _: Morning) -> None:
        await page.click(selector)

    return open_it


async def _help_a_walk_in(page: Page, _: Morning) -> None:
    await page.click("[data-key=w]")
    await _send(page, "form[action$='/walk-in'] button")


async def _open_first_disclosure(page: Page, _: Morning) -> None:
    await page.click("summary")


async def open_everything(page: Page, _: Morning) -> None:
    """Unfold all that is folded."""
    await page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")


async def _add_nobody(page: Page, _: Morning) -> None:
    await page.fill("[name=username]", "No Name")
    await page.uncheck("[name=roles][value=officer]")
    await _send(page, "main form button")


async def _add_somebody(page: Page, _: Morning) -> None:
    await page.fill("[name=display_name]", "Agus Salim")
    await page.fill("[name=username]", f"agus-{token_hex(4)}")
    await _send(page, "main form button")


async def _mistype_password(page: Page, _: Morning) -> None:
    for name in ("current", "new", "again"):
        await page.fill(f"[name={name}]", f"a {name} password")
    await _send(page, "main form button")


def _ticket(state: str) -> Place:
    return Place(lambda morning: morning.tickets[state].path)


def _counter(counter: str, act: Act | None = None) -> Place:
    return Place(lambda _: f"/queue/counters/{counter}", act, by=BOSS)


def _office_work(page: str, act: Act | None = None) -> Place:
    return Place(lambda _: f"/queue/{page}", act, by=BOSS)


async def _open_tables(page: Page, _: Morning) -> None:
    for table in await page.locator("figure summary").all():
        await table.click()


async def _leave_a_fee_unnamed(page: Page, _: Morning) -> None:
    await page.locator('[name="rupiah.1"]').fill("35000")
    await page.locator('[name="step"][value="preview"]').click()
    await page.locator('[aria-invalid="true"]').wait_for()


async def _double_the_tickets(page: Page, _: Morning) -> None:
    await page.locator('[name="quota"]').fill("300")
    await page.locator('[name="step"][value="preview"]').click()
    await page.locator(".citizens").wait_for()


PLACES: Mapping[str, Place] = {
    "start": Place(lambda _: "/queue/"),
    "office": Place(lambda m: m.busy.path),
    "office-closed": Place(lambda m: m.shut.path),
    "service": Place(lambda m: m.busy.service()),
    "service-phone-wrong": Place(lambda m: m.busy.service(), _write_nonsense),
    "service-refused": Place(lambda m: m.busy.service(NEW_SIM), _ask_twice),
    "service-closed-early": Place(lambda m: m.busy.service(SKCK)),
    "service-closed": Place(lambda m: m.shut.service(NEW_SIM)),
    "service-never-open": Place(lambda m: m.shut.service(SKCK)),
    **{
        f"ticket-{state}": _ticket(state)
        for state in (
            "waiting",
            "next",
            "called",
            "serving",
            "parked",
            "family",
            "finished",
            "missed",
            "cancelled",
            "expired",
        )
    },
    "ticket-all-open": Place(lambda m: m.tickets["waiting"].path, open_everything),
    "on-its-way": Place(lambda _: f"/queue/commands/{uuid4()}"),
    "refused": Place(lambda m: f"/queue/commands/{m.refused}"),
    "not-found": Place(lambda _: "/queue/nowhere"),
    "board": Place(lambda m: m.busy.board),
    "board-quiet": Place(lambda m: m.shut.board),
    "sign-in": Place(lambda _: "/queue/sign-in"),
    "sign-in-wrong": Place(lambda _: "/queue/sign-in", _forget_the_password),
    "counters": _office_work("counters"),
    "counter-idle": _counter(SKCK_COUNTER),
    "counter-refused": _counter(SKCK_COUNTER, _call_nobody),
    "counter-called": _counter(NEW_SIM_COUNTER),
    "counter-serving": _counter("loket-2"),
    "counter-close": _counter("loket-2", _opened(".lines summary")),
    "counter-transfer": _counter("loket-2", _opened("[data-key=t]")),
    "counter-walk-in": _counter(SKCK_COUNTER, _opened("[data-key=w]")),
    "counter-given": _counter(SKCK_COUNTER, _help_a_walk_in),
    "counter-sign-on": _counter(SKCK_COUNTER, _opened("[data-key=o]")),
    "staff": _office_work("staff"),
    "staff-wrong": _office_work("staff", _add_nobody),
    "staff-added": _office_work("staff", _add_somebody),
    "person": _office_work(f"staff/{COLLEAGUE}", _open_first_disclosure),
    "oneself": _office_work(f"staff/{BOSS}"),
    "sessions": _office_work("sessions"),
    "password": _office_work("password"),
    "password-wrong": _office_work("password", _mistype_password),
    "password-first": Place(lambda _: "/queue/password", by=NEWCOMER),
    "figures": _office_work("manage"),
    "figures-weeks": _office_work("manage?period=weeks", _open_tables),
    "number": _office_work("manage/numbers?number=B-001"),
    "number-unknown": _office_work("manage/numbers?number=B-999"),
    "plan": _office_work("manage/plan"),
    "plan-hours": _office_work(f"manage/plan/hours/{SKCK}"),
    "plan-procedure": _office_work(f"manage/plan/procedure/{SKCK}"),
    "plan-wrong": _office_work(f"manage/plan/fees/{SKCK}", _leave_a_fee_unnamed),
    "plan-preview": _office_work(f"manage/plan/service/{SKCK}", _double_the_tickets),
    "plan-history": _office_work("manage/plan/history"),
    "plan-version": _office_work("manage/plan/history/1"),
    "procedures": Place(lambda _: "/queue/procedures"),
    "procedures-not-found": Place(lambda _: "/queue/procedures?q=paspor+diplomatik"),
    "procedure": Place(lambda m: f"/queue/procedures/{m.busy.id}/{SKCK}"),
    "interfaces": Place(lambda _: "/queue/api"),
}
"""Name → where it is seen."""


def busy_plan() -> OfficePlan:
    """That of the demo, day and night, with slots so near that one can check in for the next."""
    plan = demo_office(always_open=True).plan
    slots = AppointmentPlan(minutes=15, capacity=2, days_ahead=3, early_minutes=60)
    return replace(plan, services=tuple(replace(s, appointments=s.appointments and slots) for s in plan.services))


def _shut_plan() -> OfficePlan:
    """One service opens tomorrow, one some day, one never."""
    plan = demo_office().plan
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).weekday()
    hours: dict[str, tuple[Opening, ...]] = {
        NEW_SIM: (Opening((tomorrow + 1) % 7, time(8), time(14)),),
        RENEWAL: (Opening((tomorrow + 3) % 7, time(8), time(12)),),
        SKCK: (),
    }

    def closed(service: ServicePlan) -> ServicePlan:
        return replace(service, hours=hours[service.id])

    return replace(plan, services=tuple(closed(service) for service in plan.services), holidays=())


async def _ticket_of_yesterday(site: Site) -> Ticket:
    """One whose office has moved its calendar on since, as it may when nobody waits."""
    plan = replace(demo_office(always_open=True).plan, time_zone=FAR_WEST)
    office = await site.open_office(plan)
    ticket = await office.take()
    await office.call()
    await office.miss()
    await office.configure(replace(office.plan, time_zone=FAR_EAST))
    return ticket


async def _refused(site: Site, office: Office) -> str:
    """Something that cannot be done."""
    id = str(uuid4())
    try:
        await site.do(CallNext(office=office.id, counter="loket-2"), id=id)
    except Declined:
        return id
    raise AssertionError("the counter was busy")
