"""A trace goes from the request through the bus to every event, and to a collector where there is one."""

import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from shared import tracing
from shared.settings import Settings
from shared.tracing import Finished, Span, child, current, parse, record

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED, UNSAMPLED = f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00"


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """No test exports another's spans."""
    yield
    tracing.shutdown()


@pytest.fixture
def collected() -> InMemorySpanExporter:
    """A collector in this process. `tracing.shutdown()` delivers to it."""
    exporter = InMemorySpanExporter()
    tracing.configure(Settings(), service="queue", role="worker", exporter=exporter)
    return exporter


def _spans(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    tracing.shutdown()
    return {span.name: span for span in exporter.get_finished_spans()}


# What others send ----------------------------------------------------------------------------------------


def test_a_well_formed_context_is_taken() -> None:
    assert parse(SAMPLED) == SAMPLED
    assert parse(SAMPLED.encode()) == SAMPLED


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    assert parse(f"cc-{TRACE}-{SPAN}-09-what-the-future-brings") == SAMPLED


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "00",
        SAMPLED[:-1],
        SAMPLED.upper(),
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"{SAMPLED}-more",
        f"{SAMPLED}\n",
        f" {SAMPLED}",
        f"00-{TRACE}-{SPAN}-0g",
        f"cc-{TRACE}-{SPAN}-01-{'x' * 500}",
        b"\xff\xfe",
        "０" * 55,
    ],
)
def test_a_malformed_context_is_ignored(header: str | bytes | None) -> None:
    assert parse(header) is None


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80)))
def test_nothing_that_is_sent_raises(header: str | bytes) -> None:
    assert parse(header) is None or parse(parse(header)) == parse(header)


# What we hand on -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", [SAMPLED, UNSAMPLED])
def test_a_child_is_another_span_of_the_same_trace(parent: str) -> None:
    first, second = child(parent), child(parent)
    assert parse(first) == first
    assert first[:36] == parent[:36]
    assert first[-2:] == parent[-2:]
    assert len({first, second, parent}) == 3


def test_a_new_trace_is_sampled_only_where_spans_are_collected() -> None:
    new = child(None)
    assert parse(new) == new
    assert new.endswith("-00")
    tracing.configure(Settings(), service="queue", role="api", exporter=InMemorySpanExporter())
    assert child(None).endswith("-01")


def test_spans_nest_whether_or_not_they_are_collected() -> None:
    with Span("request", "server", SAMPLED) as outer:
        with Span("send", "producer") as inner:
            assert current.get() == inner.traceparent
        assert current.get() == outer.traceparent
    assert current.get() is None
    assert inner.parent == outer.traceparent
    assert inner.traceparent[:36] == SAMPLED[:36]


# What is collected ---------------------------------------------------------------------------------------


def test_a_trace_leads_from_the_request_to_the_events(collected: InMemorySpanExporter) -> None:
    with Span("POST /queue/api/v1/tickets", "server") as request, Span("send TakeTicket", "producer", count=1) as send:
        command = send.traceparent
    event = child(command)
    record(Finished("handle TakeTicket", "consumer", event, command, 1_000, 3_000, {"outcome": "accepted"}))
    spans = _spans(collected)
    asked, sent, handled = (
        spans[name] for name in ("POST /queue/api/v1/tickets", "send TakeTicket", "handle TakeTicket")
    )
    assert asked.parent is None
    assert [span.kind for span in (asked, sent, handled)] == [SpanKind.SERVER, SpanKind.PRODUCER, SpanKind.CONSUMER]
    assert sent.parent
    assert sent.parent.span_id == int(request.traceparent[36:52], 16)
    assert handled.parent
    assert handled.parent.span_id == int(command[36:52], 16)
    assert handled.context
    assert handled.context.span_id == int(event[36:52], 16)
    assert len({span.context.trace_id for span in (asked, sent, handled) if span.context}) == 1
    assert (handled.start_time, handled.end_time) == (1_000, 3_000)
    assert dict(handled.attributes or {}) == {"outcome": "accepted"}
    assert handled.resource.attributes["service.name"] == "queue-worker"


def test_an_error_marks_its_span_by_its_kind_and_not_its_text(collected: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="6281234567890"), Span("request", "server"):
        raise ValueError("+6281234567890")
    status = _spans(collected)["request"].status
    assert status.status_code is StatusCode.ERROR
    assert status.description == "ValueError"


def test_a_trace_that_its_beginner_does_not_sample_is_not_collected(collected: InMemorySpanExporter) -> None:
    with Span("request", "server", UNSAMPLED):
        pass
    assert _spans(collected) == {}


def test_without_a_collector_nothing_is_gathered() -> None:
    tracing.configure(Settings(), service="queue", role="worker")
    assert not tracing.enabled()
    record(Finished("handle", "consumer", SAMPLED, None, 0, 1))


class Collector(BaseHTTPRequestHandler):
    """An OpenTelemetry collector as small as can be."""

    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:  # the standard library's name
        self.received.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def test_spans_arrive_at_a_collector_over_http() -> None:
    Collector.received = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_port}/"
        tracing.configure(Settings(otlp_endpoint=endpoint), service="queue", role="api")
        with Span("request", "server", SAMPLED):
            pass
        tracing.shutdown()
        server.shutdown()
        thread.join()
    ((path, body),) = Collector.received
    assert path == "/v1/traces"
    (resource,) = ExportTraceServiceRequest.FromString(body).resource_spans
    (span,) = resource.scope_spans[0].spans
    assert span.name == "request"
    assert span.trace_id.hex() == TRACE
    assert span.parent_span_id.hex() == SPAN


class Hanging(SpanExporter):
    """A collector that takes the connection and then says nothing."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.released = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.called.set()
        self.released.wait()
        return SpanExportResult.FAILURE


def test_a_collector_that_hangs_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "SHUTDOWN_SECONDS", 0.01)
    exporter = Hanging()
    tracing.configure(Settings(), service="queue", role="api", exporter=exporter)
    with Span("request", "server"):
        pass
    tracing.shutdown()
    assert not tracing.enabled()
    assert exporter.called.wait(5)
    exporter.released.set()
