"""Which sections an office's plan has, by their address: `about`, `hours/skck`, `counter/loket-1`, `service/new`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.queue.entrypoints.manager.planning.of_office import (
    ZONES,
    About,
    Counter,
    Holidays,
    Order,
    service_options,
)
from services.queue.entrypoints.manager.planning.of_procedure import Fees, ProcedureText
from services.queue.entrypoints.manager.planning.of_service import Appointments, Hours, Service, spans_in, the_service
from services.queue.entrypoints.manager.planning.section import Removal, Section
from shared.contracts.queue import OfficePlan
from shared.web.formats import formats
from shared.web.i18n import gettext
from shared.web.problems import problem

NEW = "new"


def section_of(plan: OfficePlan, kind: str, of: str | None) -> Section:
    """The section of an address. Raises 404."""
    found = _of_office(plan, kind) if of is None else _of_part(plan, kind, of)
    if found is None:
        raise problem(404)
    return found


def _of_office(plan: OfficePlan, kind: str) -> Section | None:
    if kind == "about":
        return About(gettext("Name and address"), tuple(dict.fromkeys((plan.time_zone, *ZONES))))
    if kind == "order":
        return Order(gettext("Order of calls"))
    if kind == "holidays":
        return Holidays(gettext("Holidays"))
    return None


def _of_part(plan: OfficePlan, kind: str, of: str) -> Section | None:
    if kind == "service" and of == NEW:
        return Service(gettext("New service"), None)
    if kind == "counter" and of == NEW:
        return Counter(gettext("New counter"), None, service_options(plan))
    if kind in ("counter", "remove-counter"):
        return _of_counter(plan, kind, of)
    if of not in {service.id for service in plan.services}:
        return None
    return _of_service(plan, kind, of)


def _of_counter(plan: OfficePlan, kind: str, of: str) -> Section | None:
    counter = next((counter for counter in plan.counters if counter.id == of), None)
    if counter is None:
        return None
    name = formats().local(counter.name)
    if kind == "counter":
        return Counter(name, of, service_options(plan))
    rest = tuple(other for other in plan.counters if other.id != of)
    return Removal(gettext("Remove %(name)s") % {"name": name}, replace(plan, counters=rest))


def _of_service(plan: OfficePlan, kind: str, of: str) -> Section | None:
    service = the_service(plan, of)
    name = formats().local(service.name)
    if kind == "remove-service":
        rest = tuple(other for other in plan.services if other.id != of)
        left = (replace(c, services=tuple(s for s in c.services if s != of)) for c in plan.counters)
        kept = replace(plan, services=rest, counters=tuple(counter for counter in left if counter.services))
        return Removal(gettext("Remove %(name)s") % {"name": name}, kept)
    made: Mapping[str, Callable[[], Section]] = {
        "service": lambda: Service(name, of),
        "hours": lambda: Hours(gettext("%(name)s: hours") % {"name": name}, of, spans_in(service)),
        "appointments": lambda: Appointments(gettext("%(name)s: appointments") % {"name": name}, of),
        "procedure": lambda: ProcedureText(gettext("%(name)s: procedure") % {"name": name}, of),
        "fees": lambda: Fees(gettext("%(name)s: fees") % {"name": name}, of),
    }
    return made[kind]() if kind in made else None
