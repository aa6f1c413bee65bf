"""An appointment as a file for calendars (RFC 5545), in the language of the page it was asked from."""

from datetime import UTC

from icalendar import Calendar, Event, vUri

from services.queue.views.citizen_shown import AppointmentView
from shared.web.formats import formats
from shared.web.i18n import gettext

MEDIA_TYPE = "text/calendar"


def calendar_file(view: AppointmentView, address: str) -> bytes:
    """Always of the same UID, so that a calendar replaces what it has; `address` is the holder's page."""
    local = formats().local
    event = Event()
    event.add("uid", f"{view.id}@appointments.queue.kentongan")
    event.add("sequence", view.sequence)
    event.add("dtstamp", view.changed_at.astimezone(UTC))
    event.add("dtstart", view.begins.astimezone(UTC))
    event.add("dtend", view.ends.astimezone(UTC))
    event.add("status", "CANCELLED" if view.state == "cancelled" else "CONFIRMED" if view.stands else "TENTATIVE")
    event.add("summary", f"{local(view.service_name)} · {local(view.office_name)}")
    event.add("location", f"{local(view.office_name)}, {local(view.address)}")
    event.add("description", _description(view, address))
    event.add("url", vUri(address))
    calendar = Calendar()
    calendar.add("prodid", "-//Kentongan//queue//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if view.state == "cancelled" else "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _description(view: AppointmentView, address: str) -> str:
    lines = [gettext("Check in on this page when you are at the office: %(address)s") % {"address": address}]
    if view.requirements:
        lines.append(gettext("What to bring") + ":")
        lines += [f"- {formats().local(requirement)}" for requirement in view.requirements]
    return "\n".join(lines)
