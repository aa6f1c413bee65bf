"""Whether a process lives, whether it can do its work, and how much it does.

`/healthz` answers as long as the event loop turns: restart what does not. `/readyz` asks each named check
whether the process can do its work now: send nothing to one that can't. These routes stand at the root of
the process, where the edge forwards nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[None]]
"""Returns when all is well, raises when not. The exception's type is all that is told."""

CHECK_SECONDS = 2.0


async def run_checks(checks: Mapping[str, Check], seconds: float = CHECK_SECONDS) -> dict[str, str]:
    """All checks at once, each within its time: name → `ok` or what is wrong."""

    async def outcome(check: Check) -> str:
        try:
            async with asyncio.timeout(seconds):
                await check()
        except TimeoutError:
            return f"no answer within {seconds:g} s"
        except Exception as error:
            return type(error).__name__  # its text may name servers or credentials
        return "ok"

    outcomes = await asyncio.gather(*(outcome(check) for check in checks.values()))
    return dict(zip(checks, outcomes, strict=True))


def health_routes(
    checks: Mapping[str, Check], *, registry: CollectorRegistry = REGISTRY, seconds: float = CHECK_SECONDS
) -> list[Route]:
    """The three routes, for an API application or `health_app`."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_NEVER_STORE)

    async def readyz(_: Request) -> Response:
        outcomes = await run_checks(checks, seconds)
        ready = all(outcome == "ok" for outcome in outcomes.values())
        body = {"status": "ready" if ready else "not ready", "checks": outcomes}
        return JSONResponse(body, 200 if ready else 503, headers=_NEVER_STORE)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST, **_NEVER_STORE})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def health_app(checks: Mapping[str, Check], *, registry: CollectorRegistry = REGISTRY) -> Starlette:
    """What a worker, which has no pages, answers beside its work."""
    return Starlette(routes=list(health_routes(checks, registry=registry)))


_NEVER_STORE = {"Cache-Control": "no-store"}
