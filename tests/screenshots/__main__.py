"""Makes the README's picture anew: a citizen's ticket, the lobby board and an officer's counter, side by side.

    make screenshots

Starts a Kentongan of its own in a temporary folder, lives a short morning in it, and lets Chromium compose what it
has seen. Needs chromium.
"""

import base64
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from httpx import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.servers import free_port

PICTURE = Path(__file__).parents[2] / "docs" / "screenshots" / "queue.png"
PEOPLE = 9
PHONE = {"width": 360, "height": 740}
BOARD = {"width": 1280, "height": 740}
DESK = {"width": 900, "height": 740}
COUNTER = "loket-3"
"""The demo office's counter for SKCK."""
PAGE = (
    '<body style="margin:0"><div style="background:#e9e3d8;display:flex;gap:28px;padding:28px;width:max-content">'
    "{}</div></body>"
)
SHOT = '<img style="height:560px;border-radius:18px;box-shadow:0 10px 30px #0004" src="data:image/png;base64,{}">'


@dataclass(frozen=True, slots=True)
class Kentongan:
    """A running one, and how to sign in to it."""

    address: str
    user: str
    password: str


@contextmanager
def kentongan() -> Iterator[Kentongan]:
    """A Kentongan of one's own, its office open whatever the hour."""
    with TemporaryDirectory(prefix="kentongan-screenshots-") as home:
        environment = {**os.environ, "KENTONGAN_HOME": home, "KENTONGAN_PORT": str(free_port())}
        command = [sys.executable, "-m", "deploy.cli", "run", "--always-open"]
        run = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            yield _ready(run)
        finally:
            run.send_signal(signal.SIGINT)
            run.wait()


def _ready(run: "subprocess.Popen[str]") -> Kentongan:
    assert run.stdout is not None
    told = ""
    for line in run.stdout:
        told += line
        if "password" in line:
            break
    address = re.search(r"ready: (\S+)", told)
    account = re.search(r"user (\S+), password (\S+)\)", told)
    if address is None or account is None:
        sys.exit(f"screenshots: Kentongan did not start\n{told}")
    return Kentongan(address[1], account[1], account[2])


def morning(running: Kentongan) -> str:
    """Some people take tickets, one is served and one is at the counter; returns the path of a ticket that waits."""
    with Client(base_url=running.address, timeout=30) as client:
        body = {"office": "polres-palu", "service": "skck"}
        links = [client.post("/queue/api/v1/tickets", json=body).json()["link"] for _ in range(PEOPLE)]
        account = {"office": "polres-palu", "username": running.user, "password": running.password}
        token = client.post("/queue/api/v1/sessions", json=account).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        for step in ("call-next", "serve", "finish", "call-next", "serve"):
            client.post(f"/queue/api/v1/offices/polres-palu/counters/{COUNTER}/{step}").raise_for_status()
    path: str = links[-1]
    return path


def _shot(page: Page, size: dict[str, int], address: str) -> str:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(address)
    page.evaluate("document.fonts.ready")
    return base64.b64encode(page.screenshot()).decode()


def _compose(browser: Browser, running: Kentongan, ticket: str) -> bytes:
    context = browser.new_context(locale="id-ID", color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    shots = [
        _shot(page, PHONE, running.address + ticket),
        _shot(page, BOARD, f"{running.address}/queue/offices/polres-palu/board"),
    ]
    page.goto(f"{running.address}/queue/sign-in")
    page.fill("[name=username]", running.user)
    page.fill("[name=password]", running.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/counters*")
    shots.append(_shot(page, DESK, f"{running.address}/queue/counters/{COUNTER}"))
    picture = context.new_page()
    picture.set_content(PAGE.format("".join(SHOT.format(shot) for shot in shots)))
    picture.wait_for_function("[...document.images].every((image) => image.complete)")
    return picture.locator("div").screenshot()


def main() -> None:
    """Make the picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("screenshots: needs chromium")
    with kentongan() as running, sync_playwright() as playwright:
        ticket = morning(running)
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(_compose(browser, running, ticket))
        browser.close()


if __name__ == "__main__":
    main()
