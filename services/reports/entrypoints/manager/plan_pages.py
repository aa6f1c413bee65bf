"""The administrator's pages to the desk's configuration: see `shared/web/planning/pages.py`."""

from services.reports.context import reports_of
from services.reports.domain import errors
from services.reports.domain.office import check
from services.reports.entrypoints.manager.planning.changes import changes
from services.reports.entrypoints.manager.planning.sections import ROWS, section_of
from shared.contracts.reports.office import ConfigureOffice
from shared.web.planning.pages import Planning, plan_pages

PLANNING = Planning(
    prefix="/reports/manage/plan",
    plans=lambda request: reports_of(request).desk.plans,
    section_of=section_of,
    rows=ROWS,
    check=check,
    changes=changes,
    configure=lambda office, plan, base: ConfigureOffice(office=office, plan=plan, replaces_revision=base),
    changed_meanwhile=lambda revision: errors.PlanChangedMeanwhile(revision=revision),
)

router = plan_pages(PLANNING)
