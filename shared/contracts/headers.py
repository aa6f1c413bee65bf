"""The envelope in Kafka headers: CloudEvents 1.0 in binary mode, described as JSON Schema.

What a command must carry is the least that a stranger has to write; what an event carries is what our own
writer always writes. A test holds both to what `shared.messaging` reads and writes.
"""

from typing import Any

from shared.contracts.message import Command, Message
from shared.contracts.schema import Schema

_TEXT: Schema = {"type": "string", "minLength": 1}

_COMMON: Schema = {
    "ce_specversion": {"const": "1.0", "description": "The version of CloudEvents."},
    "ce_source": {**_TEXT, "description": "Who wrote the message, as a URI reference such as `/kentongan/queue/api`."},
    "ce_time": {
        "type": "string",
        "format": "date-time",
        "description": "When it was written or happened (RFC 3339). Without it the record's own time counts.",
    },
    "ce_subject": {**_TEXT, "description": "What the message is about, within its source."},
    "ce_correlationid": {
        "type": "string",
        "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:~-]{0,127}$",
        "description": "The same for everything that follows from one request. Without it, the message's id.",
    },
    "traceparent": {
        "type": "string",
        "pattern": "^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "W3C trace context. A malformed one is ignored.",
    },
}
_COMMAND: Schema = {
    "ce_id": {
        "type": "string",
        "pattern": "^[A-Za-z0-9][A-Za-z0-9_~-]{0,63}$",
        "description": "A new UUID. The same id again with the same data asks for the same thing, which happens once.",
    },
    **_COMMON,
    "ce_actor": {
        "type": "string",
        "pattern": "^[a-z]+(/[a-z0-9._-]{1,64}){0,2}$",
        "description": "Who asks, for the audit: `citizen`, `staff/<user name>`, `system`.",
    },
}
_EVENT: Schema = {
    "ce_id": {
        "type": "string",
        "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:~-]{0,127}$",
        "description": "`<id of the command>:<n>`. Delivered at least once: skip an id that was seen before.",
    },
    **_COMMON,
    "ce_causationid": {
        "type": "string",
        "pattern": "^[A-Za-z0-9][A-Za-z0-9_.:~-]{0,127}$",
        "description": "The id of the message that caused this one.",
    },
}
_COMMAND_NEEDS = ["ce_id", "ce_source", "ce_specversion", "ce_type"]
_EVENT_NEEDS = [
    *_COMMAND_NEEDS, "ce_causationid", "ce_correlationid", "ce_dataclassification", "ce_dataschema", "ce_subject",
    "ce_time", "content-type",
]  # fmt: skip

COMMAND_ENVELOPE: Schema = {"type": "object", "properties": _COMMAND, "required": sorted(_COMMAND_NEEDS)}
EVENT_ENVELOPE: Schema = {"type": "object", "properties": _EVENT, "required": sorted(_EVENT_NEEDS)}

DEAD_LETTER_ENVELOPE: Schema = {
    "type": "object",
    "description": "All headers of the original message, and these four after them.",
    "properties": {
        "dead_id": {**_TEXT, "description": "Where the message lay: `<topic>/<partition>/<offset>`."},
        "dead_reason": {**_TEXT, "description": "`<kind>: <explanation>`."},
        "dead_at": {"type": "string", "format": "date-time", "description": "When it was given up."},
        "dead_topic": {**_TEXT, "description": "Where it came from, and where a replay sends it."},
    },
    "required": ["dead_at", "dead_id", "dead_reason", "dead_topic"],
}


def envelope(message: type[Message]) -> Schema:
    """What the headers of any message of its direction look like."""
    return COMMAND_ENVELOPE if issubclass(message, Command) else EVENT_ENVELOPE


def own_headers(message: type[Message]) -> Schema:
    """What the headers of this very message add to its envelope."""
    return {
        "type": "object",
        "properties": {
            "ce_type": {"const": message.type(), "description": "The message's type and version."},
            "ce_dataschema": {"const": message.dataschema(), "description": "The JSON Schema of the data."},
            "ce_dataclassification": {
                "const": message.classification,
                "description": "Who may read it: `public`, `internal`, or `personal` (its own service alone).",
            },
            "content-type": {"const": "application/json"},
        },
    }


def whole_headers(message: type[Message]) -> dict[str, Any]:
    """Both together, as a validator wants it."""
    return {"allOf": [envelope(message), own_headers(message)]}
