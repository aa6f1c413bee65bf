"""Decoding gives a message or a reason, whatever lies in a topic."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.envelope import LARGEST_MESSAGE_BYTES, Codec, Headers, Incoming, Record, Unwanted, encode_command
from shared.messaging.errors import Poison
from tests.support.toy import messages as m

AT = datetime(2026, 3, 2, 8, 0, 0, 250_000, tzinfo=UTC)
COMMANDS = Codec(m.COMMANDS)
REACTIONS = Codec([m.CrateArrived], publisher=m.DEPOT)


def written(message: Any = None) -> tuple[bytes, bytes, Headers]:
    return encode_command(
        message or m.PutItem(box="a", tag="red"),
        id="id-1",
        source="/test",
        time=AT,
        actor="citizen",
        correlation_id="corr-1",
        traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
    )


def record(**changes: Any) -> Record:
    key, value, headers = written()
    fields: dict[str, Any] = {
        "topic": "toy.commands.v1",
        "partition": 0,
        "offset": 5,
        "timestamp_ms": 1_772_438_400_000,
        "key": key,
        "value": value,
        "headers": headers,
    }
    return Record(**{**fields, **changes})


def with_headers(**changes: bytes | None) -> Record:
    """The record with other headers; None takes one away."""
    names = {name.replace("_", "-") if name == "content_type" else name: value for name, value in changes.items()}
    merged = {**dict(record().headers), **names}
    return record(headers=tuple((name, value) for name, value in merged.items() if value is not None))


def reason(broken: Record, codec: Codec = COMMANDS) -> str:
    with pytest.raises(Poison) as poison:
        codec.decode(broken)
    return str(poison.value)


def test_what_was_written_is_read() -> None:
    incoming = COMMANDS.decode(record())
    assert incoming.message == m.PutItem(box="a", tag="red")
    assert (incoming.id, incoming.type, incoming.actor) == ("id-1", "kentongan.toy.PutItem.v1", "citizen")
    assert (incoming.correlation_id, incoming.causation_id) == ("corr-1", "")
    assert incoming.issued_at == AT
    assert incoming.traceparent == "00-" + "a" * 32 + "-" + "b" * 16 + "-01"


def test_what_may_be_left_out_has_a_default() -> None:
    incoming = COMMANDS.decode(
        with_headers(ce_time=None, ce_correlationid=None, ce_actor=None, traceparent=None, content_type=None)
    )
    assert incoming.issued_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (incoming.correlation_id, incoming.actor, incoming.traceparent) == ("id-1", "system", None)


def test_time_of_another_zone_is_the_same_moment() -> None:
    assert COMMANDS.decode(with_headers(ce_time=b"2026-03-02T16:00:00.250+08:00")).issued_at == AT


def test_field_that_we_do_not_know_is_ignored() -> None:
    value = b'{"box":"a","colour":"green","tag":null}'
    assert COMMANDS.decode(record(value=value)).message == m.PutItem(box="a")


def test_header_that_we_do_not_know_is_ignored() -> None:
    strange: Any = (("x-none", None), ("", b""), ("\N{SNOWMAN}", b"\xff"), ("big", b"x" * 100_000))
    assert COMMANDS.decode(record(headers=(*record().headers, *strange))).id == "id-1"


def test_last_of_repeated_headers_counts() -> None:
    assert COMMANDS.decode(record(headers=(("ce_id", b"forged"), *record().headers))).id == "id-1"


def test_header_without_value_counts_as_missing() -> None:
    headers: Any = (*(h for h in record().headers if h[0] != "ce_id"), ("ce_id", None))
    assert reason(record(headers=headers)) == "missing-header: ce_id"


@pytest.mark.parametrize("traceparent", [b"", b"junk", b"\xff\xfe", b"00-" + b"0" * 32 + b"-" + b"b" * 16 + b"-01"])
def test_broken_trace_context_is_dropped_and_not_held_against_the_message(traceparent: bytes) -> None:
    assert COMMANDS.decode(with_headers(traceparent=traceparent)).traceparent is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ce_specversion": None}, "not-cloudevents"),
        ({"ce_specversion": b"0.3"}, "not-cloudevents"),
        ({"ce_type": None}, "missing-header: ce_type"),
        ({"ce_type": b"\xff\xfe"}, "bad-header: ce_type is not UTF-8"),
        ({"ce_type": b"kentongan.toy.Dance.v1"}, "unknown-type: kentongan.toy.Dance.v1"),
        ({"ce_type": b"kentongan.toy.PutItem.v2"}, "unsupported-version: kentongan.toy.PutItem.v2"),
        ({"ce_type": b"x" * 100_000}, "unknown-type: xxx"),
        ({"ce_id": None}, "missing-header: ce_id"),
        ({"ce_id": b"\xff"}, "bad-header: ce_id is not UTF-8"),
        ({"ce_id": b"has:colon"}, "bad-header: ce_id must match"),
        ({"ce_id": b"new\nline"}, "bad-header: ce_id must match"),
        ({"ce_id": b"trailing\n"}, "bad-header: ce_id must match"),
        ({"ce_id": b"x" * 65}, "bad-header: ce_id must match"),
        ({"ce_source": None}, "missing-header: ce_source"),
        ({"ce_correlationid": b"a b"}, "bad-header: ce_correlationid"),
        ({"ce_causationid": b"$where"}, "bad-header: ce_causationid"),
        ({"ce_actor": b"Robert'); DROP"}, "bad-header: ce_actor"),
        ({"ce_time": b"yesterday"}, "bad-header: ce_time is not an RFC 3339 time"),
        ({"ce_time": b"2026-03-02T08:00:00"}, "bad-header: ce_time has no offset"),
        ({"ce_time": b"0001-01-01T00:00:00+14:00"}, "bad-header: ce_time is not an RFC 3339 time"),
        ({"ce_time": b"9999-12-31T23:59:59-14:00"}, "bad-header: ce_time is not an RFC 3339 time"),
        ({"ce_time": b"\xff"}, "bad-header: ce_time is not UTF-8"),
        ({"content_type": b"text/plain"}, "not-json: content-type text/plain"),
        ({"content_type": b"application/avro"}, "not-json"),
        ({"content_type": b"\xff\xfe"}, "not-json"),
    ],
)
def test_envelope_that_is_not_right_is_poison(changes: dict[str, bytes | None], expected: str) -> None:
    assert reason(with_headers(**changes)).startswith(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"headers": ()}, "not-cloudevents"),
        ({"value": None}, "empty"),
        ({"value": b""}, "invalid-data"),
        ({"value": b"{"}, "invalid-data"),
        ({"value": b"\xff\xfe"}, "invalid-data"),
        ({"value": b"[]"}, "invalid-data"),
        ({"value": b"null"}, "invalid-data"),
        ({"value": b"[" * 60_000}, "invalid-data"),
        ({"value": b'{"box":1}'}, "invalid-data: box"),
        ({"value": b'{"box":"A B"}'}, "invalid-data: box"),
        ({"value": b'{"box":"a","tag":"\\ud800"}'}, "invalid-data"),
        ({"value": b'{"box":"a","weight":"many"}'}, "invalid-data: weight"),
        ({"value": b'{"box":"a","tag":"' + b"x" * LARGEST_MESSAGE_BYTES + b'"}'}, "too-large"),
        ({"key": None}, "wrong-key"),
        ({"key": b"b"}, "wrong-key: the key must be 'a'"),
        ({"key": b"\xff"}, "wrong-key"),
        ({"timestamp_ms": -1}, "bad-timestamp"),
        ({"timestamp_ms": 2**62}, "bad-timestamp"),
    ],
)
def test_record_that_is_not_right_is_poison(changes: dict[str, Any], expected: str) -> None:
    assert reason(record(**changes)).startswith(expected)


def test_reason_does_not_quote_the_data() -> None:
    secret = b'{"box":"+6281234567890","tag":7,"weight":"+6281234567890"}'
    assert "6281234567890" not in reason(record(key=b"+6281234567890", value=secret))


def test_message_of_the_greatest_size_is_taken() -> None:
    room = LARGEST_MESSAGE_BYTES - len(b'{"box":"a","tag":""}')
    assert COMMANDS.decode(record(value=b'{"box":"a","tag":"' + b"x" * room + b'"}'))


def test_other_events_of_a_publisher_we_react_to_are_not_ours_to_judge() -> None:
    for type_ in (b"kentongan.depot.CrateLost.v1", b"kentongan.depot.NotInventedYet.v7"):
        with pytest.raises(Unwanted):
            REACTIONS.decode(with_headers(ce_type=type_))


def test_new_version_of_an_event_we_react_to_is_poison_and_not_overlooked() -> None:
    broken = with_headers(ce_type=b"kentongan.depot.CrateArrived.v2")
    assert reason(broken, REACTIONS).startswith("unsupported-version")


def test_stranger_on_a_publishers_topic_is_poison() -> None:
    broken = with_headers(ce_type=b"kentongan.depots.CrateLost.v1")
    assert reason(broken, REACTIONS).startswith("unknown-type")


NAMES = st.sampled_from([name for name, _ in record().headers]) | st.text(max_size=8)
VALUES = st.none() | st.binary(max_size=40) | st.sampled_from([value for _, value in record().headers])
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=8)


@given(
    more=HEADERS,
    kept=st.booleans(),
    key=st.none() | st.just(b"a") | st.binary(max_size=8),
    value=st.none() | st.binary(max_size=80) | st.just(written()[1]),
    timestamp=st.integers(-(2**63), 2**63 - 1),
)
def test_whatever_lies_in_a_topic_is_a_message_or_poison(
    more: list[tuple[str, bytes]], kept: bool, key: bytes | None, value: bytes | None, timestamp: int
) -> None:
    headers = (*(record().headers if kept else ()), *more)
    for codec in (COMMANDS, REACTIONS):
        try:
            decoded = codec.decode(record(headers=headers, key=key, value=value, timestamp_ms=timestamp))
        except (Poison, Unwanted):
            continue
        assert isinstance(decoded, Incoming)
