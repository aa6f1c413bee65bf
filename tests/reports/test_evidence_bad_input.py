"""Whatever is sent to the addresses of evidence and cameras, the answer is a problem and never our own failure."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from tests.reports.evidence.media import jpeg
from tests.reports.evidence_steps import added, begun, token_of
from tests.reports.running import API, Office
from tests.support.site import of

TIMES = ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "now", 1e300, None, "2026-03-02T08:00:00"]
CAMERA = {"name": "A", "owner": "B", "latitude": 0, "longitude": 0, "retention_hours": 24}


@pytest.fixture
async def manager(office: Office) -> AsyncIterator[AsyncClient]:
    async with office.staff("maria", role="manager") as client:
        yield client


def fails(status: int) -> bool:
    return status >= 500 or status < 400


async def test_times_that_no_clock_shows(office: Office, citizen: AsyncClient, manager: AsyncClient) -> None:
    filed = await office.filed(citizen)
    evidence = await added(citizen, jpeg(), report=token_of(filed))
    camera = of(await manager.post(f"{API}/cameras", json=CAMERA), 201)["id"]
    for time in TIMES:
        bodies: list[tuple[str, str, Any]] = [
            ("PUT", f"{API}/evidence/{evidence}/retention", {"until": time, "reason": "x"}),
            (
                "POST",
                f"{API}/incidents/{filed['id']}/requests",
                {"camera": camera, "starts_at": time, "ends_at": "2026-03-02T08:00:00Z"},
            ),
        ]
        if time is not None:
            bodies.append(("PUT", f"{API}/evidence/{evidence}/recording", {"starts_at": time}))
        for method, address, body in bodies:
            answer = await manager.request(method, address, json=body)
            assert not fails(answer.status_code), (method, address, body, answer.text)
        answer = await begun(manager, 100, incident=filed["id"], starts_at=str(time))
        assert not fails(answer.status_code)
    backwards = {"camera": camera, "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T08:00:00Z"}
    assert (await manager.post(f"{API}/incidents/{filed['id']}/requests", json=backwards)).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 91}, {"longitude": "east"}, {"bearing": 360}, {"angle": 0}, {"range_metres": 10_000},
        {"retention_hours": 0}, {"name": " "}, {"owner": "x" * 121}, {"owner_kind": "ghost"}, {"more": 1},
        {"latitude": 1e400}, {"contact": "x" * 1001},
    ],
)  # fmt: skip
async def test_cameras_that_cannot_be(manager: AsyncClient, wrong: dict[str, Any]) -> None:
    body = {**CAMERA, **{name: value for name, value in wrong.items() if value != float("inf")}}
    if wrong == {"latitude": 1e400}:
        answer = await manager.post(
            f"{API}/cameras",
            content='{"name":"A","owner":"B","latitude":1e400,"longitude":0,"retention_hours":24}',
            headers={"content-type": "application/json"},
        )
    else:
        answer = await manager.post(f"{API}/cameras", json=body)
    assert answer.status_code == 422, answer.text


async def test_ids_and_passes_that_are_none(manager: AsyncClient) -> None:
    for id in ("x", "%00", "é" * 20, "a" * 300, "a.b.c.d.e.f"):
        for method, address in (
            ("GET", f"{API}/evidence/{id}"),
            ("GET", f"{API}/evidence/files/{id}"),
            ("GET", f"{API}/uploads/{id}"),
            ("GET", f"{API}/cameras/{id}"),
            ("GET", f"{API}/requests/{id}"),
            ("GET", f"{API}/incidents/{id}/cameras"),
            ("GET", f"{API}/incidents/{id}/evidence"),
            ("POST", f"{API}/evidence/{id}/accesses"),
            ("POST", f"{API}/cameras/{id}/checks"),
        ):
            answer = await manager.request(method, address, json=None if method == "GET" else {"health": "off"})
            assert not fails(answer.status_code), (method, address, answer.status_code)


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", "multipart/form-data; boundary=x"],
)
async def test_forms_that_are_none(office: Office, citizen: AsyncClient, content_type: str) -> None:
    token = token_of(await office.filed(citizen))
    for body in (
        b"",
        b"--x",
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: nonsense\r\n\r\na\r\n--x--\r\n",
        b"\0" * 999,
    ):
        answer = await citizen.post(
            f"/reports/r/{token}/evidence", content=body, headers={"content-type": content_type}
        )
        assert not fails(answer.status_code), (content_type, body, answer.text)
