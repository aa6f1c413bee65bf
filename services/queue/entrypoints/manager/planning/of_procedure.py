"""The sections of what citizens must know of a service: its procedure and its fees."""

from dataclasses import dataclass, replace

from services.queue.entrypoints.manager.planning.of_service import the_service, with_service
from services.queue.entrypoints.manager.planning.section import rows_in
from shared.contracts.queue import Fee, OfficePlan, Procedure, Text
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

DEAREST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ProcedureText:
    """What a citizen must know before coming."""

    title: str
    service: str

    def written(self, plan: OfficePlan) -> Written:
        procedure = the_service(plan, self.service).procedure
        return (
            both_written("summary", procedure.summary)
            | _lines_written("requirements", procedure.requirements)
            | _lines_written("steps", procedure.steps)
            | both_written("validity", procedure.validity)
            | {"source": one(procedure.source)}
        )

    def groups(self, written: Written, more: int) -> list[Group]:
        hint = gettext("One a line. The lines of both languages belong together by their order.")
        bring, steps = gettext("What to bring"), gettext("How it goes")
        validity = both_fields("validity", gettext("How long it is valid"))
        source = Field("source", gettext("The regulation it follows"), optional=True)
        return [
            Group(gettext("In short"), both_fields("summary", gettext("Summary"), kind="area")),
            Group(bring, _optional(both_fields("requirements", bring, kind="area")), hint),
            Group(steps, _optional(both_fields("steps", steps, kind="area")), hint),
            Group(gettext("How long it is valid"), _optional(validity)),
            Group(gettext("Source"), (source,)),
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        service = the_service(plan, self.service)
        validity = read.text("validity_id", optional=True), read.text("validity_en", optional=True)
        procedure = Procedure(
            summary=read.both("summary"),
            requirements=read.lines("requirements"),
            steps=read.lines("steps"),
            fees=service.procedure.fees,
            validity=Text(*validity) if any(validity) else None,
            source=read.text("source", optional=True, most=500),
        )
        read.done()
        return with_service(plan, replace(service, procedure=procedure))


@dataclass(frozen=True, slots=True)
class Fees:
    """What a service costs. An empty row is no fee."""

    title: str
    service: str

    def written(self, plan: OfficePlan) -> Written:
        fields: dict[str, tuple[str]] = {}
        for n, fee in enumerate(the_service(plan, self.service).procedure.fees):
            fields |= {
                f"name_id.{n}": one(fee.name.id), f"name_en.{n}": one(fee.name.en), f"rupiah.{n}": one(fee.rupiah)
            }  # fmt: skip
        return fields

    def groups(self, written: Written, more: int) -> list[Group]:
        return [
            Group(
                gettext("Fee %(n)d") % {"n": n + 1},
                (
                    Field(f"name_id.{n}", gettext("In Indonesian"), optional=True),
                    Field(f"name_en.{n}", gettext("In English"), optional=True),
                    Field(f"rupiah.{n}", gettext("Rupiah"), "number", optional=True, least=0, most=DEAREST),
                ),
                compact=True,
            )
            for n in range(rows_in(written, "name_id") + more)
        ]

    def apply(self, plan: OfficePlan, written: Written) -> OfficePlan:
        read = Reader(written)
        names = ("name_id", "name_en", "rupiah")
        fees = tuple(
            Fee(
                Text(read.text(f"name_id.{n}", most=200), read.text(f"name_en.{n}", optional=True, most=200)),
                read.number(f"rupiah.{n}", 0, DEAREST),
            )
            for n in range(max(rows_in(written, name) for name in names))
            if any(read.has(f"{name}.{n}") for name in names)
        )
        read.done()
        service = the_service(plan, self.service)
        return with_service(plan, replace(service, procedure=replace(service.procedure, fees=fees)))


def _lines_written(name: str, texts: tuple[Text, ...]) -> dict[str, tuple[str]]:
    return {
        f"{name}_id": one("\n".join(" ".join(text.id.split()) for text in texts)),
        f"{name}_en": one("\n".join(" ".join(text.en.split()) for text in texts).strip()),
    }


def _optional(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return tuple(replace(field, optional=True) for field in fields)
