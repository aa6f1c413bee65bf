"""What was said to an agency about an incident, as it lay on the agency's topic."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from shared.contracts.share import DeskReplied, IncidentChanged, IncidentState
from shared.messaging.envelope import Incoming

HANDED_ON = (IncidentChanged, DeskReplied)
"""What is handed on as it comes: by webhook and stream."""
MEDIA_TYPE = "application/cloudevents+json"


class Said(NamedTuple):
    """One message, for whom it is, and where it lay."""

    id: str
    agency: str
    office: str
    incident: str
    at: datetime
    partition: int
    offset: int
    event: bytes
    """The whole as a CloudEvent in structured mode."""


class Change(NamedTuple):
    """One step of what an agency was told."""

    sequence: int
    change: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How an incident stands for an agency."""

    state: IncidentState
    at: datetime
    """When that was said."""
    changes: tuple[Change, ...]
    """All that is known to have been said, in order."""


def said(incoming: Incoming) -> Said:
    """A message of an agency's topic, ready to be handed on."""
    message = incoming.message
    assert isinstance(message, HANDED_ON)
    record = incoming.record
    return Said(
        id=incoming.id,
        agency=message.agency,
        office=message.office,
        incident=message.incident,
        at=incoming.issued_at,
        partition=record.partition,
        offset=record.offset,
        event=cloud_event(incoming),
    )


def cloud_event(incoming: Incoming) -> bytes:
    """The message in CloudEvents' JSON format. Its data are the bytes that the agency would read on Kafka."""
    headers = {name: value.decode("utf-8", "replace") for name, value in incoming.record.headers if value is not None}
    context: Mapping[str, Any] = {
        "specversion": "1.0",
        "id": incoming.id,
        "source": headers["ce_source"],
        "type": incoming.type,
        "dataschema": headers.get("ce_dataschema"),
        "subject": headers.get("ce_subject"),
        "time": incoming.issued_at.isoformat(),
        "datacontenttype": "application/json",
    }
    told = json.dumps({name: value for name, value in context.items() if value is not None}, ensure_ascii=False)
    return told.encode()[:-1] + b', "data": ' + (incoming.record.value or b"{}") + b"}"
