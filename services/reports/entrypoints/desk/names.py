"""What the staff call things: states, priorities, clocks, outcomes, and what has happened."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from shared.contracts.reports.incidents import Clock, Disposition, Privacy, State, Way
from shared.contracts.reports.office import Certainty, Severity, UnitKind
from shared.contracts.reports.units import Status
from shared.web.i18n import gettext, gettext_noop

Say = Callable[[str], str]
"""A language's `gettext`."""


class Sign(NamedTuple):
    """How something is shown."""

    words: str
    kind: str
    """Of the badge."""
    icon: str


STATES: Mapping[State, Sign] = {
    "quarantined": Sign(gettext_noop("set aside"), "", "lock"),
    "received": Sign(gettext_noop("new"), "warn", "bell"),
    "triaged": Sign(gettext_noop("waits for a unit"), "warn", "clock"),
    "dispatched": Sign(gettext_noop("unit on its way"), "info", "arrow"),
    "on-scene": Sign(gettext_noop("unit on scene"), "info", "pin"),
    "resolved": Sign(gettext_noop("has an outcome"), "good", "check"),
    "closed": Sign(gettext_noop("closed"), "", "check"),
    "duplicate": Sign(gettext_noop("duplicate"), "", "return"),
}
STATUSES: Mapping[Status, Sign] = {
    "out-of-service": Sign(gettext_noop("out of service"), "", "cross"),
    "available": Sign(gettext_noop("free"), "good", "check"),
    "assigned": Sign(gettext_noop("sent, has not answered yet"), "warn", "bell"),
    "en-route": Sign(gettext_noop("on its way"), "info", "arrow"),
    "on-scene": Sign(gettext_noop("on scene"), "info", "pin"),
}
SEVERITIES: Mapping[Severity, str] = {
    "extreme": gettext_noop("Extreme: lives are in danger now"),
    "severe": gettext_noop("Severe: people may be hurt"),
    "moderate": gettext_noop("Moderate: property, or a quarrel"),
    "minor": gettext_noop("Minor: a nuisance"),
}
CERTAINTIES: Mapping[Certainty, str] = {
    "observed": gettext_noop("Observed: somebody sees it, or it is on camera"),
    "likely": gettext_noop("Likely: a report that fits together"),
    "possible": gettext_noop("Possible: hearsay, or much is unclear"),
    "unlikely": gettext_noop("Unlikely: something contradicts it"),
}
CLOCKS: Mapping[Clock, str] = {
    "triage": gettext_noop("First look"),
    "dispatch": gettext_noop("Send a unit"),
    "accept": gettext_noop("Unit answers"),
    "arrive": gettext_noop("Unit on scene"),
    "check-in": gettext_noop("Unit checks in"),
    "resolve": gettext_noop("Outcome"),
}
DISPOSITIONS: Mapping[Disposition, str] = {
    "settled": gettext_noop("Settled on the spot"),
    "report-taken": gettext_noop("A police report was taken"),
    "arrest": gettext_noop("Arrest"),
    "referred": gettext_noop("Referred to another agency"),
    "gone-on-arrival": gettext_noop("Nothing found on arrival"),
    "unfounded": gettext_noop("Unfounded"),
    "prank": gettext_noop("Prank"),
    "exercise": gettext_noop("Exercise"),
}
PRIVACIES: Mapping[Privacy, str] = {
    "confidential": gettext_noop("Confidential"),
    "anonymous": gettext_noop("Anonymous"),
    "open": gettext_noop("Open"),
}
WAYS: Mapping[Way, str] = {
    "web": gettext_noop("by the website"),
    "desk": gettext_noop("taken in at the desk"),
    "open311": gettext_noop("by another app (Open311)"),
}
KINDS: Mapping[UnitKind, str] = {
    "patrol": gettext_noop("Patrol"),
    "traffic": gettext_noop("Traffic"),
    "detective": gettext_noop("Detectives"),
    "rescue": gettext_noop("Rescue"),
    "community": gettext_noop("Community officer"),
}
EVENTS: Mapping[str, str] = {
    "IncidentReported": gettext_noop("Reported"),
    "IncidentTriaged": gettext_noop("Judged: priority %(about)s"),
    "IncidentQuarantined": gettext_noop("Set aside"),
    "IncidentReleased": gettext_noop("Taken back among the others"),
    "DuplicateLinked": gettext_noop("Linked as a duplicate"),
    "DuplicateUnlinked": gettext_noop("Made one of its own again"),
    "ChargeTaken": gettext_noop("Took charge"),
    "IncidentHandedOver": gettext_noop("Handed over to %(about)s"),
    "NoteAdded": gettext_noop("Note"),
    "MessageSent": gettext_noop("Message"),
    "IncidentResolved": gettext_noop("Outcome: %(about)s"),
    "IncidentClosed": gettext_noop("Closed"),
    "IncidentReopened": gettext_noop("Opened again"),
    "IncidentFollowed": gettext_noop("One more person follows it"),
    "IncidentUnfollowed": gettext_noop("One person follows it no more"),
    "IdentityRevealed": gettext_noop("Looked at who reported it"),
    "ReporterErased": gettext_noop("Forgot who reported it"),
    "DeadlineMissed": gettext_noop("Late: %(about)s"),
    "UnitDispatched": gettext_noop("%(about)s was sent"),
    "DispatchAccepted": gettext_noop("%(about)s is on its way"),
    "UnitArrived": gettext_noop("%(about)s is on scene"),
    "UnitCheckedIn": gettext_noop("%(about)s has checked in"),
    "UnitCleared": gettext_noop("%(about)s is clear"),
    "EvidenceAdded": gettext_noop("Evidence added"),
    "EvidenceDescribed": gettext_noop("Evidence described"),
    "EvidenceAccessed": gettext_noop("Evidence looked at"),
    "EvidenceErased": gettext_noop("Evidence erased"),
    "EvidenceDestroyed": gettext_noop("Evidence destroyed"),
    "HoldPlaced": gettext_noop("Evidence kept on hold"),
    "HoldReleased": gettext_noop("Hold on evidence ended"),
    "FootageRequested": gettext_noop("Camera footage asked for"),
    "FootagePromised": gettext_noop("Camera footage promised"),
    "FootageRefused": gettext_noop("Camera footage refused"),
    "FootageReceived": gettext_noop("Camera footage received"),
    "FootageOverwritten": gettext_noop("Camera footage overwritten"),
    "FootageReminderDue": gettext_noop("Camera footage must be secured soon"),
    "RequestWithdrawn": gettext_noop("Request for footage withdrawn"),
    "IncidentShared": gettext_noop("Shared with %(about)s"),
    "IncidentAcknowledged": gettext_noop("%(about)s has taken note"),
    "AgencyUnitReported": gettext_noop("%(about)s tells of a unit"),
    "AgencyMessageSent": gettext_noop("Message with %(about)s"),
}


def told(what: str, about: str, *, people: Mapping[str, str], units: Mapping[str, str]) -> str:
    """A line of the timeline, in the language of the present request."""
    words = EVENTS.get(what)
    if words is None:
        return what
    return gettext(words) % {"about": _about(what, about, people, units)}


def _about(what: str, about: str, people: Mapping[str, str], units: Mapping[str, str]) -> str:
    match what:
        case "IncidentHandedOver":
            return people.get(about, about) or gettext("a colleague")
        case "IncidentResolved":
            return gettext(DISPOSITIONS.get(about, about))  # type: ignore[call-overload]
        case "DeadlineMissed":
            clock, _, unit = about.partition("/")
            named = gettext(CLOCKS.get(clock, clock))  # type: ignore[call-overload]
            return f"{named} ({units.get(unit, unit)})" if unit else named
        case _:
            return units.get(about, about)
