"""Every line has the same shape, whoever wrote it, and says which message it is about."""

import io
import json
import logging
import sys
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from shared.log import configure, current_message, get_logger
from shared.settings import Settings


@dataclass
class Message:
    """As much of a message as a line tells."""

    id: str = "6c1f0d4e"
    type: str = "kentongan.queue.CallNext.v1"
    correlation_id: str = "request-7"
    traceparent: str | None = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Closed(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.fixture
def stream() -> io.StringIO:
    """A process's standard error."""
    return io.StringIO()


def _configure(stream: io.StringIO, **settings: Any) -> None:
    configure(Settings(**settings), service="queue", role="worker", stream=stream)


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_how_bad_and_who(stream: io.StringIO) -> None:
    log = get_logger("services.queue")  # made before the logs are configured, as modules do
    _configure(stream)
    log.info("line closed", waiting=3)
    (line,) = _lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "line closed",
        "level": "info",
        "logger": "services.queue",
        "service": "queue",
        "role": "worker",
        "waiting": 3,
    }


def test_lines_of_libraries_have_the_same_shape(stream: io.StringIO) -> None:
    _configure(stream)
    logging.getLogger("aiokafka.consumer").warning("heartbeat failed for %s", "group")
    get_logger("own").warning("heartbeat failed for group")
    library, own = _lines(stream)
    assert library.keys() == own.keys()
    assert library["logger"] == "aiokafka.consumer"
    assert library["event"] == own["event"]


def test_the_message_under_way_stands_on_every_line(stream: io.StringIO) -> None:
    _configure(stream)
    current_message.set(Message())
    get_logger("own").info("handled")
    logging.getLogger("pymongo").error("slow")
    current_message.set(None)
    get_logger("own").info("idle")
    handled, slow, idle = _lines(stream)
    for line in (handled, slow):
        assert line["message_id"] == "6c1f0d4e"
        assert line["message_type"] == "kentongan.queue.CallNext.v1"
        assert line["correlation_id"] == "request-7"
        assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert "message_id" not in idle


def test_what_the_caller_states_itself_stays(stream: io.StringIO) -> None:
    _configure(stream)
    current_message.set(Message())
    get_logger("own").info("undeliverable", message_id="another")
    current_message.set(None)
    assert _lines(stream)[0]["message_id"] == "another"


def test_a_requests_identifiers_stand_on_every_line(stream: io.StringIO) -> None:
    _configure(stream)
    with structlog.contextvars.bound_contextvars(correlation_id="request-8"):
        get_logger("own").info("asked")
        logging.getLogger("uvicorn.error").warning("odd")
    assert [line["correlation_id"] for line in _lines(stream)] == ["request-8", "request-8"]


def test_an_exception_is_data_without_local_variables(stream: io.StringIO) -> None:
    _configure(stream)

    def fail(phone: str) -> None:
        raise ValueError(f"no such number: {phone}")

    try:
        fail("+6281234567890")
    except ValueError:
        get_logger("own").exception("failed")
        logging.getLogger("library").exception("failed")
    for line in _lines(stream):
        (told,) = line["exception"]
        assert told["exc_type"] == "ValueError"
        assert [frame["name"] for frame in told["frames"]][-1] == "fail"
    assert "81234567890" not in stream.getvalue()


def test_no_line_holds_personal_data(stream: io.StringIO) -> None:
    _configure(stream)
    get_logger("own").info("asked by +6281234567890", phone="08123", body={"phone": "x", "text": "+6281234567890"})
    logging.getLogger("library").warning("sent to %s", "+6281234567890")
    assert "8123" not in stream.getvalue()


def test_below_its_level_nothing_is_written(stream: io.StringIO) -> None:
    _configure(stream, log_level="warning")
    get_logger("own").info("quiet")
    logging.getLogger("library").info("quiet")
    assert stream.getvalue() == ""


def test_no_access_log_tells_a_secret_link(stream: io.StringIO) -> None:
    _configure(stream, log_level="debug")
    logging.getLogger("uvicorn.access").info('"GET /queue/t/1.abc HTTP/1.1" 200')
    assert stream.getvalue() == ""


def test_a_person_gets_readable_lines(stream: io.StringIO) -> None:
    _configure(stream, log="console")
    try:
        raise ValueError("to +6281234567890")
    except ValueError:
        get_logger("own").exception("failed", counter="loket-2")
    text = stream.getvalue()
    assert "failed" in text
    assert "counter=loket-2" in text
    assert "Traceback" in text
    assert "81234567890" not in text


def test_a_log_that_cannot_be_written_fails_nothing() -> None:
    _configure(Closed())
    get_logger("own").info("lost")
    logging.getLogger("library").warning("lost")


def test_a_crash_is_a_line_too(stream: io.StringIO) -> None:
    _configure(stream)
    error = RuntimeError("no disk")
    sys.excepthook(RuntimeError, error, None)
    (line,) = _lines(stream)
    assert (line["event"], line["level"]) == ("crashed", "critical")
    assert line["exception"][0]["exc_value"] == "no disk"
