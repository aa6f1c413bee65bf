"""Share: what one agency was told of one incident.

Invariants: its sequence is gapless; the same state is told once; after the last word nothing is said, unless a rule
shares the incident anew; each message names the rule that shared it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.reports.domain.projection import Facts
from services.reports.domain.rule import Rule
from shared.contracts.message import Event
from shared.contracts.share import Change, EndReason, IncidentChanged, IncidentState


def share_id(incident: str, agency: str) -> str:
    """The one of an agency and an incident."""
    return f"{incident}:{agency}"


@dataclass(slots=True)
class Share:
    """How an incident stands for an agency."""

    id: str
    office: str
    incident: str
    agency: str
    rule: str = ""
    sequence: int = 0
    told: str = ""
    """A hash of what was said last."""
    told_at: datetime | None = None
    exercise: bool = False
    shared_by: str | None = None
    """The rule, while the agency has the incident."""
    acknowledged: bool = False
    version: int = 0

    def tell(self, rule: Rule, facts: Facts, at: datetime, *, exercise: bool) -> Sequence[Event]:
        """How it is now: an event and a state, or nothing where the agency knows it.

        Nothing, too, of a change that the agency does not see: not even that there was one.
        """
        said = _hash((rule.id, rule.terms.tier, facts))
        if self.shared_by is not None and said == self.told:
            return ()
        change: Change = "shared" if self.shared_by is None else "updated"
        self.rule = self.shared_by = rule.id
        self.told, self.exercise = said, exercise
        return self._messages(change, rule, None, {**facts, "changed_at": at}, at)

    def say_again(self, since: datetime) -> None:
        """What was said before may have been lost on the way: it is told once more, as if it were another state."""
        if self.told_at is None or self.told_at < since:
            self.told = ""

    def end(self, rule: Rule, reason: EndReason, at: datetime) -> Sequence[Event]:
        """The last word. It says nothing of the incident, of which the agency may know nothing more."""
        if self.shared_by is None:
            return ()
        self.shared_by, self.told = None, ""
        return self._messages("ended", rule, reason, {"changed_at": at}, at)

    def _messages(
        self, change: Change, rule: Rule, ended: EndReason | None, facts: Facts, at: datetime
    ) -> Sequence[Event]:
        self.sequence += 1
        self.told_at = at
        envelope: dict[str, Any] = {
            "agency": self.agency,
            "incident": self.incident,
            "office": self.office,
            "sequence": self.sequence,
            "change": change,
            "ended": ended,
            "exercise": self.exercise,
            "rule": rule.id,
            "tier": rule.terms.tier,
            "purpose": rule.terms.purpose,
        }
        return [IncidentChanged(**envelope, **facts), IncidentState(**envelope, **facts)]


def _hash(said: object) -> str:
    return hashlib.blake2b(json.dumps(said, default=repr, sort_keys=True).encode(), digest_size=16).hexdigest()
