"""A shared incident as a CAP 1.2 alert (OASIS), and an agency's incidents as an Atom feed of such alerts.

    shared → Alert      updated → Update      ended → Cancel

An update and a cancellation refer to all that was said since the incident was shared. Identifiers follow from what
they tell of, so that the same state is the same alert whenever it is asked for. A drill is `Exercise`, and says so in
its words too. The scope is `Restricted`: what is shared is passed on to nobody.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal
from xml.etree import ElementTree as ET  # we only write

from services.reports.bridges.cap_categories import cap_category
from services.reports.bridges.shared import Change, Standing
from shared.contracts.share import IncidentState

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"
ATOM_TYPE = "application/atom+xml"

_KINDS: Mapping[str, str] = {"shared": "Alert", "updated": "Update", "ended": "Cancel"}
_LANGUAGES: tuple[tuple[str, Literal["id", "en"]], ...] = (("id-ID", "id"), ("en-GB", "en"))
_DRILL = {"id": "LATIHAN: ", "en": "EXERCISE: "}
_STATES = {
    "received": {"id": "diterima", "en": "received"},
    "triaged": {"id": "dinilai", "en": "assessed"},
    "dispatched": {"id": "unit dikirim", "en": "units sent"},
    "on-scene": {"id": "unit di lokasi", "en": "units on scene"},
    "resolved": {"id": "ditangani", "en": "resolved"},
    "closed": {"id": "ditutup", "en": "closed"},
}
_WHERE = {
    "about": {"id": "Dalam radius %s m", "en": "Within %s m"},
    "exact": {"id": "Lokasi kejadian", "en": "The place of the incident"},
}
_UNNAMED = {"id": "Kejadian", "en": "Incident"}


def sender(office: str) -> str:
    """Who speaks."""
    return f"urn:kentongan:office:{office}"


def alert(standing: Standing) -> bytes:
    """How it stands, as one alert."""
    return _written(_alert(standing))


def feed(standings: Sequence[Standing], office: str, agency: str, here: str, *, older: str | None = None) -> bytes:
    """Incidents, the latest first. `here` is the feed's own address; `older` that of its next page."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    _atom(root, "id", f"urn:kentongan:feed:{office}:{agency}")
    _atom(root, "title", f"Kentongan: {office} → {agency}")
    _atom(root, "updated", _utc(max((standing.at for standing in standings), default=_EPOCH)))
    author = _atom(root, "author", "")
    _atom(author, "name", office)
    _atom(author, "uri", sender(office))
    _link(root, here, "self", ATOM_TYPE)
    if older is not None:
        _link(root, older, "next", ATOM_TYPE)
    base = here.partition("?")[0].removesuffix("/cap")
    for standing in standings:
        _entry(root, standing, f"{base}/incidents/{standing.state.incident}/cap")
    return _written(root)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _entry(root: ET.Element, standing: Standing, address: str) -> None:
    state, chain = standing.state, _chain(standing)
    entry = _atom(root, "entry", "")
    _atom(entry, "id", f"urn:kentongan:share:{state.agency}:{state.incident}")
    _atom(entry, "title", f"{_KINDS[state.change]}: {_headline(state, 'id')}")
    _atom(entry, "updated", _utc(standing.at))
    _atom(entry, "published", _utc(chain[0].at if chain else standing.at))
    _link(entry, address, "alternate", CAP_TYPE)
    content = _atom(entry, "content", "")
    content.set("type", CAP_TYPE)
    content.append(_alert(standing))


def _alert(standing: Standing) -> ET.Element:
    state = standing.state
    root = ET.Element(f"{{{CAP}}}alert")
    references = " ".join(_reference(state, change) for change in _chain(standing))
    told = {
        "identifier": _identifier(state, state.sequence),
        "sender": sender(state.office),
        "sent": _sent(standing.at),
        "status": "Exercise" if state.exercise else "Actual",
        "msgType": _KINDS[state.change],
        "scope": "Restricted",
        "restriction": f"{state.purpose} ({state.agency})",
        "note": _note(state),
        "references": references,
    }
    for name, text in told.items():
        if text:
            _cap(root, name, text)
    if state.change != "ended":
        for code, half in _LANGUAGES:
            _info(root, state, code, half)
    return root


