"""The sections of the office as a whole: name and address, order, holidays, counters."""

from dataclasses import dataclass, replace

from services.queue.entrypoints.manager.planning.section import rows_in
from shared.contracts.queue import CounterPlan, Holiday, OfficePlan, OrderPlan, Text
from shared.web.formats import formats
from shared.web.i18n import gettext
from shared.web.planning.fields import (
    Field,
    Group,
    Reader,
    Written,
    both_fields,
    both_written,
    one,
)

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""WIB, WITA and WIT."""


@dataclass(frozen=True, slots=True)
class About:
    """Name, address and time zone."""

    title: str
    zones: tuple[str, ...]
    service: str | None = None

    def written(self, plan: OfficePlan) -> Written:
        return both_written("name", plan.name) | both_written("address", plan.address) | {"zone": one(plan.time_zone)}

    def groups(self, written: Written, more: int) -> list[Group]:
        hint = gettext("It decides when a day begins. It cannot be changed while people wait.")
        zone = Field("zone", gettext("Time zone"), "select", hint, options=tuple((z, z) for z in self.zones))
        return [
            Group(gettext("Name"), both_fields("name", gettext("Name"))),
            Group(gettext("Address"), both_fields("address", gettext("Address"))),
            Group(gettext("Time"), (zone,)),
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        changed = replace(plan, name=read.both("name"), address=read.both("address"), time_zone=read.text("zone"))
        read.done()
        return changed


@dataclass(frozen=True, slots=True)
class Order:
    """Head starts in the order of calls."""

    title: str
    service: str | None = None

    def written(self, plan: OfficePlan) -> Written:
        return {"priority": one(plan.order.priority_minutes), "appointment": one(plan.order.appointment_minutes)}

    def groups(self, written: Written, more: int) -> list[Group]:
        priority = Field("priority", gettext("Priority, minutes"), "number", least=0, most=240)
        appointment = Field("appointment", gettext("Appointment, minutes"), "number", least=0, most=240)
        hint = gettext("So much longer a person counts as having waited. Nobody is overtaken by more than that.")
        return [Group(gettext("Head start"), (priority, appointment), hint, compact=True)]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        order = OrderPlan(read.number("priority", 0, 240), read.number("appointment", 0, 240))
        read.done()
        return replace(plan, order=order)


@dataclass(frozen=True, slots=True)
class Holidays:
    """The days on which the office is closed. Sorted by day; an empty row is none."""

    title: str
    service: str | None = None

    def written(self, plan: OfficePlan) -> Written:
        fields: dict[str, tuple[str]] = {}
        for n, holiday in enumerate(sorted(plan.holidays, key=lambda h: h.day)):
            fields |= {
                f"day.{n}": one(holiday.day.isoformat()),
                f"name_id.{n}": one(holiday.name.id),
                f"name_en.{n}": one(holiday.name.en),
            }
        return fields

    def groups(self, written: Written, more: int) -> list[Group]:
        return [
            Group(
                gettext("Holiday %(n)d") % {"n": n + 1},
                (
                    Field(f"day.{n}", gettext("Day"), "date", optional=True),
                    Field(f"name_id.{n}", gettext("In Indonesian"), optional=True),
                    Field(f"name_en.{n}", gettext("In English"), optional=True),
                ),
                compact=True,
            )
            for n in range(rows_in(written, "day") + more)
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        holidays: dict[object, Holiday] = {}
        for n in range(max(rows_in(written, name) for name in ("day", "name_id", "name_en"))):
            if not any(read.has(f"{name}.{n}") for name in ("day", "name_id", "name_en")):
                continue
            day, name = read.day(f"day.{n}"), read.text(f"name_id.{n}", most=200)
            if day is None:
                read.errors.setdefault(f"day.{n}", gettext("This is needed."))
            elif day in holidays:
                read.errors[f"day.{n}"] = gettext("This day is there already.")
            else:
                text = Text(name, read.text(f"name_en.{n}", optional=True, most=200))
                holidays[day] = Holiday(day, text)
        read.done()
        return replace(plan, holidays=tuple(sorted(holidays.values(), key=lambda holiday: holiday.day)))


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter, or a new one."""

    title: str
    id: str | None
    services: tuple[tuple[str, str], ...]
    """What the office offers: short name and name."""
    service: str | None = None

    def written(self, plan: OfficePlan) -> Written:
        counter = next((counter for counter in plan.counters if counter.id == self.id), None)
        if counter is None:
            number = len(plan.counters) + 1
            name = Text(f"Loket {number}", f"Counter {number}")
            return both_written("name", name) | {"id": one(f"loket-{number}")}
        return both_written("name", counter.name) | {"services": counter.services}

    def groups(self, written: Written, more: int) -> list[Group]:
        return [
            *([_short_name()] if self.id is None else []),
            Group(gettext("Name"), both_fields("name", gettext("Name"))),
            Group(
                gettext("What is served here"),
                (Field("services", gettext("Services"), "choices", options=self.services),),
            ),
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        id = self.id or new_id(read, [counter.id for counter in plan.counters])
        counter = CounterPlan(id, read.both("name"), read.chosen("services", [service for service, _ in self.services]))
        if not counter.services:
            read.errors["services"] = gettext("Choose at least one.")
        read.done()
        if self.id is None:
            return replace(plan, counters=(*plan.counters, counter))
        return replace(plan, counters=tuple(counter if c.id == id else c for c in plan.counters))


def new_id(read: Reader, taken: list[str]) -> str:
    """The short name of something new."""
    id = read.text("id", most=40)
    if id and not is_slug(id):
        read.errors["id"] = gettext("Lower-case letters, digits and inner hyphens, such as loket-4.")
    if id in taken:
        read.errors["id"] = gettext("There is one of this short name already.")
    return id


def is_slug(id: str) -> bool:
    """Whether something can stand in an address."""
    inner = id.replace("-", "a")
    return id.isascii() and inner.isalnum() and inner == inner.lower() and id[:1] != "-" and id[-1:] != "-"


def _short_name() -> Group:
    hint = gettext("Stands in addresses and never changes: lower-case letters, digits and hyphens.")
    return Group(gettext("Short name"), (Field("id", gettext("Short name"), hint=hint),))


def service_options(plan: OfficePlan) -> tuple[tuple[str, str], ...]:
    """What the office offers, in the reader's language."""
    return tuple((service.id, formats().local(service.name)) for service in plan.services)
