"""What citizens report, as an API process would send it: mostly known by a contact, each at a place of its own."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice
from secrets import randbelow, token_bytes, token_hex

from services.reports.demo import demo_office
from services.reports.identity.identity import STEP_BYTES
from shared.contracts.reports.base import Place, Sealed
from shared.contracts.reports.incidents import FileReport
from shared.contracts.reports.office import ConfigureOffice, ServiceLevel

WORDS = (
    "Motor saya dicuri di depan pasar sekitar sepuluh menit yang lalu.",
    "Ada dua orang berkelahi di simpang lampu merah, satu membawa kayu.",
    "Warung dibobol tadi malam, pintu belakang rusak dan uang di laci hilang.",
    "Tabrakan dua motor di jembatan, satu orang terluka dan jalan macet.",
)
LONG_MINUTES = 7 * 24 * 60
_BOX_BYTES = STEP_BYTES + 48
"""A sealed box of one step."""


def office(id: str) -> ConfigureOffice:
    """The demo office under another name."""
    return ConfigureOffice(office=id, plan=replace(demo_office().plan, id=id))


def patient_office(id: str) -> ConfigureOffice:
    """One whose clocks run like the demo office's, but for so long that none is missed while something is measured.

    Nobody sorts what the bench reports: the demo office's first clocks are missed within a minute, and each miss is a
    command, a state, an entry and an event more.
    """
    plan = office(id).plan
    return ConfigureOffice(office=id, plan=replace(plan, levels=tuple(map(_patient, plan.levels))))


def _patient(level: ServiceLevel) -> ServiceLevel:
    named = ("triage_minutes", "dispatch_minutes", "arrive_minutes", "resolve_minutes")
    return replace(level, **{name: LONG_MINUTES for name in named if getattr(level, name) is not None})


def offices(count: int) -> list[ConfigureOffice]:
    """Several patient ones."""
    return [patient_office(f"office-{n}") for n in range(count)]


def categories(place: ConfigureOffice) -> list[str]:
    """Those that can be reported without answering anything."""
    return [c.id for c in place.plan.categories if not any(question.required for question in c.questions)]


def file_reports(places: Sequence[ConfigureOffice], count: int, *, anonymous: bool = False) -> Iterator[FileReport]:
    """People who report to every office in turn, each once."""
    kinds = [(place.office, category) for category in categories(places[0]) for place in places]
    for (name, category), words in islice(zip(cycle(kinds), cycle(WORDS), strict=False), count):
        yield FileReport(
            office=name,
            category=category,
            words=words,
            place=Place(-0.95 + randbelow(10_000) / 1e5, 119.85 + randbelow(10_000) / 1e5, 15.0, "Dekat pasar"),
            privacy="anonymous" if anonymous else "confidential",
            reporter=None if anonymous else Sealed(token_hex(8), base64.b64encode(token_bytes(_BOX_BYTES)).decode()),
            contact=None if anonymous else token_hex(16),
        )
