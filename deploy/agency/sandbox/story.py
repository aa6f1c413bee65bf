"""What happens on the synthetic day: incidents by hour and kind, each with its way to the end. Same seed, same day."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.reports.domain.office import Office
from shared.contracts.reports import agencies, incidents, units
from shared.contracts.reports.base import Place, ReportsCommand
from shared.contracts.reports.office import Category, OfficePlan

BY_HOUR = (3, 2, 2, 1, 1, 2, 4, 6, 7, 6, 5, 5, 6, 6, 6, 7, 8, 9, 10, 11, 10, 8, 6, 4)
"""How many of the day's incidents begin in each hour, in proportion: evenings are busy, the small hours are not."""
SPREAD_DEGREES = 0.03
"""How far from the middle of town: about three kilometres, as a standard deviation."""
REPLIES = (
    "Unit kami sudah di lokasi. Masuk dari sisi timur.",
    "Jalan kami tutup sampai penanganan selesai.",
    "Mohon perkiraan waktu tiba unit Anda.",
)
DESK = "staff/sandbox"
CREW = "staff/regu"


@dataclass(frozen=True, slots=True)
class Step:
    """A command and when it is given."""

    at: datetime
    command: ReportsCommand
    id: str
    actor: str = DESK


class Story:
    """The commands of one day."""

    def __init__(self, plan: OfficePlan, agency: str, begins: datetime, seed: int, run: str) -> None:
        """`run` stands before every id, so that a second replay is another day to who reads it."""
        self._plan = plan
        self._agency = agency
        self._office = Office(plan.id, plan)
        self._begins = begins
        self._random = random.Random(seed)  # noqa: S311  # a made-up day, no secret
        self._run = run

    def steps(self, count: int) -> list[Step]:
        """`count` incidents and all that becomes of them, in the order of their times."""
        told = [step for nth in range(count) for step in self._incident(nth)]
        return sorted(told, key=lambda step: step.at)

    def _incident(self, nth: int) -> Iterator[Step]:
        chance, id = self._random, f"{self._run}-{nth:04d}"
        at = self._moment()
        category = self._category()
        yield Step(at, self._report(category), id, "citizen")
        at += timedelta(minutes=chance.uniform(0.5, 6))
        yield Step(at, self._judged(id, category), f"{id}-triage")
        if chance.random() < 0.06:
            yield self._resolved(id, "prank", at + timedelta(minutes=chance.uniform(1, 10)))
        elif chance.random() < 0.8:
            yield from self._attended(id, category, at)
        else:
            yield self._resolved(id, "report-taken", at + timedelta(minutes=chance.uniform(20, 120)))

    def _attended(self, id: str, category: Category, at: datetime) -> Iterator[Step]:
        """A unit goes there. Where it is busy the desk's wish is refused, as on a real day, and the rest with it."""
        chance = self._random
        unit = chance.choice(self._plan.units).id
        told = {"office": self._plan.id, "unit": unit}
        at += timedelta(minutes=chance.uniform(0.5, 4))
        yield Step(at, units.DispatchUnit(incident=id, **told), f"{id}-dispatch")
        at += timedelta(minutes=chance.uniform(0.2, 2))
        yield Step(at, units.AcceptDispatch(**told), f"{id}-accept", CREW)
        at += timedelta(minutes=chance.uniform(3, 14))
        yield Step(at, units.ArriveOnScene(**told), f"{id}-arrive", CREW)
        if chance.random() < 0.15 and category.severity != "extreme":
            worse = self._judged(id, category, severity="severe", certainty="observed")
            yield Step(at + timedelta(minutes=chance.uniform(1, 4)), worse, f"{id}-again")
        if chance.random() < 0.25:
            yield Step(at + timedelta(minutes=chance.uniform(2, 5)), self._reply(id), f"{id}-reply")
        at += timedelta(minutes=chance.uniform(8, 55))
        yield self._resolved(id, chance.choice(("settled", "report-taken", "arrest", "gone-on-arrival")), at)
        if chance.random() < 0.6:
            at += timedelta(minutes=chance.uniform(5, 90))
            yield Step(at, incidents.ConfirmOutcome(office=self._plan.id, incident=id), f"{id}-confirm", "citizen")

    def _report(self, category: Category) -> incidents.FileReport:
        chance, plan = self._random, self._plan
        place = Place(
            round(plan.latitude + chance.gauss(0, SPREAD_DEGREES), 6),
            round(plan.longitude + chance.gauss(0, SPREAD_DEGREES), 6),
            20.0,
        )
        return incidents.FileReport(
            office=plan.id,
            category=category.id,
            words="LATIHAN. Laporan buatan untuk mencoba sambungan.",
            place=place,
            privacy="anonymous",
            answers=tuple(
                incidents.Answer(question.id, question.choices[0].id if question.choices else "1")
                for question in category.questions
                if question.required and question.kind != "yes-no"
            )
            + tuple(incidents.Answer(q.id, "no") for q in category.questions if q.required and q.kind == "yes-no"),
            exercise=True,
        )

    def _judged(self, id: str, category: Category, **told: str) -> incidents.TriageIncident:
        certainty = self._random.choice(("observed", "likely", "likely", "possible"))
        judged = {"severity": category.severity, "certainty": certainty, **told}
        return incidents.TriageIncident.model_validate(
            {"office": self._plan.id, "incident": id, "category": category.id, "reason": "Latihan", **judged}
        )

    def _reply(self, id: str) -> agencies.SendAgencyMessage:
        """The desk writes to the agency, as if it had asked."""
        words = self._random.choice(REPLIES)
        return agencies.SendAgencyMessage(
            office=self._plan.id, incident=id, agency=self._agency, words=f"LATIHAN. {words}", side="office"
        )

    def _resolved(self, id: str, disposition: str, at: datetime) -> Step:
        command = incidents.ResolveIncident.model_validate(
            {"office": self._plan.id, "incident": id, "disposition": disposition, "words": "Latihan selesai"}
        )
        return Step(at, command, f"{id}-resolve")

    def _moment(self) -> datetime:
        hour = self._random.choices(range(24), BY_HOUR)[0]
        return self._begins + timedelta(hours=hour, minutes=self._random.uniform(0, 60))

    def _category(self) -> Category:
        open_ones: Sequence[Category] = [category for category in self._plan.categories if not category.sensitive]
        return self._random.choice(open_ones)


def rule_for(plan: OfficePlan, agency: str, id: str, begins: datetime) -> list[Step]:
    """The agreement by which the agency is told of all of it, exactly."""
    terms = agencies.Terms("assist", "Latihan sambungan")
    return [
        Step(begins, agencies.AddAgency(office=plan.id, agency=agency, name=plan.name), f"{id}-agency", "system"),
        Step(begins, agencies.ProposeRule(office=plan.id, agency=agency, terms=terms), f"{id}-rule", "system"),
        Step(begins, agencies.AcceptRule(office=plan.id, rule=f"{id}-rule"), f"{id}-accept", f"agency/{agency}"),
    ]
