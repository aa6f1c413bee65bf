"""The words of everything that can be wrong with a plan."""

from collections.abc import Mapping

from shared.web.i18n import gettext_noop
from shared.web.planning.problems import plan_problem

PLAN_PROBLEMS: Mapping[str, str] = {
    "another-office": gettext_noop("It is the plan of %(office)s, not of %(expected)s."),
    "zone-unknown": gettext_noop("There is no time zone “%(zone)s”."),
    "category-twice": gettext_noop("There are two categories with the short name %(category)s."),
    "unit-twice": gettext_noop("There are two units with the short name %(unit)s."),
    "post-twice": gettext_noop("There are two posts with the short name %(post)s."),
    "level-twice": gettext_noop("There are two promises for the priority %(level)s."),
    "question-twice": gettext_noop("%(category)s: there are two questions with the short name %(question)s."),
    "choice-twice": gettext_noop("%(category)s, %(question)s: there are two choices with the short name %(choice)s."),
    "objecting-too-short": gettext_noop(
        "Who may confirm for %(confirm_days)s days may object as long, not for %(reopen_days)s days."
    ),
    "choices-unfit": gettext_noop("%(category)s, %(question)s: choices belong to a choice, and to nothing else."),
    "sensitive-public": gettext_noop("%(category)s is sensitive and so cannot be public."),
    "unit-out": gettext_noop("The unit %(unit)s is at an incident, and this plan would drop it."),
}
"""By `PlanProblem`."""

told = plan_problem(PLAN_PROBLEMS)
"""How a plan's refusal is told."""
