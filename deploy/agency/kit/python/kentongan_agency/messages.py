"""What an agency reads. A field that is not known here is left out, so that a new one breaks nobody."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Text(_Read):
    """A text in Indonesian and English."""

    id: str
    en: str


class Place(_Read):
    """Where it is: somewhere within `radius_metres`, in WGS 84 degrees."""

    latitude: float
    longitude: float
    radius_metres: int


class Unit(_Read):
    """A police unit that is sent, and how far it is."""

    kind: str
    status: str


class Message(_Read):
    """Something from the police station."""

    agency: str


class _AboutIncident(Message):
    incident: str
    office: str
    sequence: int
    """Counts what your agency was told of this incident."""
    exercise: bool
    """A drill: nobody is in danger."""
    rule: str
    """By which agreement you get it."""
    purpose: str
    """What you may use it for. Pass it on to nobody."""
    changed_at: datetime


class Incident(_AboutIncident):
    """How an incident is now."""

    change: Literal["shared", "updated"]
    tier: Literal["view", "assist"]
    state: str
    """`received`, `triaged`, `dispatched`, `on-scene`, `resolved`, `closed`; expect others."""
    category: str
    category_name: Text | None = None
    urgency: str | None = None
    severity: str
    certainty: str | None = None
    """None until the desk has looked."""
    priority: int
    """1 comes first."""
    place: Place | None = None
    reported_at: datetime
    units: tuple[Unit, ...] = ()
    number: str | None = None
    """The office's own number, where you come to help."""


class Ended(_AboutIncident):
    """The last word on an incident: you will hear no more of it, unless it is shared anew."""

    ended: str
    """Why: `over`, `rule-ended`, `rule-expired`, `left-rule`, `merged`, `set-aside`, `exercise-removed`."""


class Reply(Message):
    """The desk has written to your agency about an incident."""

    incident: str
    office: str
    reply: str
    """Its own id: one that you have seen is a repeat."""
    words: str
    written_at: datetime
    exercise: bool
    """About a drill."""
    rule: str
    purpose: str
    """What you may use it for. Pass it on to nobody."""


class Refused(Message):
    """Something that you have sent came to nothing."""

    answer: str
    """Your `ce_id`, or where the message lay."""
    reason: str
