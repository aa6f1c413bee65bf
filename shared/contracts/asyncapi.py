"""A service's interface on the bus as an AsyncAPI 3.0 document, built of FastStream's own schema objects.

FastStream could derive a document from its subscribers, but ours take whole batches of raw records (see
docs/decisions), of which it knows no types. So the document comes from where the types are: the models.
"""

from collections.abc import Mapping
from inspect import getdoc
from typing import Any

from faststream.specification.asyncapi.v3_0_0.schema import (
    ApplicationInfo,
    ApplicationSchema,
    Channel,
    Components,
    CorrelationId,
    Operation,
    Reference,
    Tag,
)
from faststream.specification.asyncapi.v3_0_0.schema import (
    Message as MessageObject,
)
from faststream.specification.asyncapi.v3_0_0.schema.bindings import ChannelBinding
from faststream.specification.asyncapi.v3_0_0.schema.bindings.kafka import ChannelBinding as KafkaChannel
from faststream.specification.asyncapi.v3_0_0.schema.operations import Action

from shared.contracts.catalogue import Publisher
from shared.contracts.golden import Golden
from shared.contracts.headers import COMMAND_ENVELOPE, DEAD_LETTER_ENVELOPE, EVENT_ENVELOPE, own_headers
from shared.contracts.message import Command, Message, dead_topic, events_topic
from shared.contracts.schema import Schema, writer_schema

_INTRODUCTION = """\

Messages are CloudEvents 1.0 in Kafka's binary mode: the envelope in headers, the value plain JSON. Names of
topics may carry a prefix in an installation; its operator tells it, with addresses and credentials. Writers keep
to the schemas, which allow no other field; readers ignore fields they do not know, since a version may gain
optional ones. Whatever else would change is a new version beside the old one."""

_DEAD = "DeadLetter"


def document(publisher: Publisher, examples: Mapping[str, Golden], partitions: Mapping[str, int]) -> Schema:
    """The document. `examples` are by label, `partitions` by topic."""
    return _Builder(publisher, examples, partitions).document()


