"""The administrator's pages to the office's configuration: see `shared/web/planning/pages.py`."""

from services.queue.context import queue_of
from services.queue.domain import errors
from services.queue.domain import plan as rules
from services.queue.entrypoints.manager.planning.changes import changes
from services.queue.entrypoints.manager.planning.section import Section
from services.queue.entrypoints.manager.planning.sections import section_of
from shared.contracts.queue import ConfigureOffice, OfficePlan, ServicePlan
from shared.web.planning.pages import Planning, plan_pages

PLAN = "/queue/manage/plan"


def _shown(plan: OfficePlan, section: Section) -> ServicePlan | None:
    return next((service for service in plan.services if service.id == section.service), None)


PLANNING = Planning(
    prefix=PLAN,
    plans=lambda request: queue_of(request).plans,
    section_of=section_of,
    rows=("holidays", "fees"),
    check=rules.check,
    changes=changes,
    configure=lambda office, plan, base: ConfigureOffice(office=office, plan=plan, replaces_revision=base),
    changed_meanwhile=lambda revision: errors.PlanChangedMeanwhile(revision=revision),
    shown=_shown,  # type: ignore[arg-type]  # its sections are all of the queue's own kind
)

router = plan_pages(PLANNING)
