"""What every message of the reports service shares, and the types of its fields.

Every message is keyed by its office: the desk of an office is one order of events, so that an incident, its
duplicates and the units sent to it never disagree. What a reporter tells, and who they are, appears in commands
only; who they are is sealed even there.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from shared.contracts.fields import Id
from shared.contracts.message import Classification, Command, Event, OfficeMessage

SERVICE = "reports"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""What somebody writes: a report, a message, a note."""
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""Why somebody of the staff decides as they do. It stays with the incident."""
Latitude = Annotated[float, Field(ge=-90, le=90)]
"""WGS 84 degrees, north positive."""
Longitude = Annotated[float, Field(ge=-180, le=180)]
"""WGS 84 degrees, east positive."""
PersonHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""A keyed hash of a telephone number or mail address, by a key that neither the worker nor the database has."""
Cell = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,2}\.[0-9]{2},-?[0-9]{1,3}\.[0-9]{2}$")]
"""About a square kilometre, by the latitude and longitude of its south-west corner: `-0.90,119.87`."""
Revision = Annotated[int, Field(ge=1)]
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(3000, 1, 1, tzinfo=UTC)
TellableMoment = Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)]
"""A moment that somebody tells of: none for which another time zone, or a database, would know no date."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, as exactly as it was told: a position, words, or both."""

    latitude: Latitude | None = None
    longitude: Longitude | None = None
    accuracy_metres: Annotated[float, Field(ge=0, le=100_000)] | None = None
    """The radius within which the position lies with 68 % probability, as a telephone tells it."""
    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    """`Di depan Pasar Inpres Manonda`."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something that only the holder of a private key can read: a NaCl sealed box (X25519, XSalsa20-Poly1305)."""

    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    """Which key opens it: the beginning of the public key's SHA-256."""
    box: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=8192)]
    """Base64."""


class ReportsMessage(OfficeMessage):
    """Every message of the reports service names its office, which is its partition key."""

    publisher: ClassVar[str] = SERVICE


class ReportsCommand(ReportsMessage, Command):
    """A wish addressed to one office."""


class ReportsEvent(ReportsMessage, Event):
    """A fact about one office's affairs. Nothing of what a reporter wrote, and nobody's name."""


class IncidentCommand(ReportsCommand):
    """A wish about one incident."""

    incident: Id
    """The id of the command that reported it."""

    def subject(self) -> str:
        """The incident."""
        return self.incident


class PersonalIncidentCommand(IncidentCommand):
    """A wish about one incident, with words that somebody wrote."""

    classification: ClassVar[Classification] = "personal"


class IncidentEvent(ReportsEvent):
    """What happened to one incident."""

    incident: Id
    """The id of the command that reported it."""
    revision: Revision
    """Counts the incident's events: one that is not greater than the last one seen is a repeat."""

    def subject(self) -> str:
        """The incident."""
        return self.incident


Via = Literal["reporter", "desk", "field", "system"]
"""From which side something came."""
