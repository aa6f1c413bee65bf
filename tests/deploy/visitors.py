"""Those who come through the edge of a Compose installation, and what they do there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from uuid import uuid4

import httpx
from PIL import Image

from tests.deploy.compose import Compose

OFFICE, SERVICE, COUNTER = "polres-palu", "skck", "loket-3"
API = "/queue/api/v1"
REPORTS = "/reports/api/v1"
PLACE = {"latitude": -0.9078, "longitude": 119.8531, "accuracy_metres": 20, "words": "Pasar Manonda"}


@contextmanager
def signed_in(compose: Compose, api: str, username: str, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=compose.address, timeout=20) as client:
        body = {"office": OFFICE, "username": username, "password": password}
        token = client.post(f"{api}/sessions", json=body).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def report(citizen: httpx.Client, words: str = "Musik keras sampai pagi.", key: str | None = None) -> httpx.Response:
    return citizen.post(
        f"{REPORTS}/reports",
        json={"office": OFFICE, "category": "kebisingan", "words": words, "place": PLACE},
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def reported(citizen: httpx.Client, words: str = "Musik keras sampai pagi.") -> dict[str, str]:
    answer = report(citizen, words)
    assert answer.status_code == 201, answer.text
    filed: dict[str, str] = answer.json()
    return filed


def take(citizen: httpx.Client) -> dict[str, str]:
    answer = citizen.post(
        f"{API}/tickets", json={"office": OFFICE, "service": SERVICE}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert answer.status_code == 201, answer.text
    taken: dict[str, str] = answer.json()
    return taken


def act(officer: httpx.Client, action: str) -> httpx.Response:
    """One step at the counter."""
    answer = officer.post(f"{API}/offices/{OFFICE}/counters/{COUNTER}/{action}")
    assert answer.status_code == 200, answer.text
    return answer


def call_until(officer: httpx.Client, number: str) -> None:
    """Sign on, serve whoever came before, and call this one."""
    act(officer, "sign-on")
    while act(officer, "call-next").json()["person"]["number"] != number:
        act(officer, "serve")
        act(officer, "finish")


def photo() -> bytes:
    """A picture of noise, which nothing makes smaller."""
    file = BytesIO()
    Image.frombytes("RGB", (1000, 800), os.urandom(1000 * 800 * 3)).save(file, "PNG")
    return file.getvalue()
