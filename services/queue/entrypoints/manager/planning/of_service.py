"""The sections of one service: how it is given out, when it is open, its appointments."""

from dataclasses import dataclass, replace
from datetime import time

from services.queue.entrypoints.manager.planning.of_office import new_id
from shared.contracts.queue import (
    WAYS,
    AppointmentPlan,
    OfficePlan,
    Opening,
    Procedure,
    ServicePlan,
    Shares,
    Text,
)
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

QUOTA_MOST = 10_000
SPANS = 2
"""Openings of a day in the form, unless a plan has more."""
USUAL_WEEK = tuple(Opening(weekday, time(8), time(14)) for weekday in range(5))


@dataclass(frozen=True, slots=True)
class Service:
    """Name, letter, quota and shares of a service, or a new one."""

    title: str
    service: str | None

    def written(self, plan: OfficePlan) -> Written:
        if self.service is None:
            letters = {service.prefix for service in plan.services}
            free = next((letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in letters), "")
            return {"prefix": one(free), "quota": one(100), "usual": one(10)}
        service = the_service(plan, self.service)
        shares = {way: one(getattr(service.shares, way)) for way in WAYS}
        return (
            both_written("name", service.name)
            | {"prefix": one(service.prefix), "quota": one(service.quota), "usual": one(f"{service.usual_minutes:g}")}
            | shares
        )

    def groups(self, written: Written, more: int) -> list[Group]:
        letter = gettext("One capital letter. A new one counts from the next day on.")
        usual = gettext("Until the office's own visits have taught better.")
        most = {"least": 0, "most": QUOTA_MOST, "optional": True}
        hint = gettext("Stands in addresses and never changes: lower-case letters, digits and hyphens.")
        new = [Group(gettext("Short name"), (Field("id", gettext("Short name"), hint=hint),))]
        return [
            *(new if self.service is None else []),
            Group(gettext("Name"), both_fields("name", gettext("Name"))),
            Group(
                gettext("Tickets"),
                (
                    Field("prefix", gettext("Letter of the numbers"), hint=letter),
                    Field("quota", gettext("Tickets a day"), "number", least=1, most=QUOTA_MOST),
                    Field("usual", gettext("Usual minutes to serve one person"), "number", usual, step="0.5"),
                ),
            ),
            Group(
                gettext("Most tickets a day by each way"),
                (
                    Field("online", gettext("By phone"), "number", **most),  # type: ignore[arg-type]
                    Field("kiosk", gettext("At the machine in the lobby"), "number", **most),  # type: ignore[arg-type]
                    Field("counter", gettext("By the staff"), "number", **most),  # type: ignore[arg-type]
                    Field("appointment", gettext("By appointment"), "number", **most),  # type: ignore[arg-type]
                ),
                gettext("Empty: as many as there are. A share keeps one way from using up the tickets of the others."),
                compact=True,
            ),
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        taken = [service.id for service in plan.services]
        id = self.service or new_id(read, taken)
        prefix = read.text("prefix", most=1).upper()
        if prefix and not ("A" <= prefix <= "Z"):
            read.errors["prefix"] = gettext("One capital letter. A new one counts from the next day on.")
        if any(service.prefix == prefix and service.id != id for service in plan.services):
            read.errors["prefix"] = gettext("Another service has this letter.")
        quota = read.number("quota", 1, QUOTA_MOST)
        shares = Shares(**{way: read.maybe_number(way, 0, quota) for way in WAYS})
        name, usual = read.both("name"), read.decimal("usual", 0.5, 240)
        read.done()
        if self.service is None:
            new = ServicePlan(id, name, prefix, USUAL_WEEK, quota, Procedure(Text("", "")), shares, None, usual)
            return replace(plan, services=(*plan.services, new))
        service = the_service(plan, id)
        return with_service(
            plan, replace(service, name=name, prefix=prefix, quota=quota, shares=shares, usual_minutes=usual)
        )


@dataclass(frozen=True, slots=True)
class Hours:
    """When a service is open."""

    title: str
    service: str
    spans: int = SPANS

    def written(self, plan: OfficePlan) -> Written:
        fields: dict[str, tuple[str]] = {}
        for weekday in range(7):
            openings = sorted((o for o in the_service(plan, self.service).hours if o.weekday == weekday), key=_begin)
            for n, opening in enumerate(openings):
                fields[f"opens_{weekday}_{n}"] = one(opening.opens.isoformat("minutes"))
                fields[f"closes_{weekday}_{n}"] = one(opening.closes.isoformat("minutes"))
        return fields

    def groups(self, written: Written, more: int) -> list[Group]:
        return [
            Group(
                formats().weekday(weekday),
                tuple(
                    field
                    for n in range(self.spans)
                    for field in (
                        Field(f"opens_{weekday}_{n}", _nth(gettext("Opens"), n), "time", optional=True),
                        Field(f"closes_{weekday}_{n}", _nth(gettext("Closes"), n), "time", optional=True),
                    )
                ),
                gettext("Empty: closed. 00:00 is the end of the day.") if weekday == 0 else "",
                compact=True,
            )
            for weekday in range(7)
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        openings = []
        for weekday in range(7):
            last = None
            for n in range(self.spans):
                opens, closes = read.moment(f"opens_{weekday}_{n}"), read.moment(f"closes_{weekday}_{n}")
                if opens is None and closes is None:
                    continue
                if opens is None or closes is None:
                    missing = "opens" if opens is None else "closes"
                    read.errors.setdefault(f"{missing}_{weekday}_{n}", gettext("This is needed."))
                    continue
                if closes <= opens and closes != time(0):
                    read.errors[f"closes_{weekday}_{n}"] = gettext("It must close after it opens.")
                elif last is not None and (last == time(0) or opens < last):
                    read.errors[f"opens_{weekday}_{n}"] = gettext("It is open at this time already.")
                last = closes
                openings.append(Opening(weekday, opens.replace(tzinfo=None), closes.replace(tzinfo=None)))
        read.done()
        return with_service(plan, replace(the_service(plan, self.service), hours=tuple(openings)))


@dataclass(frozen=True, slots=True)
class Appointments:
    """Whether and how a service has appointments."""

    title: str
    service: str

    def written(self, plan: OfficePlan) -> Written:
        present = the_service(plan, self.service).appointments
        fields = present or AppointmentPlan()
        return {name: one(getattr(fields, name)) for name in _BOUNDS} | {"with": ("yes",) if present else ()}

    def groups(self, written: Written, more: int) -> list[Group]:
        labels = {
            "minutes": gettext("Minutes of a slot"),
            "capacity": gettext("People in a slot"),
            "days_ahead": gettext("Days ahead that can be booked"),
            "early_minutes": gettext("Minutes before the slot from which one can check in"),
            "late_minutes": gettext("Minutes after its begin until which it counts"),
        }
        with_them = Field(
            "with", gettext("Appointments"), "choices", options=(("yes", gettext("People can book an appointment")),)
        )
        numbers = tuple(Field(name, labels[name], "number", least=a, most=b) for name, (a, b) in _BOUNDS.items())
        return [Group(gettext("Appointments"), (with_them,)), Group(gettext("Slots"), numbers)]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        values = {name: read.number(name, *bounds) for name, bounds in _BOUNDS.items()}
        wanted = bool(read.chosen("with", ["yes"]))
        if wanted:
            read.done()
        appointments = AppointmentPlan(**values) if wanted else None
        return with_service(plan, replace(the_service(plan, self.service), appointments=appointments))


_BOUNDS = {
    "minutes": (5, 240),
    "capacity": (1, 200),
    "days_ahead": (1, 90),
    "early_minutes": (0, 120),
    "late_minutes": (0, 120),
}


def the_service(plan: OfficePlan, id: str) -> ServicePlan:
    """A service of the plan, which is known to have it."""
    return next(service for service in plan.services if service.id == id)


def spans_in(service: ServicePlan) -> int:
    """How many openings a day of the form must have room for."""
    return max(SPANS, *(sum(o.weekday == weekday for o in service.hours) for weekday in range(7)))


def with_service(plan: OfficePlan, changed: ServicePlan) -> OfficePlan:
    """The plan with one service changed."""
    return replace(plan, services=tuple(changed if s.id == changed.id else s for s in plan.services))


def _nth(what: str, n: int) -> str:
    return what if n == 0 else gettext("%(what)s again") % {"what": what}


def _begin(opening: Opening) -> time:
    return opening.opens
