"""A real browser, and people who look at pages with it.

Invariant: whatever a test makes a person do, no page they see may complain on its console, break its own
security policy, ask another site for anything, or miss a file. That is asserted when the person leaves.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    async_playwright,
)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS = 20.0
"""How long a page may take to come to what a test expects: long, for machines that do much at once."""
NOWHERE = "about:blank"
_TOLD_BY_RESPONSE = "Failed to load resource"
"""Begins a console line that repeats what a response or a broken connection has said already."""


def chromium_path() -> str | None:
    """Where Chromium is: CHROMIUM, or what is installed. None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@asynccontextmanager
async def chromium(path: str, *arguments: str) -> AsyncIterator[Browser]:
    """A browser without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            await browser.close()


@dataclass(frozen=True, slots=True)
class Device:
    """What somebody looks at pages with."""

    width: int
    height: int
    language: str = "id"
    scripts: bool = True
    scheme: str = "light"

    def __str__(self) -> str:
        return f"{self.language}-{self.width}" + ("" if self.scripts else "-no-scripts")

    @property
    def viewport(self) -> ViewportSize:
        """Its window."""
        return {"width": self.width, "height": self.height}


PHONE = Device(360, 780)
"""The smallest that is common in Indonesia."""
DESK = Device(1280, 800, "en")
WALL = Device(1920, 1080)
"""The lobby's screen."""


@dataclass  # without slots: Playwright keeps notes on whom it calls
class Watch:
    """Notes what must not happen on any page."""

    base: str
    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Begin."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A broken security policy is told here too.
        if message.type in ("error", "warning") and not message.text.startswith(_TOLD_BY_RESPONSE):
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if request.url != NOWHERE and origin(request.url) != self.base:
            self.faults.append(f"a request to {request.url}")

    def _on_response(self, response: Response) -> None:
        # The status of a page is the test's own affair; what a page is made of must be there.
        asked = response.request
        # The same where a page's own worker has asked for it in the browser's place.
        if response.status >= 400 and not asked.is_navigation_request() and not asked.service_worker:
            self.faults.append(f"{response.status} for {response.url}")


class People:
    """Opens pages, each for a person with a browser profile of their own."""

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser = browser
        self._base = base
        self._contexts: list[tuple[BrowserContext, Watch]] = []

    async def enter(self, path: str, device: Device = PHONE, *, base: str = "") -> Page:
        """Somebody opens a page. `base` is for another process than the one that tests share."""
        watch = Watch(base or self._base)
        context = await self._browser.new_context(
            base_url=watch.base,
            viewport=device.viewport,
            locale={"id": "id-ID", "en": "en-GB"}[device.language],
            java_script_enabled=device.scripts,
            color_scheme="dark" if device.scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(SECONDS * 1000)
        watch.over(context)
        self._contexts.append((context, watch))
        page = await context.new_page()
        await page.goto(path)
        return page

    async def leave(self) -> None:
        """Everybody closes the browser. Raises `AssertionError` for what was wrong with any page."""
        faults = []
        while self._contexts:
            context, watch = self._contexts.pop()
            await context.close()
            faults += watch.faults
        assert not faults, "\n".join(faults)


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
