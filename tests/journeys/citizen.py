"""Somebody with a phone or a computer who wants something from an office."""

from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import PHONE, SECONDS, Device, People
from tests.journeys.running import RENEWAL, Office, Ticket
from tests.journeys.words import said
from tests.support.waiting import until

_WITHOUT_WAITS = """parts => parts.map(part => {
  const waits = [...part.querySelectorAll('.slip-wait')].map(wait => wait.innerText.trim()).filter(Boolean)
  return waits.reduce((text, wait) => text.replace(wait, ''), part.innerText).replace(/\\s+/g, ' ').trim()
})"""
"""What parts of a page say, but for the expected wait, which changes while people look."""


class Citizen:
    """Looks at pages of one office. Without scripts, looking means to reload."""

    def __init__(self, page: Page, office: Office, device: Device) -> None:
        self.page = page
        self.office = office
        self.device = device

    @classmethod
    async def with_ticket(
        cls, people: People, office: Office, ticket: Ticket, device: Device = PHONE, *, base: str = ""
    ) -> "Citizen":
        """Somebody who opens the link of a ticket."""
        return cls(await people.enter(ticket.path, device, base=base), office, device)

    def says(self, text: str, **values: object) -> str:
        """What the pages say in this person's language."""
        told = said(self.device.language, text)
        return told % values if values else told

    def link(self, text: str) -> Locator:
        """A link that is called so."""
        return self.page.get_by_role("link", name=text)

    def button(self, text: str, **values: object) -> Locator:
        """A button that is called so."""
        return self.page.get_by_role("button", name=self.says(text, **values))

    @property
    def slip(self) -> Locator:
        """The ticket as it is shown."""
        return self.page.locator(".slip")

    async def goes_to_service(self, service: str = RENEWAL) -> None:
        """From the start page, or from anywhere, to where a ticket is taken."""
        await self.link(self.office.name(self.device.language)).click()
        await self.link(self.office.service_name(service, self.device.language)).click()

    async def takes_a_ticket(self) -> None:
        """Send the form; the ticket is there."""
        await self.button("Take a ticket").click()
        await expect(self.slip).to_be_visible()

    async def looks(self) -> None:
        """Without scripts, a person reloads to see what is new. With them there is nothing to do."""
        if not self.device.scripts:
            await self.page.reload()

    async def sees(self, state: str, *texts: str) -> None:
        """The ticket comes to be in a state and says these texts, and says the same when it is loaded again."""
        await self.looks()
        await expect(self.page.locator("main")).to_have_attribute("data-state", state)
        for text in texts:
            await expect(self.slip.get_by_text(text, exact=True).filter(visible=True)).to_have_count(1)
        parts = self.page.locator(".ticket-page > :not(.visually-hidden)").filter(visible=True)
        shown = await parts.evaluate_all(_WITHOUT_WAITS)
        await self.page.reload()

        async def as_before() -> bool:
            return bool(await parts.evaluate_all(_WITHOUT_WAITS) == shown)

        await until(as_before, within=SECONDS, what=f"the page says again {shown}")

    async def sees_people_ahead(self, ahead: int) -> None:
        """The ticket comes to say how many will be called before."""
        await self.looks()
        await expect(self.page.locator("[data-bind=ahead]")).to_have_text(str(ahead))
        await expect(self.page.locator("[data-bind=place]")).to_have_text(str(ahead + 1))
