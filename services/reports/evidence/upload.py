"""An upload: what it is for, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

Status = Literal["receiving", "received", "taken", "refused"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What an upload is for, as its sender says."""

    office: str
    incident: str
    source: Literal["reporter", "staff"]
    actor: str
    """Who sends it, for the audit."""
    name: str = ""
    """What its sender calls the file. Personal, and no proof of anything."""
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What else was said of it: the camera, the recorded time."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as it stands."""

    id: str
    claim: Claim
    length: int | None
    """None: to be known when it ends, as with a page's form."""
    offset: int
    full: bool
    """Whether all has come."""
    parts: tuple[str, ...]
    """SHA-256 of each stored part."""
    sha256: str | None
    """Of all that has come, computed as it came. None: not all of it came to one process."""
    begun: str
    status: Status
    expires_at: datetime
    outcome: Mapping[str, Any]
    """What it was refused for: `slug` and `details`."""

    @property
    def key(self) -> str:
        """Of the file."""
        return original_key(self.id)


def original_key(id: str) -> str:
    """Where an original lies, by the id of the upload that it came by."""
    return f"original/{id}"


class Checksum(Protocol):
    """Of what one request brings."""

    def update(self, data: bytes, /) -> None: ...

    def matches(self) -> bool: ...


def upload_of(document: Mapping[str, Any]) -> Upload:
    """As it is kept."""
    return Upload(
        id=document["_id"],
        claim=Claim(**document["claim"]),
        length=document["length"],
        offset=document["offset"],
        full=document["full"],
        parts=tuple(document["parts"]),
        sha256=document.get("sha256"),
        begun=document["begun"],
        status=document["status"],
        expires_at=document["expires_at"],
        outcome=document["outcome"],
    )
