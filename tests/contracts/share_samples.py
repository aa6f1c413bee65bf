"""A realistic message of every type between an office and an agency: a fire at Manonda, told to the fire service."""

from datetime import UTC, datetime
from typing import Any

from shared.contracts import share
from shared.contracts.fields import Text
from shared.contracts.message import Message
from shared.contracts.share import SharedPlace, SharedUnit

_INCIDENT = "0f4f7f8a-3f3c-4f36-8c64-2b1c4f0a9e11"
_KNOWN: dict[str, Any] = {
    "agency": "damkar-palu",
    "incident": _INCIDENT,
    "office": "polres-palu",
    "sequence": 2,
    "change": "updated",
    "rule": "5b0e7c31-84a4-4c5f-9c0b-1d9f6f0f7a42",
    "tier": "assist",
    "purpose": "Pemadaman dan penyelamatan",
    "state": "dispatched",
    "category": "fire",
    "category_name": Text("Kebakaran", "Fire"),
    "urgency": "immediate",
    "severity": "severe",
    "certainty": "observed",
    "priority": 1,
    "place": SharedPlace(-0.9052, 119.8601, 0),
    "reported_at": datetime(2026, 3, 2, 0, 9, 12, tzinfo=UTC),
    "changed_at": datetime(2026, 3, 2, 0, 15, 30, tzinfo=UTC),
    "units": (SharedUnit("patrol", "en-route"),),
    "number": "2026-000123",
}

SHARE: tuple[Message, ...] = (
    share.Acknowledge(incident=_INCIDENT, reference="DK-2026-0417"),
    share.ReportUnit(incident=_INCIDENT, unit="Pemadam 2", status="en-route"),
    share.Say(incident=_INCIDENT, words="Hidran di Jalan Kunduri tidak berfungsi."),
    share.IncidentChanged(**_KNOWN),
    share.IncidentState(**_KNOWN),
    share.DeskReplied(
        agency="damkar-palu",
        incident=_INCIDENT,
        office="polres-palu",
        reply="4d3f6b0e-5d0a-4b0f-9c65-7f0e4d1c2a33-0",
        words="Pakai hidran di Jalan Towua. Jalan Kunduri kami tutup.",
        written_at=datetime(2026, 3, 2, 0, 18, 4, tzinfo=UTC),
        rule="5b0e7c31-84a4-4c5f-9c0b-1d9f6f0f7a42",
        purpose="Pemadaman dan penyelamatan",
    ),
    share.AnswerRefused(agency="damkar-palu", answer="6c1f0d4e-6f0b-4d0e-9b69-0a4a3c1f7d55", reason="not-shared"),
)