def _info(root: ET.Element, state: IncidentState, code: str, half: Literal["id", "en"]) -> None:
    info = _cap(root, "info", "")
    told = {
        "language": code,
        "category": cap_category(state.category),
        "event": _name(state, half),
        "urgency": state.urgency.title() if state.urgency else "Unknown",
        "severity": state.severity.title() if state.severity else "Unknown",
        "certainty": state.certainty.title() if state.certainty else "Unknown",
        "senderName": state.office,
        "headline": _headline(state, half),
    }
    for name, text in told.items():
        _cap(info, name, text)
    for name, value in _parameters(state):
        parameter = _cap(info, "parameter", "")
        _cap(parameter, "valueName", f"kentongan:{name}")
        _cap(parameter, "value", value)
    if state.place is not None:
        area, radius = _cap(info, "area", ""), state.place.radius_metres
        _cap(area, "areaDesc", _WHERE["about"][half] % radius if radius else _WHERE["exact"][half])
        _cap(area, "circle", f"{state.place.latitude},{state.place.longitude} {radius / 1000:g}")


def _parameters(state: IncidentState) -> Iterable[tuple[str, str]]:
    told = {
        "state": state.state,
        "priority": state.priority,
        "rule": state.rule,
        "tier": state.tier,
        "number": state.number,
        "reported": state.reported_at and _sent(state.reported_at),
    }
    return [(name, str(value)) for name, value in told.items() if value is not None]


def _name(state: IncidentState, half: Literal["id", "en"]) -> str:
    name = state.category_name
    told = (name.id if half == "id" else name.en) if name is not None else ""
    return told or (name.id if name is not None else "") or _UNNAMED[half]


def _headline(state: IncidentState, half: Literal["id", "en"]) -> str:
    drill = _DRILL[half] if state.exercise else ""
    if state.state is None:
        return f"{drill}{_UNNAMED[half]}"
    return f"{drill}{_name(state, half)}, {_STATES[state.state][half]}"


def _note(state: IncidentState) -> str:
    """Needed of an exercise and of a cancellation."""
    drill = "Latihan, tidak ada bahaya. Exercise, nobody is in danger." if state.exercise else ""
    return " ".join(part for part in (drill, f"kentongan:ended:{state.ended}" if state.ended else "") if part)


def _chain(standing: Standing) -> list[Change]:
    """What was said before of this sharing: from the last time that it was shared anew."""
    earlier = [change for change in standing.changes if change.sequence < standing.state.sequence]
    if standing.state.change == "shared":
        return []
    anew = max((nth for nth, change in enumerate(earlier) if change.change == "shared"), default=0)
    return earlier[anew:]


def _identifier(state: IncidentState, sequence: int) -> str:
    return f"urn:kentongan:share:{state.agency}:{state.incident}:{sequence}"


def _reference(state: IncidentState, change: Change) -> str:
    return f"{sender(state.office)},{_identifier(state, change.sequence)},{_sent(change.at)}"


def _sent(moment: datetime) -> str:
    """As CAP wants it: whole seconds, and an offset in digits, `-00:00` for UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cap(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{CAP}}}{name}")
    child.text = _clean(text) or None
    return child


def _atom(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = _clean(text) or None
    return child


def _link(parent: ET.Element, address: str, rel: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": address, "type": kind})


def _clean(text: str) -> str:
    """Without the characters that XML cannot carry, not even escaped."""
    return "".join(char for char in text if char in "\t\n\r" or " " <= char < "\ud800" or "\ue000" <= char < "\ufffe")


def _written(root: ET.Element) -> bytes:
    ET.register_namespace("cap", CAP)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
