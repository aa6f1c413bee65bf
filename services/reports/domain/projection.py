"""What an agency may see of an incident: an allowlist by tier. What is not named here is not shared.

    view     what, how bad and how far, where to about a kilometre, since which hour
    assist   also exactly where and when, and the number to speak of it by

Invariant: a field that is added to an incident stays hidden until it is added here.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.place import CELL_DEGREES
from services.reports.domain.unit import Unit
from shared.contracts.reports.agencies import Tier
from shared.contracts.share import SharedPlace, SharedUnit

CELL_RADIUS_METRES = 790
"""From the middle of a cell to its corner, at the equator, where a cell is widest."""

Facts = Mapping[str, Any]


def project(incident: Incident, office: Office, units: Iterable[Unit], tier: Tier) -> Facts:
    """The fields of a shared message that this tier may have, and no others."""
    sources = {"incident": incident, "office": office, "units": tuple(units)}
    return {name: of(sources) for name, of in (*_VIEW.items(), *(_ASSIST.items() if tier == "assist" else ()))}


def _category(sources: Facts) -> Any:
    id, plan = sources["incident"].category, sources["office"].plan
    return next((category for category in plan.categories if category.id == id), None)


def _name(sources: Facts) -> Any:
    category = _category(sources)
    return category and category.name


def _urgency(sources: Facts) -> Any:
    category = _category(sources)
    return category and category.urgency


def _about(sources: Facts) -> SharedPlace | None:
    """The middle of the cell."""
    cell = sources["incident"].cell
    if cell is None:
        return None
    south, west = (float(part) for part in cell.split(","))
    half = CELL_DEGREES / 2
    return SharedPlace(round(south + half, 4), round(west + half, 4), CELL_RADIUS_METRES)


def _exactly(sources: Facts) -> SharedPlace | None:
    incident = sources["incident"]
    if incident.latitude is None or incident.longitude is None:
        return None
    return SharedPlace(incident.latitude, incident.longitude, 0)


def _hour(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(minute=0, second=0, microsecond=0)


def _units(sources: Facts) -> tuple[SharedUnit, ...]:
    kinds = {unit.id: unit.kind for unit in sources["office"].plan.units}
    names = ((unit, unit.id.partition(":")[2]) for unit in sources["units"])
    return tuple(SharedUnit(kinds.get(name, "patrol"), unit.status) for unit, name in names)


_VIEW: Mapping[str, Callable[[Facts], Any]] = {
    "state": lambda s: s["incident"].state,
    "category": lambda s: s["incident"].category,
    "category_name": _name,
    "urgency": _urgency,
    "severity": lambda s: s["incident"].severity,
    "certainty": lambda s: s["incident"].certainty,
    "priority": lambda s: s["incident"].priority,
    "place": _about,
    "reported_at": lambda s: _hour(s["incident"].filed_at),
    "units": _units,
}
_ASSIST: Mapping[str, Callable[[Facts], Any]] = {
    "place": _exactly,
    "reported_at": lambda s: s["incident"].filed_at,
    "number": lambda s: s["incident"].number,
}
