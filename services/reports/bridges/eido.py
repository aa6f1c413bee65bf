"""A shared incident in the shape of an EIDO, the Emergency Incident Data Object of NENA-STA-021, as JSON.

The names are the standard's, as far as what an agency may see has something to say by them; registries that it points
to are North America's, so the texts of types and states are ours. There are no callers, persons or notes in it: an
agency is not told of any.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.reports.bridges.shared import Standing
from shared.contracts.share import IncidentState

MEDIA_TYPE = "application/json"
_STATES: Mapping[str | None, str] = {
    "received": "Received",
    "triaged": "Assessed",
    "dispatched": "Dispatched",
    "on-scene": "On Scene",
    "resolved": "Resolved",
    "closed": "Closed",
    None: "Closed",
}


def eido(standing: Standing) -> dict[str, Any]:
    """How it stands."""
    state, at = standing.state, standing.at.isoformat()
    agency = f"agency-{state.office}"
    document: dict[str, Any] = {
        "$id": f"urn:kentongan:share:{state.agency}:{state.incident}:{state.sequence}",
        "eidoMessageIdentifier": f"urn:kentongan:share:{state.agency}:{state.incident}:{state.sequence}",
        "sendingSystemIdentifier": f"urn:kentongan:office:{state.office}",
        "lastUpdateTimeStamp": at,
        "messageKind": "Exercise" if state.exercise else "Report",
        "incidentComponent": [_incident(state, at, agency)],
        "agencyComponent": [{"$id": agency, "agencyIdentifier": state.office, "lastUpdateTimeStamp": at}],
    }
    if state.place is not None:
        document["locationComponent"] = [_location(state, at, agency)]
    if state.units:
        document["emergencyResourceComponent"] = list(_resources(state, at, agency))
    return document


def _incident(state: IncidentState, at: str, agency: str) -> dict[str, Any]:
    told = {
        "$id": f"incident-{state.incident}",
        "componentIdentifier": f"incident-{state.incident}",
        "incidentTrackingIdentifier": state.number or state.incident,
        "lastUpdateTimeStamp": at,
        "incidentTypeInternalText": state.category_name and state.category_name.id,
        "incidentTypeCommonRegistryText": state.category_name and state.category_name.en,
        "incidentStatusCommonRegistryText": _STATES[state.state],
        "incidentStatusInternalText": state.ended or state.state,
        "incidentPriorityInternalText": state.priority and str(state.priority),
        "incidentSeverityInternalText": state.severity,
        "incidentCreationTimeStamp": state.reported_at and state.reported_at.isoformat(),
        "locationReference": {"$ref": f"location-{state.incident}"} if state.place else None,
        "updatedByAgencyReference": {"$ref": agency},
    }
    return {name: value for name, value in told.items() if value is not None}


def _location(state: IncidentState, at: str, agency: str) -> dict[str, Any]:
    """The standard holds places as PIDF-LO; a circle of it, in the GML that PIDF-LO takes."""
    assert state.place is not None
    where = f"{state.place.latitude} {state.place.longitude}"
    shape = (
        f'<gs:Circle xmlns:gs="http://www.opengis.net/pidflo/1.0" xmlns:gml="http://www.opengis.net/gml" '
        f'srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{where}</gml:pos>'
        f'<gs:radius uom="urn:ogc:def:uom:EPSG::9001">{state.place.radius_metres}</gs:radius></gs:Circle>'
    )
    return {
        "$id": f"location-{state.incident}",
        "componentIdentifier": f"location-{state.incident}",
        "lastUpdateTimeStamp": at,
        "locationTypeDescriptionRegistryText": "Incident",
        "locationByValue": shape,
        "updatedByAgencyReference": {"$ref": agency},
    }


def _resources(state: IncidentState, at: str, agency: str) -> Iterable[dict[str, Any]]:
    for nth, unit in enumerate(state.units, 1):
        yield {
            "$id": f"resource-{nth}",
            "componentIdentifier": f"resource-{nth}",
            "lastUpdateTimeStamp": at,
            "emergencyResourceTypeInternalText": unit.kind,
            "primaryUnitStatusInternalText": unit.status,
            "updatedByAgencyReference": {"$ref": agency},
        }
