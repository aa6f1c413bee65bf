"""What every message on the bus is: a closed, immutable record with a stable type name.

The writer is strict (the JSON Schema allows no other field), the reader tolerant (an unknown field is
ignored), so a field may be added as optional and nothing else may ever change. A breaking change is a new
version of the class and of the topic.
"""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.fields import Slug

Classification = Literal["public", "internal", "personal"]
"""Who may read a message: `personal` is allowed on a service's own command topic only."""


class Message(BaseModel):
    """A message's data. Its envelope (id, time, actor, trace) travels in CloudEvents headers."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, ser_json_timedelta="float")

    publisher: ClassVar[str]
    version: ClassVar[int] = 1
    classification: ClassVar[Classification] = "internal"

    @classmethod
    def label(cls) -> str:
        """`TicketTaken.v1`. A second version is the class `TicketTakenV2` with `version = 2`: `TicketTaken.v2`."""
        return f"{cls.__name__.removesuffix(f'V{cls.version}')}.v{cls.version}"

    @classmethod
    def type(cls) -> str:
        """The CloudEvents `type`: `kentongan.queue.TicketTaken.v1`."""
        return f"kentongan.{cls.publisher}.{cls.label()}"

    @classmethod
    def dataschema(cls) -> str:
        """The CloudEvents `dataschema` of the JSON Schema that describes this message."""
        return f"urn:kentongan:schema:{cls.publisher}:{cls.label().replace('.', ':')}"

    def key(self) -> str:
        """The partition key: messages with one key stay in order."""
        raise NotImplementedError(f"{type(self).__name__} declares no key")

    def subject(self) -> str:
        """The CloudEvents `subject`: what the message is about."""
        return self.key()


class Command(Message):
    """A wish, in the imperative. Enters a service by `<service>.commands.v1` only."""

    aside: ClassVar[frozenset[str]] = frozenset()
    """Fields that are no part of the wish: sent again with others it is the same command."""


class Event(Message):
    """A fact, in the past tense, on `<service>.events.v1`. Carries no personal data."""

    classification: ClassVar[Classification] = "public"

    def topic(self) -> str:
        """Where it is published: among its publisher's facts, unless it is meant for fewer."""
        return events_topic(self.publisher)


class OfficeMessage(Message):
    """A message that names its office, which is its partition key: one office is one order of events."""

    office: Slug
    """The office's short name, which is also the partition key."""

    def key(self) -> str:
        """The office."""
        return self.office


class Refusal(Event):
    """A command was understood and refused. Answers whoever waits for it; nothing else follows from it."""

    classification: ClassVar[Classification] = "internal"

    command: str
    """The `type` of the refused command."""
    about: str
    """The partition key of the refused command."""
    reason: str
    """The refusal's slug, such as `line-closed`."""
    details: dict[str, str | int] = {}
    """Facts that help the caller to act, such as the next opening time."""

    def key(self) -> str:
        return self.about


def commands_topic(service: str) -> str:
    """The one way into a service."""
    return f"{service}.commands.v1"


def events_topic(service: str) -> str:
    """A service's facts."""
    return f"{service}.events.v1"


def dead_topic(service: str) -> str:
    """Messages that a service could not handle, with the reason."""
    return f"{service}.dead.v1"
