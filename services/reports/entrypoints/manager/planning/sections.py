"""Which sections a desk's plan has, by address: `levels`, `units`, `kind/theft`, `questions/theft`, `kind/new`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.reports.entrypoints.manager.planning.of_category import Kind, Questions, the_category
from services.reports.entrypoints.manager.planning.of_desk import ZONES, About, EmergencyWords, Levels, Posts, Units
from shared.contracts.reports.office import OfficePlan
from shared.web.formats import formats
from shared.web.i18n import gettext
from shared.web.planning.section import PlanRemoval, PlanSection
from shared.web.problems import problem

NEW = "new"
ROWS = ("units", "posts", "questions")
"""Those whose lists can be made longer."""

Section = PlanSection[OfficePlan]


def section_of(plan: OfficePlan, kind: str, of: str | None) -> Section:
    """The section of an address. Raises 404."""
    found = _of_desk(plan, kind) if of is None else _of_category(plan, kind, of)
    if found is None:
        raise problem(404)
    return found


def _of_desk(plan: OfficePlan, kind: str) -> Section | None:
    made: Mapping[str, Callable[[], Section]] = {
        "about": lambda: About(gettext("Name and place"), tuple(dict.fromkeys((plan.time_zone, *ZONES)))),
        "levels": lambda: Levels(gettext("What is promised")),
        "units": lambda: Units(gettext("Units")),
        "posts": lambda: Posts(gettext("Posts")),
        "words": lambda: EmergencyWords(gettext("Emergency words")),
    }
    return made[kind]() if kind in made else None


def _of_category(plan: OfficePlan, kind: str, of: str) -> Section | None:
    if (kind, of) == ("kind", NEW):
        return Kind(gettext("New kind"), None)
    if of not in {category.id for category in plan.categories}:
        return None
    name = formats().local(the_category(plan, of).name)
    if kind == "kind":
        return Kind(name, of)
    if kind == "questions":
        return Questions(gettext("%(name)s: questions") % {"name": name}, of)
    if kind == "remove-kind":
        rest = tuple(category for category in plan.categories if category.id != of)
        return PlanRemoval(gettext("Remove %(name)s") % {"name": name}, replace(plan, categories=rest))
    return None
