"""What changes from one plan to another, in words: only what is different, each with how it was and how it will be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from shared.contracts.queue import CounterPlan, OfficePlan, Procedure, ServicePlan, Text
from shared.web.formats import formats
from shared.web.i18n import gettext


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    subject: str
    """What it belongs to: the office, a service, a counter."""
    what: str
    before: str
    """Empty for what is new."""
    after: str
    """Empty for what goes."""


Leaves = dict[str, tuple[str, str]]
"""Key → label and value, in the order in which people read them."""


def changes(before: OfficePlan, after: OfficePlan) -> list[Change]:
    """Every difference, the office's first, then service by service and counter by counter."""
    return [*_office(before, after), *_services(before, after), *_counters(before, after)]


def _office(before: OfficePlan, after: OfficePlan) -> Iterator[Change]:
    subject = gettext("Office")
    yield from _different(subject, _leaves_of_office(before), _leaves_of_office(after))
    days = gettext("Holidays")
    yield from _different(days, _leaves_of_holidays(before), _leaves_of_holidays(after))


def _services(before: OfficePlan, after: OfficePlan) -> Iterator[Change]:
    was, now = ({service.id: service for service in plan.services} for plan in (before, after))
    for id in {**was, **now}:
        name = formats().local((now.get(id) or was[id]).name)
        if id not in was:
            yield Change(name, gettext("Service"), "", gettext("is new"))
        elif id not in now:
            yield Change(name, gettext("Service"), gettext("is offered"), "")
        else:
            yield from _different(name, _leaves_of_service(was[id]), _leaves_of_service(now[id]))
            yield from _reordered(name, was[id].procedure, now[id].procedure)
    yield from _moved(gettext("Services"), list(was), list(now), {id: s.name for id, s in {**was, **now}.items()})


def _counters(before: OfficePlan, after: OfficePlan) -> Iterator[Change]:
    was, now = ({counter.id: counter for counter in plan.counters} for plan in (before, after))
    names = {service.id: formats().local(service.name) for plan in (before, after) for service in plan.services}

    def served(counter: CounterPlan) -> str:
        return ", ".join(names.get(service, service) for service in counter.services)

    def leaves(counter: CounterPlan) -> Leaves:
        return _texts("name", gettext("Name"), counter.name) | {"services": (gettext("Services"), served(counter))}

    for id in {**was, **now}:
        name, what = formats().local((now.get(id) or was[id]).name), gettext("Counter")
        if id not in was:
            yield Change(name, what, "", gettext("is new, for %(services)s") % {"services": served(now[id])})
        elif id not in now:
            yield Change(name, what, served(was[id]), "")
        else:
            yield from _different(name, leaves(was[id]), leaves(now[id]))


def _leaves_of_office(plan: OfficePlan) -> Leaves:
    minutes = gettext("%(n)s minutes")
    return {
        **_texts("name", gettext("Name"), plan.name),
        **_texts("address", gettext("Address"), plan.address),
        "zone": (gettext("Time zone"), plan.time_zone),
        "priority": (gettext("Head start of priority"), minutes % {"n": plan.order.priority_minutes}),
        "appointment": (gettext("Head start of appointments"), minutes % {"n": plan.order.appointment_minutes}),
    }


def _leaves_of_holidays(plan: OfficePlan) -> Leaves:
    return {
        f"{h.day}": (formats().day(h.day), _both(h.name))
        for h in sorted(plan.holidays, key=lambda holiday: holiday.day)
    }


