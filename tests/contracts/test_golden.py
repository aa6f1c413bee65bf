"""What was once written on the bus is understood for as long as its version lives."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.v1.kafka import KafkaMessage as EarlierKafkaMessage
from cloudevents.v1.kafka import from_binary as earlier_from_binary
from jsonschema import Draft202012Validator

from shared.contracts.catalogue import publisher, publishers
from shared.contracts.golden import Golden, goldens, keep, latest
from shared.contracts.headers import whole_headers
from shared.contracts.message import Message
from shared.contracts.schema import writer_schema
from shared.messaging.envelope import Codec
from tests.contracts.samples import record_of, written

_TYPES = {message.type(): message for p in publishers() for message in p.messages()}


def _type(golden: Golden) -> type[Message]:
    """Several services have messages of one name."""
    return _TYPES[golden.headers["ce_type"]]


def _goldens() -> Iterator[tuple[str, Golden]]:
    for p in publishers():
        for golden in goldens(p.service):
            yield p.service, golden


every_golden = pytest.mark.parametrize(
    "golden", [pytest.param(g, id=f"{service}/{g.file}") for service, g in _goldens()]
)
every_service = pytest.mark.parametrize("service", [p.service for p in publishers()])


@every_service
def test_todays_writer_yields_the_latest_golden_message_of_every_type(
    service: str, request: pytest.FixtureRequest
) -> None:
    today = {golden.label: golden for golden in written(service)}
    assert today.keys() == {message.label() for message in publisher(service).messages()}
    if request.config.getoption("--update-golden", default=False):
        for golden in today.values():
            keep(golden, service)
    kept = latest(service)
    for label, golden in today.items():
        assert label in kept, f"{label} has no golden message: pytest tests/contracts --update-golden"
        assert golden.content() == kept[label].content(), f"{label} is written otherwise than before"
    assert kept.keys() == today.keys(), "a golden message outlives its type"


@every_golden
def test_todays_reader_understands_it(golden: Golden) -> None:
    message = _type(golden)
    incoming = Codec([message]).decode(record_of(golden))
    assert type(incoming.message) is message
    assert incoming.message.key() == golden.key
    assert _says(golden.data, json.loads(incoming.message.model_dump_json()))


def _says(then: Any, now: Any) -> bool:
    """Whether all that was said then is said now, maybe with more."""
    if isinstance(then, dict):
        return all(name in now and _says(value, now[name]) for name, value in then.items())
    if isinstance(then, list):
        return len(then) == len(now) and all(map(_says, then, now))
    return bool(then == now)


@every_golden
def test_readers_ignore_fields_that_they_do_not_know(golden: Golden) -> None:
    message = _type(golden)
    data = _with_unknown_fields(golden.data)
    incoming = Codec([message]).decode(record_of(golden, json.dumps(data).encode()))
    assert incoming.message == Codec([message]).decode(record_of(golden)).message


@every_golden
def test_it_keeps_to_the_schema_of_its_writer(golden: Golden) -> None:
    Draft202012Validator(writer_schema(_type(golden))).validate(golden.data)


@every_golden
def test_the_schema_refuses_a_writer_that_adds_a_field(golden: Golden) -> None:
    validator = Draft202012Validator(writer_schema(_type(golden)))
    assert not validator.is_valid({**golden.data, "unknown": 1})


@every_golden
def test_its_headers_are_as_described(golden: Golden) -> None:
    Draft202012Validator(whole_headers(_type(golden))).validate(dict(golden.headers))


@every_golden
def test_the_official_cloudevents_sdk_reads_it_as_a_stranger_would(golden: Golden) -> None:
    headers = {name: value.encode() for name, value in golden.headers.items()}
    event = from_binary_event(KafkaMessage(headers, golden.key.encode(), golden.value()))
    message = _type(golden)
    assert event.get_type() == message.type()
    assert event.get_dataschema() == message.dataschema()
    assert event.get_datacontenttype() == "application/json"
    assert event.get_extension("partitionkey") == golden.key
    assert event.get_extension("dataclassification") == message.classification
    assert event.get_extension("correlationid")
    assert event.get_time() is not None
    assert event.get_data() == golden.data


@every_golden
def test_the_sdk_before_it_reads_it_too(golden: Golden) -> None:
    headers = {name: value.encode() for name, value in golden.headers.items()}
    event = earlier_from_binary(EarlierKafkaMessage(headers, golden.key.encode(), golden.value()))
    assert event["type"] == _type(golden).type()
    assert event.data == golden.data


@every_golden
def test_only_messages_that_say_so_hold_personal_data(golden: Golden) -> None:
    message = _type(golden)
    assert ("+628" in golden.content().decode()) <= (message.classification == "personal")
    assert golden.headers["ce_dataclassification"] == message.classification


def _with_unknown_fields(data: object) -> object:
    """Unknown fields in the message and in every object that has fields of its own."""
    if isinstance(data, list):
        return [_with_unknown_fields(item) for item in data]
    if isinstance(data, dict):
        return {name: _with_unknown_fields(value) if name != "details" else value for name, value in data.items()} | {
            "unknown": {"added": "later"}
        }
    return data
