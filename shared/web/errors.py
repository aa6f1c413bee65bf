"""The last stop of every error: shown as a page to a person, as JSON to a program, and logged where it is ours.

A command that takes longer is no error at the API, whichever address asked for it: 202 tells where its outcome will be.
A page says by itself where it waits, by `outcomes.wait`.

Invariant: whatever is raised, before a response has begun, is answered with a problem; nothing reaches the
server, whose own answer would have neither our headers nor our words.
"""

from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.log import get_logger
from shared.messaging.errors import Pending, Transient
from shared.web.context import request_id, route_of
from shared.web.csrf import SAFE_METHODS
from shared.web.problems import Problem, ProblemResponse, Problems
from shared.web.templates import Templates

log = get_logger(__name__)


class Errors:
    """Answers exceptions for one service."""

    def __init__(
        self,
        problems: Problems,
        templates: Templates,
        *,
        api_prefix: str | tuple[str, ...],
        api: str,
        outcome: type[BaseModel],
    ) -> None:
        self._problems = problems
        self._templates = templates
        self._api_prefix = api_prefix
        self._api = api
        self._outcome = outcome

    async def answer(self, request: Request, error: Exception) -> Response:
        """The response to an exception."""
        if isinstance(error, Pending) and request.scope["path"].startswith(f"{self._api}/"):
            return self._later(error)
        problem = self._problems.of(error, content_type=request.headers.get("content-type", ""))
        if problem.status == 500:
            log.error("request failed", method=request.method, route=route_of(request.scope), exc_info=error)
        elif isinstance(error, Transient):
            log.warning("request could not be served now", method=request.method, reason=str(error))
        return self.show(request, problem)

    def show(self, request: Request, problem: Problem) -> Response:
        """A problem as a page where a person asked, else as JSON."""
        if _is_person(request, self._api_prefix):
            return self._templates.page(
                request,
                "error.html",
                problem.status,
                headers=problem.headers,
                problem=problem,
                address=request.scope["path"] if request.method in SAFE_METHODS else "",
                request_id=request_id(),
            )
        return ProblemResponse(problem, request_id())

    def _later(self, pending: Pending) -> Response:
        """202: the command is safe, its outcome is still to come."""
        outcome = self._outcome.model_validate({"id": pending.command_id, "status": "pending"})
        headers = {"Location": f"{self._api}/commands/{pending.command_id}", "Retry-After": "1"}
        return JSONResponse(outcome.model_dump(mode="json"), 202, headers)

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Wraps the application so that nothing escapes it."""
        return _ErrorsMiddleware(app, self)


class _ErrorsMiddleware:
    def __init__(self, app: ASGIApp, errors: Errors) -> None:
        self._app = app
        self._errors = errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_and_notice(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_notice)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as error:
            if begun:
                raise  # half an answer is out: the server must cut the connection, not complete it
            response = await self._errors.answer(Request(scope, receive), error)
            await response(scope, receive, send)


def _is_person(request: Request, api_prefix: str | tuple[str, ...]) -> bool:
    if request.scope["path"].startswith(api_prefix):
        return False
    return "text/html" in Headers(scope=request.scope).get("accept", "")