class _Builder:
    def __init__(self, publisher: Publisher, examples: Mapping[str, Golden], partitions: Mapping[str, int]) -> None:
        self._publisher = publisher
        self._examples = examples
        self._partitions = partitions
        self._messages: dict[str, MessageObject] = {}
        self._schemas: dict[str, Schema] = {}

    def document(self) -> Schema:
        service = self._publisher.service
        channels: dict[str, Channel] = {}
        operations: dict[str, Operation] = {}
        for told in self._publisher.channels:
            channels[told.address] = self._channel(
                told.address, told.title, told.description, told.messages, told.partitions
            )
            operations[f"{told.action}{told.title.replace(' ', '')}"] = self._operation(
                Action(told.action), told.address, told.summary, channels
            )
        if self._publisher.is_service:
            channels[dead_topic(service)] = self._dead_letters()
            operations["sendDeadLetters"] = self._operation(
                Action.SEND, dead_topic(service), "Put aside what could not be handled.", channels
            )
        for other in sorted({event.publisher for event in self._publisher.reactions}):
            topic = events_topic(other)
            events = tuple(event for event in self._publisher.reactions if event.publisher == other)
            channels[topic] = self._channel(topic, f"Events of {other}", "What another service has told.", events)
            operations[f"receive{other.capitalize()}Events"] = self._operation(
                Action.RECEIVE, topic, f"React to what {other} has told.", channels
            )
        schema = ApplicationSchema(
            id=f"urn:kentongan:{service}",
            info=ApplicationInfo(
                title=self._publisher.title,
                version="1",
                description=self._publisher.description + "\n" + _INTRODUCTION,
            ),
            defaultContentType="application/json",
            channels=channels,
            operations=operations,
            components=Components(
                messages=self._messages,
                schemas=dict(sorted(self._schemas.items())),
                messageTraits={
                    "CommandEnvelope": _trait("The envelope of a command.", COMMAND_ENVELOPE),
                    "EventEnvelope": _trait("The envelope of an event.", EVENT_ENVELOPE),
                },
            ),
        )
        written: Schema = schema.to_jsonable()
        for told in self._publisher.channels:
            if told.parameters:  # FastStream's own channel knows none
                described = {name: {"description": meaning} for name, meaning in told.parameters}
                written["channels"][told.address]["parameters"] = described
        return written

    def _channel(
        self,
        topic: str,
        title: str,
        description: str,
        messages: tuple[type[Message], ...],
        partitions: int | None = None,
    ) -> Channel:
        for message in messages:
            self._messages[message.label()] = self._message(message)
        labels = [message.label() for message in messages]
        return self._topic(topic, title, description, labels, partitions)

    def _topic(
        self, topic: str, title: str, description: str, labels: list[str], partitions: int | None = None
    ) -> Channel:
        return Channel(
            address=topic,
            title=title,
            description=description,
            messages={label: _reference("components", "messages", label) for label in labels},
            bindings=ChannelBinding(
                kafka=KafkaChannel(topic=topic, partitions=partitions or self._partitions.get(topic))
            ),
        )

    def _dead_letters(self) -> Channel:
        """The messages that could not be handled; what they hold can be anything."""
        self._messages[_DEAD] = MessageObject(
            name=_DEAD,
            title="Dead letter",
            description="A message that could not be handled, with its own key, headers and bytes, and the reason.",
            contentType="application/octet-stream",
            payload={"description": "The original's bytes."},
            headers=DEAD_LETTER_ENVELOPE,
        )
        return self._topic(
            dead_topic(self._publisher.service), "Dead letters", "For the operator: inspect, mend, replay.", [_DEAD]
        )

    def _operation(self, action: Action, topic: str, summary: str, channels: Mapping[str, Channel]) -> Operation:
        return Operation(
            action=action,
            channel=_reference("channels", topic),
            summary=summary,
            messages=[_reference("channels", topic, "messages", label) for label in channels[topic].messages],
        )

    def _message(self, message: type[Message]) -> MessageObject:
        label = message.label()
        schema = self._schema(message)
        example = self._examples.get(label)
        direction = "Command" if issubclass(message, Command) else "Event"
        return MessageObject(
            name=message.type(),
            title=schema["title"],
            description=schema.get("description"),
            contentType="application/json",
            payload={"$ref": f"#/components/schemas/{label}"},
            headers=own_headers(message),
            correlationId=CorrelationId(location="$message.header#/ce_correlationid"),
            tags=[Tag(name=direction.lower()), Tag(name=message.classification)],
            traits=[{"$ref": f"#/components/messageTraits/{direction}Envelope"}],
            bindings={"kafka": {"key": _key(message, example), "bindingVersion": "0.5.0"}},
            **_example(example),
        )

    def _schema(self, message: type[Message]) -> Schema:
        """The message's schema among the components, its parts beside it. Without `$id`, which would rebase `$ref`s."""
        schema = {key: value for key, value in writer_schema(message).items() if key not in ("$schema", "$id")}
        parts = schema.pop("$defs", {})
        for name, part in {**parts, message.label(): schema}.items():
            moved = _moved(part)
            if self._schemas.setdefault(name, moved) != moved:
                raise ValueError(f"two different parts are called {name}")
        return schema


def _trait(summary: str, headers: Schema) -> Schema:
    return {"summary": summary, "headers": headers}


def _key(message: type[Message], example: Golden | None) -> Schema:
    """The partition key. How a message comes to it is code, so its words and an example have to tell."""
    described = {"type": "string", "description": getdoc(message.key) or ""}
    return described | ({"examples": [example.key]} if example else {})


def _example(golden: Golden | None) -> dict[str, Any]:
    if golden is None:
        return {}
    return {"examples": [{"name": golden.label, "headers": dict(golden.headers), "payload": golden.data}]}


def _reference(*path: str) -> Reference:
    return Reference.model_validate({"$ref": "#/" + "/".join(path)})


def _moved(node: Any) -> Any:
    """A schema whose parts are found among the document's components."""
    if isinstance(node, list):
        return [_moved(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(value)
        for key, value in node.items()
    }
