"""W3C trace context from HTTP through Kafka to every event, and its export by OpenTelemetry where configured.

Invariants: a context that came from outside is used only if it is well formed; minting one costs well under
a microsecond, so that every message carries one whether or not anybody collects them; recording never waits
for the collector, and a collector that is away costs spans, never messages.

A span here is named by its `traceparent`, which is minted before the work begins and travels with the
messages the work sends. What was done is recorded afterwards, so the hot loop keeps no span objects.
"""

import re
import threading
from collections.abc import Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from random import getrandbits
from time import time_ns
from types import TracebackType
from typing import Literal, Self

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from shared.settings import Settings

Kind = Literal["server", "producer", "consumer", "internal"]
Value = str | int | float | bool

current: ContextVar[str | None] = ContextVar("current_traceparent", default=None)
"""The context of the span that is open in this task."""

EXPORT_SECONDS = 2
"""How long a collector may take to receive some spans."""
SHUTDOWN_SECONDS = 3.0
"""The most that `shutdown` waits for what is left to be sent."""
LONGEST_QUEUE = 10_000
"""Spans that wait for the collector; beyond it the oldest go."""

_TRACEPARENT = re.compile(
    r"([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-[\x20-\x7e]{0,400})?"
)
_KINDS = {kind.name.lower(): kind for kind in SpanKind}


# The context -----------------------------------------------------------------------------------------------


def parse(header: str | bytes | None) -> str | None:
    """A trace context that somebody sent, as version 00; None where it is missing or malformed, as W3C asks."""
    if not header:
        return None
    text = header.decode("latin-1") if isinstance(header, bytes) else header
    match = _TRACEPARENT.fullmatch(text)
    if match is None:
        return None
    version, trace, span, flags, more = match.groups()
    if version == "ff" or (version == "00" and more):
        return None
    return f"00-{trace}-{span}-{int(flags, 16) & TraceFlags.SAMPLED:02x}"


def child(traceparent: str | None) -> str:
    """The context of new work: a further span of a parsed context's trace, or the first of a new trace."""
    span = (getrandbits(64) or 1).to_bytes(8).hex()
    if traceparent is None:
        trace = (getrandbits(128) or 1).to_bytes(16).hex()
        return f"00-{trace}-{span}-{'01' if _exporting else '00'}"
    return f"{traceparent[:36]}{span}{traceparent[52:]}"


# The export ------------------------------------------------------------------------------------------------


class _Given(IdGenerator):
    """Gives OpenTelemetry the ids we have minted already. Used within one synchronous call at a time."""

    def __init__(self) -> None:
        self.context = SpanContext(0, 0, is_remote=False)

    def generate_trace_id(self) -> int:
        return self.context.trace_id

    def generate_span_id(self) -> int:
        return self.context.span_id


class _Export:
    """Hands finished spans to a background thread that sends them."""

    def __init__(self, exporter: SpanExporter, service: str, role: str) -> None:
        self._ids = _Given()
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,  # whether a trace is sampled was decided where it began, and stands in its context
            id_generator=self._ids,
            resource=Resource.create({"service.name": f"{service}-{role}", "service.namespace": "kentongan"}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=LONGEST_QUEUE))
        self._tracer = self._provider.get_tracer("kentongan")

    def record(self, span: "Finished") -> None:
        self._ids.context = _context(span.traceparent)
        parent = Context()
        if span.parent is not None:
            parent = set_span_in_context(NonRecordingSpan(_context(span.parent)), parent)
        recorded = self._tracer.start_span(
            span.name,
            context=parent,
            kind=_KINDS[span.kind],
            attributes=span.attributes,
            start_time=span.started_ns,
            record_exception=False,
        )
        if span.error:
            recorded.set_status(Status(StatusCode.ERROR, span.error))
        recorded.end(span.ended_ns)

    def shutdown(self) -> None:
        """Send what is left, for a bounded time: OpenTelemetry's own end could outlast the process's patience."""
        last = threading.Thread(target=self._provider.shutdown, daemon=True)
        last.start()
        last.join(SHUTDOWN_SECONDS)


_exporting: _Export | None = None


def configure(settings: Settings, *, service: str, role: str, exporter: SpanExporter | None = None) -> None:
    """Export this process's spans where the settings name a collector (or to `exporter`); else do nothing."""
    global _exporting
    shutdown()
    if exporter is None and settings.otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
    _exporting = _Export(exporter, service, role) if exporter else None


def shutdown() -> None:
    """Send what is left and stop. Blocks for up to `SHUTDOWN_SECONDS`: call it when nothing else is to be done."""
    global _exporting
    if _exporting is not None:
        _exporting.shutdown()
        _exporting = None


def enabled() -> bool:
    """Whether anybody collects spans: what is only good for them need not be gathered otherwise."""
    return _exporting is not None


@dataclass(frozen=True, slots=True)
class Finished:
    """Work that is done, as the collector shall see it."""

    name: str
    kind: Kind
    traceparent: str
    """Its own context, which it has handed on to what it caused."""
    parent: str | None
    started_ns: int
    """Nanoseconds since 1970, as `time.time_ns()` gives them."""
    ended_ns: int
    attributes: Mapping[str, Value] = field(default_factory=dict)
    error: str = ""
    """What went wrong. Not an exception's text, which may quote personal data."""


def record(span: Finished) -> None:
    """Have a finished span exported, if its trace is sampled and spans are exported at all."""
    if _exporting is not None and span.traceparent.endswith("1"):
        _exporting.record(span)


class Span:
    """Work under way: `with Span("POST /queue/api/v1/tickets", "server", parent) as span: …`.

    While it is open it is `current`, and so the parent of the spans opened inside of it. An exception that
    leaves it marks it as failed.
    """

    __slots__ = ("_started_ns", "_token", "attributes", "error", "kind", "name", "parent", "traceparent")

    def __init__(self, name: str, kind: Kind = "internal", parent: str | None = None, **attributes: Value) -> None:
        """`parent` is a parsed context; without one the span continues the one that is open."""
        self.name = name
        self.kind = kind
        self.parent = parent or current.get()
        self.traceparent = child(self.parent)
        self.attributes = attributes
        self.error = ""

    def __enter__(self) -> Self:
        self._started_ns = time_ns()
        self._token: Token[str | None] = current.set(self.traceparent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        current.reset(self._token)
        if kind is not None:
            self.error = kind.__name__
        record(
            Finished(
                self.name,
                self.kind,
                self.traceparent,
                self.parent,
                self._started_ns,
                time_ns(),
                self.attributes,
                self.error,
            )
        )


def _context(traceparent: str) -> SpanContext:
    return SpanContext(
        int(traceparent[3:35], 16),
        int(traceparent[36:52], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(traceparent[53:], 16)),
    )
