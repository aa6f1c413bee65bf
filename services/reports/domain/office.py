"""Office: what can be reported to its desk, and how it works.

Invariant: its plan is always one that a desk can work by (`check`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.reports.domain import errors
from shared.contracts.reports.incidents import Answer
from shared.contracts.reports.office import Category, OfficeConfigured, OfficePlan, Question, ServiceLevel, UnitPlan


@dataclass(slots=True)
class Office:
    """An office's desk, by its plan."""

    id: str
    plan: OfficePlan
    revision: int = 0
    """Counts the plans that took effect."""
    version: int = 0

    def configure(self, to: OfficePlan, *, replaces: int | None = None) -> OfficeConfigured:
        """Work by another plan from now on. Raises `PlanChangedMeanwhile` and `PlanInvalid`."""
        if to.id != self.id:
            raise errors.PlanInvalid("another-office", office=to.id, expected=self.id)
        if replaces is not None and replaces != self.revision:
            raise errors.PlanChangedMeanwhile(revision=self.revision)
        check(to)
        self.plan = to
        self.revision += 1
        return OfficeConfigured(office=self.id, plan=to, revision=self.revision)

    def category(self, id: str) -> Category:
        """A category that can be reported. Raises `CategoryUnknown`."""
        for category in self.plan.categories:
            if category.id == id:
                return category
        raise errors.CategoryUnknown

    def is_sensitive(self, id: str) -> bool:
        """Whether incidents of a category concern their reporters alone. One that was given up may have been so."""
        return all(category.sensitive for category in self.plan.categories if category.id == id)

    def unit(self, id: str) -> UnitPlan:
        """A unit that can be sent. Raises `UnitUnknown`."""
        for unit in self.plan.units:
            if unit.id == id:
                return unit
        raise errors.UnitUnknown

    def local(self, moment: datetime) -> datetime:
        """A moment in the office's own time."""
        return moment.astimezone(ZoneInfo(self.plan.time_zone))

    def level(self, priority: int) -> ServiceLevel:
        """What is promised for a priority."""
        for level in self.plan.levels:
            if level.priority == priority:
                return level
        return ServiceLevel(priority)


def check(plan: OfficePlan) -> None:
    """Raises `PlanInvalid` for a plan that no desk can work by."""
    try:
        ZoneInfo(plan.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise errors.PlanInvalid("zone-unknown", zone=plan.time_zone) from None
    _once("category-twice", "category", (category.id for category in plan.categories))
    _once("unit-twice", "unit", (unit.id for unit in plan.units))
    _once("post-twice", "post", (post.id for post in plan.posts))
    _once("level-twice", "level", (str(level.priority) for level in plan.levels))
    if plan.reopen_days < plan.confirm_days:
        raise errors.PlanInvalid("objecting-too-short", confirm_days=plan.confirm_days, reopen_days=plan.reopen_days)
    for category in plan.categories:
        ids = (question.id for question in category.questions)
        _once("question-twice", "question", ids, category=category.id)
        for question in category.questions:
            about = {"category": category.id, "question": question.id}
            _once("choice-twice", "choice", (choice.id for choice in question.choices), **about)
            if (question.kind == "choice") != bool(question.choices):
                raise errors.PlanInvalid("choices-unfit", **about)
        if category.sensitive and category.public:
            raise errors.PlanInvalid("sensitive-public", category=category.id)


def check_answers(category: Category, answers: Iterable[Answer]) -> None:
    """Raises `AnswerInvalid` where an answer fits no question or comes twice, or a required one is missing."""
    questions = {question.id: question for question in category.questions}
    given = set()
    for answer in answers:
        question = questions.get(answer.question)
        if question is None or answer.question in given or not _fits(question, answer.value):
            raise errors.AnswerInvalid(question=answer.question if answer.question in questions else "?")
        given.add(answer.question)
    for question in category.questions:
        if question.required and question.id not in given:
            raise errors.AnswerInvalid(question=question.id)


def _fits(question: Question, value: str) -> bool:
    match question.kind:
        case "choice":
            return any(choice.id == value for choice in question.choices)
        case "yes-no":
            return value in ("yes", "no")
        case "number":
            return value.isascii() and value.isdigit() and len(value) <= 6
        case "text":
            return True


def _once(problem: errors.PlanProblem, what: str, ids: Iterable[str], **about: str) -> None:
    for id, times in Counter(ids).items():
        if times > 1:
            raise errors.PlanInvalid(problem, **{what: id}, **about)
