"""Somebody who works by keyboard alone, and must see at every stop where they are."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.journeys.browser import Device
from tests.journeys.words import said

MOST_STOPS = 60
"""More than this and nobody would work so."""
_FOCUS = (Path(__file__).parent / "focus.js").read_text(encoding="utf-8")


class Typist:
    """Presses keys, and nothing else."""

    def __init__(self, page: Page, device: Device) -> None:
        self.page = page
        self.device = device

    def says(self, text: str, **values: object) -> str:
        """What the pages say in this person's language."""
        return said(self.device.language, text, of="queue", **values)

    def button(self, text: str, **values: object) -> Locator:
        """A button that is called so. The letter on it is for eyes only."""
        return self.page.get_by_role("button", name=self.says(text, **values))

    async def press(self, key: str) -> None:
        """One key."""
        await self.page.keyboard.press(key)

    async def writes(self, text: str) -> None:
        """Into whatever has the focus."""
        await self.page.keyboard.type(text)

    async def reaches(self, target: Locator, *, within: int = MOST_STOPS) -> None:
        """Tab until the target has the focus, which can be seen at every stop on the way."""
        await expect(target).to_be_visible()
        for _ in range(within + 1):
            reached, fault = await target.evaluate(_FOCUS)
            assert not fault, fault
            if reached:
                return
            await self.press("Tab")
        raise AssertionError(f"{target} is not reached by {within} stops")

    async def uses(self, target: Locator, *, within: int = MOST_STOPS) -> None:
        """Tab to it, and Enter."""
        await self.reaches(target, within=within)
        await self.press("Enter")

    async def begins_at(self, target: Locator) -> None:
        """The page that has come begins there: from it the next Tab goes on."""
        await expect(target).to_be_focused()
        await expect(target).to_be_in_viewport()
