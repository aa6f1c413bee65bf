"""A report's own page, for whoever has its link, and everything that can be wished there."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services.reports.context import reports_of
from services.reports.entrypoints.citizen.counted import counted
from services.reports.entrypoints.citizen.deeds import address_of, confirm_outcome, erase_reporter, reopen, write
from services.reports.entrypoints.evidence.reporter_pages import reporter_evidence
from services.reports.views.incidents import ReportView
from shared.contracts.reports.incidents import Answer
from shared.contracts.reports.office import Category
from shared.messaging.errors import Declined, Pending
from shared.web.app import web
from shared.web.ask import Key, ask, new_key
from shared.web.i18n import gettext, language
from shared.web.outcomes import see, wait
from shared.web.problems import Problem

WORDS_MOST = 4000

router = APIRouter(prefix="/reports/r/{token}", include_in_schema=False)

WordsField = Annotated[str, Form(alias="words", max_length=20_000)]


@router.get("")
async def report(request: Request, token: str, filed: str = "") -> Response:
    """A report as it stands now."""
    return await _page(request, token, filed=filed == "yes")


@router.get("/receipt.txt")
async def receipt(request: Request, token: str) -> Response:
    """Number, code and link, to be saved: without them nobody finds an anonymous report again."""
    reports = reports_of(request)
    view = await reports.incidents.reported(reports.links.read(token))
    name = view.office_name.id if language() == "id" else view.office_name.en
    code, link = reports.codes.code(view.number, view.id), address_of(request, reports.links.path(view.id))
    lines = (
        name,
        gettext("Report %(number)s") % {"number": view.number},
        gettext("Code: %(code)s") % {"code": code},
        gettext("Link: %(link)s") % {"link": link},
        "",
        gettext("Whoever has the code or the link can read this report and write in your place. Keep it to yourself."),
    )
    headers = {"Content-Disposition": f'attachment; filename="{view.number}.txt"'}
    return PlainTextResponse("\n".join(lines) + "\n", headers=headers)


@router.post("/message")
async def send_message(request: Request, token: str, key: Key, words: WordsField = "") -> Response:
    """Write to the desk."""
    return await _say(request, token, key, words, "message")


@router.post("/reopen")
async def reopen_report(request: Request, token: str, key: Key, words: WordsField = "") -> Response:
    """Say that the outcome is not right."""
    return await _say(request, token, key, words, "reopen")


@router.post("/confirm")
async def confirm(request: Request, token: str, key: Key) -> Response:
    """Say that the outcome is right."""
    return await _do(request, token, key, "confirm")


@router.post("/erase")
async def erase(request: Request, token: str, key: Key) -> Response:
    """Have nobody know any more who reported it."""
    return await _do(request, token, key, "erase")


async def _say(request: Request, token: str, key: str, words: str, deed: str) -> Response:
    words = words.replace("\r\n", "\n").strip()
    if not words or len(words) > WORDS_MOST:
        error = gettext("Please write something.") if not words else gettext("This is too long.")
        return await _page(request, token, 422, words=words, error=error, at=deed)
    try:
        await counted(request, "message")
    except Problem as problem:
        return await _page(request, token, 429, words=words, problem=problem, at=deed)
    return await _do(request, token, key, deed, words)


async def _do(request: Request, token: str, key: str, deed: str, words: str = "") -> Response:
    incident = await reports_of(request).incidents.known(reports_of(request).links.read(token))
    match deed:
        case "message":
            command = write(incident, words)
        case "reopen":
            command = reopen(incident, words)
        case "confirm":
            command = confirm_outcome(incident)
        case _:
            command = erase_reporter(incident)
    try:
        await ask(request, command, key=key)
    except Declined as declined:
        problem = web(request).problems.refusal(declined.slug, declined.details)
        return await _page(request, token, problem.status, problem=problem, words=words, at=deed)
    except Pending as pending:
        return wait(request, pending, back=f"/reports/r/{token}")
    return see(f"/reports/r/{token}")


async def _page(
    request: Request,
    token: str,
    status: int = 200,
    *,
    filed: bool = False,
    problem: Problem | None = None,
    words: str = "",
    error: str = "",
    at: str = "",
) -> Response:
    reports = reports_of(request)
    view = await reports.incidents.reported(reports.links.read(token))
    office = await reports.offices.office(view.office)
    kinds = {category.id: category for category in office.plan.categories}
    return web(request).templates.page(
        request,
        "report.html",
        status,
        headers=problem.headers if problem else None,
        report=view,
        told=reports.telling.report(view, language()),
        answers=list(told_answers(view, kinds.get(view.category))),
        office=office.plan,
        token=token,
        evidence=await reporter_evidence(request, view.id),
        code=reports.codes.code(view.number, view.id),
        link=address_of(request, reports.links.path(view.id)),
        filed=filed,
        problem=problem,
        words=words,
        error=error,
        at=at,
        new_key=new_key,
    )


def told_answers(view: ReportView, category: Category | None) -> list[tuple[str, str]]:
    """Questions and answers in the reader's language, as far as the office still asks them."""
    questions = {question.id: question for question in category.questions} if category else {}
    here = "id" if language() == "id" else "en"

    def said(answer: Answer) -> str:
        question = questions[answer.question]
        if question.kind == "yes-no":
            return gettext("Yes") if answer.value == "yes" else gettext("No")
        names: dict[str, str] = {choice.id: getattr(choice.name, here) for choice in question.choices}
        return names.get(answer.value, answer.value)

    return [
        (getattr(questions[answer.question].ask, here), said(answer))
        for answer in view.answers
        if answer.question in questions
    ]
