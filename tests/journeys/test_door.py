"""The page at the root: whole by itself, with no service behind it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import uvicorn
from playwright.async_api import Browser, expect

from deploy.embedded.door import create_door
from deploy.processes import SERVICES
from tests.journeys.browser import DESK, PHONE, Device, People
from tests.journeys.looks import axe_faults, layout_faults
from tests.support.servers import LOOPBACK, free_port
from tests.support.waiting import until

DEVICES = [PHONE, DESK, replace(PHONE, scheme="dark", scripts=True), replace(DESK, width=768)]


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """Where the door is served."""
    server = uvicorn.Server(uvicorn.Config(create_door(), host=LOOPBACK, port=free_port(), log_level="error"))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started, what="the door is served")
    yield f"http://{LOOPBACK}:{server.config.port}"
    server.should_exit = True
    await serving


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: f"{device}-{device.scheme}")
async def test_it_can_be_read_and_pressed_by_everybody(browser: Browser, address: str, device: Device) -> None:
    people = People(browser, address)
    page = await people.enter("/", device)
    await page.evaluate("document.fonts.ready")
    assert await axe_faults(page) == []
    assert await layout_faults(page) == []
    await expect(page.get_by_role("link", name="Telepon 110")).to_have_attribute("href", "tel:110")
    for service in SERVICES:
        await expect(page.locator(f"main a[href='/{service}/']")).to_be_visible()
    await people.leave()
