"""What changes from one plan to another, in words: only what is different, each with how it was and how it will be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from shared.contracts.fields import Text
from shared.contracts.reports.office import OfficePlan
from shared.web.formats import formats
from shared.web.i18n import gettext, gettext_noop

_LABELS: Mapping[str, str] = {
    "name": gettext_noop("Name"),
    "address": gettext_noop("Address"),
    "hint": gettext_noop("What belongs to it"),
    "time_zone": gettext_noop("Time zone"),
    "latitude": gettext_noop("Latitude"),
    "longitude": gettext_noop("Longitude"),
    "emergency_number": gettext_noop("Emergency number"),
    "emergency_words": gettext_noop("Emergency words"),
    "urgency": gettext_noop("Urgency"),
    "severity": gettext_noop("Severity"),
    "emergency": gettext_noop("Emergency"),
    "sensitive": gettext_noop("Sensitive"),
    "public": gettext_noop("On the public map"),
    "public_after_hours": gettext_noop("Hours after its end until it is on the public map"),
    "sends": gettext_noop("Units of these kinds are offered first"),
    "questions": gettext_noop("Questions"),
    "kind": gettext_noop("Kind"),
    "phone": gettext_noop("Telephone"),
    "triage_minutes": gettext_noop("Minutes until the desk has looked"),
    "dispatch_minutes": gettext_noop("Minutes from then until a unit is sent"),
    "arrive_minutes": gettext_noop("Minutes from then until one is on scene"),
    "resolve_minutes": gettext_noop("Minutes until there is an outcome"),
    "accept_minutes": gettext_noop("Minutes until a unit answers"),
    "check_in_minutes": gettext_noop("Minutes between two check-ins on scene"),
    "confirm_days": gettext_noop("Days for the reporter to confirm"),
    "reopen_days": gettext_noop("Days for the reporter to open it again"),
    "reopen_times": gettext_noop("How often the reporter can"),
}
_PARTS: Mapping[str, str] = {
    "categories": gettext_noop("Kind"),
    "units": gettext_noop("Unit"),
    "posts": gettext_noop("Post"),
    "levels": gettext_noop("Priority %(n)s"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    subject: str
    """What it belongs to: the office, a kind, a unit."""
    what: str
    before: str
    """Empty for what is new."""
    after: str
    """Empty for what goes."""


def changes(before: OfficePlan, after: OfficePlan) -> list[Change]:
    """Every difference, the office's first."""
    found = list(_different(gettext("Office"), before, after, without=("id", *_PARTS)))
    for part in _PARTS:
        found += _of_part(part, getattr(before, part), getattr(after, part))
    return found


def _of_part(part: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    key = "priority" if part == "levels" else "id"
    was, now = ({getattr(one, key): one for one in some} for some in (before, after))
    for id in {**was, **now}:
        there = now.get(id) or was[id]
        words = gettext(_PARTS[part])
        subject = words % {"n": id} if part == "levels" else formats().local(there.name)
        if part == "levels" or (id in was and id in now):
            empty = type(there)(id) if part == "levels" else None
            yield from _different(subject, was.get(id, empty), now.get(id, empty), without=("id", "priority"))
        elif id in now:
            yield Change(subject, words, "", gettext("is new"))
        else:
            yield Change(subject, words, gettext("was there"), "")
    kept_was, kept_now = [id for id in was if id in now], [id for id in now if id in was]
    if kept_was != kept_now:
        order = gettext("Order")
        yield Change(gettext("Office"), order, ", ".join(map(str, kept_was)), ", ".join(map(str, kept_now)))


def _different(subject: str, before: Any, after: Any, *, without: tuple[str, ...]) -> Iterator[Change]:
    for field in fields(after):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was != now and field.name not in without:
            yield Change(subject, gettext(_LABELS.get(field.name, field.name)), _words(was), _words(now))


def _words(value: Any) -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case Text():
            return f"{value.id} / {value.en}" if value.en and value.en != value.id else value.id
        case tuple():
            return "; ".join(_words(one) for one in value)
        case _ if is_dataclass(value):
            return " ".join(filter(None, (_words(getattr(value, f.name)) for f in fields(value))))
        case _:
            return str(value)
