"""Sections of one kind of incident: what it is and who may see it, and what it asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from services.reports.entrypoints.desk.names import KINDS, SEVERITIES
from services.reports.entrypoints.manager.planning.of_desk import both, both_fields, one_of, slug
from shared.contracts.fields import Text
from shared.contracts.reports.office import Category, Choice, OfficePlan, Question, Severity, UnitKind, Urgency
from shared.web.i18n import gettext
from shared.web.planning.fields import Field, Group, Reader, Written
from shared.web.planning.section import rows_in

QUESTION_KINDS = ("text", "choice", "yes-no", "number")
FLAGS = ("emergency", "sensitive", "public")


@dataclass(frozen=True, slots=True)
class Kind:
    """What it is, how urgent, and who may see it. `id` None: a new one."""

    title: str
    id: str | None

    def written(self, plan: OfficePlan) -> Written:
        """As it is."""
        if self.id is None:
            return {"urgency": ["expected"], "severity": ["moderate"], "public_after_hours": ["24"]}
        category = the_category(plan, self.id)
        return {
            **both("name", category.name),
            **both("hint", category.hint),
            "urgency": [category.urgency],
            "severity": [category.severity],
            "flags": [flag for flag in FLAGS if getattr(category, flag)],
            "public_after_hours": [str(category.public_after_hours)],
            "sends": list(category.sends),
        }

    def groups(self, written: Written, more: int) -> list[Group]:
        """The fields."""
        new = (Field("id", gettext("Short name"), hint=gettext("It stays. Letters, digits, hyphens.")),)
        urgencies = (
            ("immediate", gettext("At once")),
            ("expected", gettext("Within the hour")),
            ("future", gettext("Later")),
        )
        flags = (
            ("emergency", gettext("Emergency: the page shows the emergency number first")),
            ("sensitive", gettext("Sensitive: never offered to others, never followed, never on the public map")),
            ("public", gettext("On the public map, coarse and late")),
        )
        severities = tuple((value, gettext(words)) for value, words in SEVERITIES.items())
        kinds = tuple((value, gettext(words)) for value, words in KINDS.items())
        named = (*both_fields("name", gettext("Name")), *both_fields("hint", gettext("What belongs to it")))
        judged = (
            Field("urgency", gettext("Urgency"), "select", options=urgencies),
            Field("severity", gettext("Severity until the desk has looked"), "select", options=severities),
        )
        later = gettext("Hours after its end until it is on the public map")
        seen = (
            Field("flags", gettext("What holds for it"), "choices", options=flags),
            Field("public_after_hours", later, "number", least=1),
        )
        sends = (Field("sends", gettext("Units of these kinds are offered first"), "choices", options=kinds),)
        return [
            Group(gettext("Kind"), ((*new, *named) if self.id is None else named)),
            Group(gettext("How urgent"), judged),
            Group(gettext("Who may see it"), seen),
            Group(gettext("Who is sent"), sends),
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        """With what was written. Raises `Wrong`."""
        read = Reader(written)
        id = slug(read, "id") if self.id is None else self.id
        if self.id is None and any(category.id == id for category in plan.categories):
            read.errors["id"] = gettext("There is one of this name already.")
        flags = read.chosen("flags", FLAGS)
        urgencies: tuple[Urgency, ...] = get_args(Urgency)
        severities: tuple[Severity, ...] = get_args(Severity)
        kinds: tuple[UnitKind, ...] = get_args(UnitKind)
        chosen = read.chosen("sends", kinds)
        former = Category(id, Text("", ""), Text("", "")) if self.id is None else the_category(plan, self.id)
        changed = replace(
            former,
            name=read.both("name"),
            hint=Text(read.text("hint_id", optional=True), read.text("hint_en", optional=True)),
            urgency=one_of(read, "urgency", urgencies, former.urgency),
            severity=one_of(read, "severity", severities, former.severity),
            emergency="emergency" in flags,
            sensitive="sensitive" in flags,
            public="public" in flags,
            public_after_hours=read.number("public_after_hours", 1, 24 * 365),
            sends=tuple(kind for kind in kinds if kind in chosen),
        )
        read.done()
        if self.id is None:
            return replace(plan, categories=(*plan.categories, changed))
        return with_category(plan, changed)


@dataclass(frozen=True, slots=True)
class Questions:
    """What the kind asks of its own. A row without a short name is none."""

    title: str
    id: str

    def written(self, plan: OfficePlan) -> Written:
        """As it is."""
        told: dict[str, Sequence[str]] = {}
        for n, question in enumerate(the_category(plan, self.id).questions):
            told |= {f"id.{n}": [question.id], **both(f"ask.{n}", question.ask), f"kind.{n}": [question.kind]}
            told[f"needed.{n}"] = ["yes"] if question.required else []
            told[f"choices.{n}"] = ["\n".join(f"{c.id} = {c.name.id} | {c.name.en}" for c in question.choices)]
        return told

    def groups(self, written: Written, more: int) -> list[Group]:
        """A group a question."""
        kinds = (
            ("text", gettext("a text")),
            ("choice", gettext("one of several")),
            ("yes-no", gettext("yes or no")),
            ("number", gettext("a number")),
        )
        needed = (("yes", gettext("It must be answered")),)
        hint = gettext("One a line, for “one of several” only: mobil = Mobil | Car")
        return [
            Group(
                gettext("Question %(n)s") % {"n": n + 1},
                (
                    Field(f"id.{n}", gettext("Short name"), optional=True),
                    *both_fields(f"ask.{n}", gettext("Question"), optional=True),
                    Field(f"kind.{n}", gettext("The answer is"), "select", options=kinds),
                    Field(f"choices.{n}", gettext("Choices"), "area", hint, optional=True),
                    Field(f"needed.{n}", gettext("Needed"), "choices", options=needed),
                ),
            )
            for n in range(rows_in(written, "id") + more)
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        """With what was written. Raises `Wrong`."""
        read = Reader(written)
        questions = tuple(_question(read, n) for n in range(rows_in(written, "id")) if read.has(f"id.{n}"))
        read.done()
        return with_category(plan, replace(the_category(plan, self.id), questions=questions))


def _question(read: Reader, n: int) -> Question:
    kind = one_of(read, f"kind.{n}", QUESTION_KINDS, "text")
    return Question(
        id=slug(read, f"id.{n}"),
        ask=read.both(f"ask.{n}"),
        kind=kind,  # type: ignore[arg-type]
        choices=_choices(read, f"choices.{n}") if kind == "choice" else (),
        required=bool(read.chosen(f"needed.{n}", ("yes",))),
    )


def _choices(read: Reader, name: str) -> tuple[Choice, ...]:
    choices = []
    for line in read.text(name, optional=True).split("\n"):
        id, equals, words = line.partition("=")
        here, _, there = words.partition("|")
        if not line.strip():
            continue
        if not equals or not id.strip() or not here.strip():
            read.errors[name] = gettext("Each line is a short name, an equals sign and a name: mobil = Mobil | Car")
            break
        choices.append(Choice(id.strip(), Text(here.strip(), there.strip())))
    return tuple(choices)


def the_category(plan: OfficePlan, id: str) -> Category:
    """The kind of that name."""
    (category,) = [one for one in plan.categories if one.id == id]
    return category


def with_category(plan: OfficePlan, changed: Category) -> OfficePlan:
    """The plan with a kind as it is to be."""
    return replace(plan, categories=tuple(changed if one.id == changed.id else one for one in plan.categories))
