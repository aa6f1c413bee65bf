"""A process says truthfully whether it lives and whether it can work."""

import asyncio

from httpx import ASGITransport, AsyncClient
from prometheus_client import CollectorRegistry, Counter

from shared.messaging.errors import Transient
from shared.web.health import Check, health_app, run_checks
from tests.web.conftest import MakeApp, client_of


async def fine() -> None:
    return


async def away() -> None:
    raise Transient("mongodb://user:password@db is away")


async def stuck() -> None:
    await asyncio.Event().wait()


async def test_ready_means_that_every_check_passed(make_app: MakeApp) -> None:
    async with client_of(make_app({"kafka": fine, "mongo": fine})) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"kafka": "ok", "mongo": "ok"}}


async def test_not_ready_names_the_check_and_no_secret(make_app: MakeApp) -> None:
    checks: dict[str, Check] = {"kafka": fine, "mongo": away}
    async with client_of(make_app(checks)) as client:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"] == {"kafka": "ok", "mongo": "Transient"}
        assert "password" not in answer.text
        assert (await client.get("/healthz")).status_code == 200  # it lives, and need not be restarted


async def test_a_check_that_hangs_fails_and_holds_up_no_other() -> None:
    outcomes = await run_checks({"a": stuck, "b": stuck, "c": fine}, seconds=0.01)
    assert outcomes == {"a": "no answer within 0.01 s", "b": "no answer within 0.01 s", "c": "ok"}


async def test_a_worker_answers_the_same_without_pages() -> None:
    registry = CollectorRegistry()
    Counter("handled", "Commands.", registry=registry).inc(3)
    app = health_app({"kafka": away}, registry=registry)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://worker.test") as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        metrics = await client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert "handled_total 3.0" in metrics.text
