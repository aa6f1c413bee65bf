"""An officer who works at a counter by keyboard alone."""

from playwright.async_api import Locator, expect

from tests.journeys.browser import Device, People
from tests.journeys.keyboard import Typist
from tests.journeys.running import COUNTER, PASSWORD, Office


class Officer(Typist):
    """At the counter. With scripts, the letter on a button presses it from anywhere."""

    @property
    def number(self) -> Locator:
        """Who is at the counter."""
        return self.page.locator(".counter-number")

    @property
    def start(self) -> Locator:
        """Where the page begins."""
        return self.page.get_by_role("heading", name=self.says("At the counter"))

    async def does(self, action: str, key: str) -> None:
        """Do what a button offers, by its letter or by Tab and Enter."""
        if self.device.scripts:
            await expect(self.button(action)).to_have_attribute("aria-keyshortcuts", key)
            await self.presses(key)
        else:
            await self.uses(self.button(action))

    async def presses(self, key: str) -> None:
        """A letter, as soon as the page shows letters."""
        await expect(self.page.locator("html")).to_have_attribute("data-keys", "on")
        await self.press(key)

    async def has(self, number: str, state: str) -> None:
        """A person has come to be at the counter, and the page begins there."""
        await expect(self.page.locator("main")).to_have_attribute("data-state", state)
        await expect(self.number).to_have_text(number)
        await self.begins_at(self.start)

    async def has_nobody(self) -> None:
        """The counter has come to be free, and the very next stop calls."""
        await expect(self.page.locator("main")).to_have_attribute("data-state", "idle")
        await self.begins_at(self.start)
        await self.reaches(self.button("Call the next person"), within=1)

    def past(self, number: str) -> Locator:
        """A line of whom the counter called before."""
        return self.page.locator(".recent li").filter(has_text=number)


async def signed_in(people: People, office: Office, device: Device, *, at: str = COUNTER) -> Officer:
    """An officer who has come to their counter and signed on there, by keyboard."""
    username = await office.employ(roles=("manager",))
    officer = Officer(await people.enter(f"/queue/offices/{office.id}", device), device)
    await officer.uses(officer.page.get_by_role("link", name=officer.says("For staff")))
    await officer.reaches(officer.page.get_by_label(officer.says("Office"), exact=True))
    await officer.writes(office.name(device.language))
    await officer.reaches(officer.page.get_by_label(officer.says("User name")), within=1)
    await officer.writes(username)
    await officer.reaches(officer.page.get_by_label(officer.says("Password")), within=1)
    await officer.writes(PASSWORD)
    await officer.press("Enter")
    await officer.uses(officer.page.get_by_role("link", name=office.counter_name(at, device.language)))
    await expect(officer.start).to_be_visible()
    if await officer.button("Sign on").count():  # nobody has worked there before
        await officer.does("Sign on", "o")
    await expect(officer.button("Call the next person")).to_be_visible()
    await officer.has_nobody()
    return officer