def _leaves_of_service(service: ServicePlan) -> Leaves:
    shares, booked = service.shares, service.appointments
    ways = {
        "online": gettext("Most tickets by phone"),
        "kiosk": gettext("Most tickets at the machine"),
        "counter": gettext("Most tickets by the staff"),
        "appointment": gettext("Most tickets by appointment"),
    }
    told = {
        "minutes": gettext("Minutes of a slot"),
        "capacity": gettext("People in a slot"),
        "days_ahead": gettext("Days ahead that can be booked"),
        "early_minutes": gettext("Minutes before the slot from which one can check in"),
        "late_minutes": gettext("Minutes after its begin until which it counts"),
    }
    return {
        **_texts("name", gettext("Name"), service.name),
        "prefix": (gettext("Letter of the numbers"), service.prefix),
        "quota": (gettext("Tickets a day"), formats().number(service.quota)),
        "usual": (gettext("Usual minutes to serve one person"), formats().number(service.usual_minutes)),
        **{way: (label, _or_all(getattr(shares, way))) for way, label in ways.items()},
        **_hours(service),
        "appointments": (gettext("Appointments"), gettext("yes") if booked else gettext("no")),
        **({f.name: (told[f.name], str(getattr(booked, f.name))) for f in fields(booked)} if booked else {}),
        **_leaves_of_procedure(service.procedure),
    }


def _leaves_of_procedure(procedure: Procedure) -> Leaves:
    bring, steps, fee = gettext("What to bring"), gettext("Step"), gettext("Fee")
    return {
        **_texts("summary", gettext("Summary"), procedure.summary),
        **{f"requirement {text}": (bring, _both(text)) for text in procedure.requirements},
        **{f"step {text}": (steps, _both(text)) for text in procedure.steps},
        **{f"fee {f.name}": (f"{fee}: {_both(f.name)}", formats().rupiah(f.rupiah)) for f in procedure.fees},
        **(_texts("validity", gettext("How long it is valid"), procedure.validity) if procedure.validity else {}),
        "source": (gettext("Source"), procedure.source),
    }


def _hours(service: ServicePlan) -> Leaves:
    return {
        f"hours {weekday}": (
            formats().weekday(weekday),
            ", ".join(span for _, span in formats().hours([o for o in service.hours if o.weekday == weekday]))
            or gettext("closed"),
        )
        for weekday in range(7)
    }


def _reordered(subject: str, before: Procedure, after: Procedure) -> Iterator[Change]:
    for what, was, now in (
        (gettext("What to bring, order"), before.requirements, after.requirements),
        (gettext("Steps, order"), before.steps, after.steps),
        (gettext("Fees, order"), [fee.name for fee in before.fees], [fee.name for fee in after.fees]),
    ):
        kept_was, kept_now = [text for text in was if text in now], [text for text in now if text in was]
        if kept_was != kept_now:
            yield Change(subject, what, _listed(kept_was), _listed(kept_now))


def _moved(what: str, was: list[str], now: list[str], names: Mapping[str, Text]) -> Iterator[Change]:
    kept_was, kept_now = [id for id in was if id in now], [id for id in now if id in was]
    if kept_was != kept_now:
        told = (_listed([names[id] for id in ids]) for ids in (kept_was, kept_now))
        yield Change(gettext("Office"), gettext("%(what)s, order") % {"what": what}, *told)


def _different(subject: str, before: Leaves, after: Leaves) -> Iterator[Change]:
    for key in {**before, **after}:
        label, _ = after.get(key) or before[key]
        was, now = (leaves[key][1] if key in leaves else "" for leaves in (before, after))
        if was != now:
            yield Change(subject, label, was, now)


def _texts(key: str, label: str, text: Text) -> Leaves:
    return {
        f"{key} id": (gettext("%(what)s, in Indonesian") % {"what": label}, text.id),
        f"{key} en": (gettext("%(what)s, in English") % {"what": label}, text.en),
    }


def _both(text: Text) -> str:
    return f"{text.id} / {text.en}" if text.en and text.en != text.id else text.id


def _listed(texts: "list[Text] | tuple[Text, ...]") -> str:
    return "; ".join(f"{n}. {formats().local(text)}" for n, text in enumerate(texts, 1))


def _or_all(share: int | None) -> str:
    return gettext("as many as there are") if share is None else formats().number(share)
