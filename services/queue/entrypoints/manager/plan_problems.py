"""The words of everything that can be wrong with a plan."""

from collections.abc import Mapping
from datetime import time

from shared.web.formats import formats
from shared.web.i18n import gettext, gettext_noop
from shared.web.planning.problems import plan_problem

PLAN_PROBLEMS: Mapping[str, str] = {
    "another-office": gettext_noop("It is the plan of %(office)s, not of %(expected)s."),
    "zone-unknown": gettext_noop("There is no time zone “%(zone)s”."),
    "service-twice": gettext_noop("There are two services with the short name %(service)s."),
    "prefix-twice": gettext_noop("Two services number their tickets with the letter %(prefix)s."),
    "counter-twice": gettext_noop("There are two counters with the short name %(counter)s."),
    "opening-backwards": gettext_noop(
        "%(service)s, %(weekday)s, %(opens)s to %(closes)s: it must close after it opens."
    ),
    "openings-overlap": gettext_noop("%(service)s, %(weekday)s: at %(opens)s it is open already."),
    "counter-serves-nothing": gettext_noop("The counter %(counter)s serves nothing."),
    "counter-serves-unoffered": gettext_noop(
        "The counter %(counter)s serves %(service)s, which the office does not offer."
    ),
    "counter-serves-twice": gettext_noop("The counter %(counter)s names %(service)s twice."),
    "share-above-quota": gettext_noop(
        "%(service)s, “%(way)s”: %(share)s tickets a day are more than the %(quota)s that there are in all."
    ),
    "people-waiting": gettext_noop("Today people wait for %(service)s, which nobody would serve by this plan."),
    "counter-busy": gettext_noop("The counter %(counter)s is busy with %(number)s, and this plan would drop it."),
    "letter-in-use": gettext_noop(
        "Today's tickets for %(service)s have the letter %(prefix)s. Another service can have it from tomorrow on."
    ),
}
"""By `PlanProblem`."""
_WAYS = {
    "online": gettext_noop("By phone"),
    "kiosk": gettext_noop("At the machine in the lobby"),
    "counter": gettext_noop("By the staff"),
    "appointment": gettext_noop("By appointment"),
}


def _clock(moment: str | int) -> str:
    return formats().clock(time.fromisoformat(str(moment)))


told = plan_problem(
    PLAN_PROBLEMS,
    {
        "weekday": lambda number: formats().weekday(int(number)),
        "opens": _clock,
        "closes": _clock,
        "way": lambda way: gettext(_WAYS[str(way)]),
    },
)
"""How a plan's refusal is told."""
