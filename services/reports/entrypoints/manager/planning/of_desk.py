"""Sections of the desk as a whole: what it is called, what is promised, which units and posts there are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from services.reports.entrypoints.desk.names import KINDS
from shared.contracts.fields import Text
from shared.contracts.reports.office import OfficePlan, Post, ServiceLevel, UnitKind, UnitPlan
from shared.web import phone
from shared.web.i18n import gettext
from shared.web.planning.fields import Field, Group, Reader, Written
from shared.web.planning.section import rows_in

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
MINUTES_MOST = 60 * 24 * 60
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
S = TypeVar("S", bound=str)
LEVELS = ("triage", "dispatch", "arrive", "resolve")


@dataclass(frozen=True, slots=True)
class About:
    """What the office is called, and where it is."""

    title: str
    zones: tuple[str, ...] = ZONES

    def written(self, plan: OfficePlan) -> Written:
        """As it is."""
        return {
            **both("name", plan.name),
            **both("address", plan.address),
            "time_zone": [plan.time_zone],
            "latitude": [str(plan.latitude)],
            "longitude": [str(plan.longitude)],
            "emergency_number": [plan.emergency_number],
        }

    def groups(self, written: Written, more: int) -> list[Group]:
        """The fields."""
        return [
            Group(gettext("Name"), both_fields("name", gettext("Name"))),
            Group(gettext("Address"), both_fields("address", gettext("Address"))),
            Group(
                gettext("Where the map begins"),
                (
                    Field("latitude", gettext("Latitude"), "number", step="any", least=-90, most=90),
                    Field("longitude", gettext("Longitude"), "number", step="any", least=-180, most=180),
                ),
                compact=True,
            ),
            Group(
                gettext("Time and telephone"),
                (
                    Field("time_zone", gettext("Time zone"), "select", options=tuple((z, z) for z in self.zones)),
                    Field("emergency_number", gettext("Emergency number")),
                ),
                compact=True,
            ),
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        """With what was written. Raises `Wrong`."""
        read = Reader(written)
        number = read.text("emergency_number", most=5)
        if number and not (number.isascii() and number.isdigit() and len(number) >= 3):
            read.errors["emergency_number"] = gettext("Three to five digits, such as 110.")
        zone = read.chosen("time_zone", self.zones) or (plan.time_zone,)
        changed = replace(
            plan,
            name=read.both("name"),
            address=read.both("address"),
            time_zone=zone[0],
            latitude=read.decimal("latitude", -90, 90),
            longitude=read.decimal("longitude", -180, 180),
            emergency_number=number,
        )
        read.done()
        return changed


@dataclass(frozen=True, slots=True)
class Levels:
    """How quickly incidents are dealt with."""

    title: str

    def written(self, plan: OfficePlan) -> Written:
        """As it is."""
        levels = {level.priority: level for level in plan.levels}
        told: dict[str, list[str]] = {}
        for priority in (1, 2, 3, 4):
            for name in LEVELS:
                minutes = getattr(levels.get(priority), f"{name}_minutes", None)
                told[f"{name}.{priority}"] = ["" if minutes is None else str(minutes)]
        for name in ("accept_minutes", "check_in_minutes", "confirm_days", "reopen_days", "reopen_times"):
            told[name] = [str(getattr(plan, name))]
        return told

    def groups(self, written: Written, more: int) -> list[Group]:
        """The fields."""
        words = {
            "triage": gettext("Minutes until the desk has looked"),
            "dispatch": gettext("Minutes from then until a unit is sent"),
            "arrive": gettext("Minutes from then until one is on scene"),
            "resolve": gettext("Minutes until there is an outcome"),
        }
        none = gettext("Leave empty what is not promised.")
        groups = [
            Group(
                gettext("Priority %(n)s") % {"n": priority},
                tuple(Field(f"{name}.{priority}", words[name], "number", optional=True, least=1) for name in LEVELS),
                none if priority == 1 else "",
                compact=True,
            )
            for priority in (1, 2, 3, 4)
        ]
        units = (
            Field("accept_minutes", gettext("Minutes until a unit answers"), "number", least=1),
            Field("check_in_minutes", gettext("Minutes between two check-ins on scene"), "number", least=1),
        )
        after = (
            Field("confirm_days", gettext("Days for the reporter to confirm"), "number", least=1, most=90),
            Field("reopen_days", gettext("Days for the reporter to open it again"), "number", least=1, most=365),
            Field("reopen_times", gettext("How often the reporter can"), "number", least=0, most=10),
        )
        return [
            *groups,
            Group(gettext("Units"), units, compact=True),
            Group(gettext("After the outcome"), after, compact=True),
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        """With what was written. Raises `Wrong`."""
        read = Reader(written)
        levels = tuple(
            ServiceLevel(priority, *(read.maybe_number(f"{name}.{priority}", 1, MINUTES_MOST) for name in LEVELS))
            for priority in (1, 2, 3, 4)
        )
        changed = replace(
            plan,
            levels=levels,
            accept_minutes=read.number("accept_minutes", 1, MINUTES_MOST),
            check_in_minutes=read.number("check_in_minutes", 1, MINUTES_MOST),
            confirm_days=read.number("confirm_days", 1, 90),
            reopen_days=read.number("reopen_days", 1, 365),
            reopen_times=read.number("reopen_times", 0, 10),
        )
        read.done()
        return changed


@dataclass(frozen=True, slots=True)
class Units:
    """Who can be sent. A row without a short name is none."""

    title: str

    def written(self, plan: OfficePlan) -> Written:
        """As it is."""
        told: dict[str, Sequence[str]] = {}
        for n, unit in enumerate(plan.units):
            told |= {f"id.{n}": [unit.id], f"kind.{n}": [unit.kind], **both(f"name.{n}", unit.name)}
        return told

    def groups(self, written: Written, more: int) -> list[Group]:
        """A row a unit."""
        kinds = tuple((kind, gettext(words)) for kind, words in KINDS.items())
        hint = gettext("Lower-case letters, digits and hyphens, such as patroli-1. Empty: no unit.")
        return [
            Group(
                gettext("Unit %(n)s") % {"n": n + 1},
                (
                    Field(f"id.{n}", gettext("Short name"), optional=True),
                    *both_fields(f"name.{n}", gettext("Name"), optional=True),
                    Field(f"kind.{n}", gettext("Kind"), "select", options=kinds),
                ),
                hint if n == 0 else "",
                compact=True,
            )
            for n in range(rows_in(written, "id") + more)
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        """With what was written. Raises `Wrong`."""
        read = Reader(written)
        kinds: tuple[UnitKind, ...] = get_args(UnitKind)
        units = tuple(
            UnitPlan(slug(read, f"id.{n}"), read.both(f"name.{n}"), one_of(read, f"kind.{n}", kinds, "patrol"))
            for n in range(rows_in(written, "id"))
            if read.has(f"id.{n}")
        )
        read.done()
        return replace(plan, units=units)


@dataclass(frozen=True, slots=True)
class Posts:
    """Where people can go. A row without a short name is none."""

    title: str

    def written(self, plan: OfficePlan) -> Written:
        """As it is."""
        told: dict[str, Sequence[str]] = {}
        for n, post in enumerate(plan.posts):
            told |= {f"id.{n}": [post.id], **both(f"name.{n}", post.name), **both(f"address.{n}", post.address)}
            told |= {f"latitude.{n}": [str(post.latitude)], f"longitude.{n}": [str(post.longitude)]}
            told[f"phone.{n}"] = [post.phone or ""]
        return told

    def groups(self, written: Written, more: int) -> list[Group]:
        """A row a post."""
        return [
            Group(
                gettext("Post %(n)s") % {"n": n + 1},
                (
                    Field(f"id.{n}", gettext("Short name"), optional=True),
                    *both_fields(f"name.{n}", gettext("Name"), optional=True),
                    *both_fields(f"address.{n}", gettext("Address"), optional=True),
                    Field(f"latitude.{n}", gettext("Latitude"), "number", optional=True, step="any"),
                    Field(f"longitude.{n}", gettext("Longitude"), "number", optional=True, step="any"),
                    Field(f"phone.{n}", gettext("Telephone"), optional=True),
                ),
                compact=True,
            )
            for n in range(rows_in(written, "id") + more)
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        """With what was written. Raises `Wrong`."""
        read = Reader(written)
        posts = tuple(
            Post(
                slug(read, f"id.{n}"),
                read.both(f"name.{n}"),
                read.both(f"address.{n}"),
                read.decimal(f"latitude.{n}", -90, 90),
                read.decimal(f"longitude.{n}", -180, 180),
                _phone(read, f"phone.{n}"),
            )
            for n in range(rows_in(written, "id"))
            if read.has(f"id.{n}")
        )
        read.done()
        return replace(plan, posts=posts)


@dataclass(frozen=True, slots=True)
class EmergencyWords:
    """Words of a report at which the emergency number is shown first."""

    title: str

    def written(self, plan: OfficePlan) -> Written:
        """As it is."""
        return {"words": ["\n".join(plan.emergency_words)]}

    def groups(self, written: Written, more: int) -> list[Group]:
        """One a line."""
        hint = gettext("One a line, such as: kebakaran. At such a word the page shows the emergency number first.")
        return [Group(gettext("Emergency words"), (Field("words", gettext("Words"), "area", hint, optional=True),))]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        """With what was written. Raises `Wrong`."""
        read = Reader(written)
        lines = dict.fromkeys(
            line.strip().lower() for line in read.text("words", optional=True, most=20_000).split("\n")
        )
        words = tuple(line for line in lines if line)
        if len(words) > 200 or any(not 3 <= len(word) <= 60 for word in words):
            read.errors["words"] = gettext("At most 200 words of 3 to 60 letters.")
        read.done()
        return replace(plan, emergency_words=words)


def both(name: str, text: Text) -> dict[str, list[str]]:
    """A text in both languages, as it stands in a form."""
    return {f"{name}_id": [text.id], f"{name}_en": [text.en]}


def both_fields(name: str, label: str, *, kind: str = "text", optional: bool = False) -> tuple[Field, ...]:
    """Its two fields."""
    return (
        Field(f"{name}_id", gettext("%(what)s, in Indonesian") % {"what": label}, kind, optional=optional),  # type: ignore[arg-type]
        Field(f"{name}_en", gettext("%(what)s, in English") % {"what": label}, kind, optional=True),  # type: ignore[arg-type]
    )


def slug(read: Reader, name: str) -> str:
    """A short name."""
    value = read.text(name, most=40)
    if value and not _SLUG.fullmatch(value):
        read.errors[name] = gettext("Lower-case letters, digits and inner hyphens.")
    return value


def one_of(read: Reader, name: str, options: Sequence[S], usual: S) -> S:
    """What was chosen."""
    chosen = read.chosen(name, options)
    return next((option for option in options if option in chosen), usual)


def _phone(read: Reader, name: str) -> str | None:
    value = read.text(name, optional=True, most=32)
    try:
        return phone.normal(value) if value else None
    except ValueError:
        read.errors[name] = gettext("Please write a telephone number such as 0812 3456 7890, or leave this empty.")
        return None
