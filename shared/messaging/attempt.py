"""What a batch has come to: while it is being handled, and when it is settled."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import time_ns

from shared import tracing
from shared.messaging.envelope import Incoming, Record
from shared.messaging.store import Entry, Published
from shared.messaging.work import Work

ACCEPTED = "accepted"
"""The outcome of a command that was not refused."""


@dataclass(slots=True)
class Report:
    """What a batch came to, for the metrics."""

    records: int
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(message type, `accepted` | the refusal's slug | `repeated`) → commands."""
    dead: Counter[str] = field(default_factory=Counter)
    """Kind of reason → messages."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Time spent to `load`, `handle` and `commit`."""
    issued_at: list[datetime] = field(default_factory=list)


@dataclass(slots=True)
class Settled:
    """A batch that is durable and must now be published."""

    messages: list[Published]
    report: Report


@dataclass(slots=True)
class Attempt:
    """What one pass over a batch has produced so far."""

    known: dict[str, Entry]
    at: datetime
    entries: list[Entry] = field(default_factory=list)
    messages: list[Published] = field(default_factory=list)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: list[tuple[Record, str]] = field(default_factory=list)
    spans: list[tracing.Finished] = field(default_factory=list)

    def take(self, incoming: Incoming, outcome: str, published: tuple[Published, ...]) -> None:
        """Enter a handled command in the journal, which also makes a repeat in the same batch known."""
        entry = Entry(  # by position: see `Incoming`
            incoming.id,
            incoming.type,
            incoming.fingerprint,
            outcome,
            published,
            incoming.actor,
            incoming.message.key(),
            incoming.issued_at,
            self.at,
            incoming.correlation_id,
        )
        self.known[incoming.id] = entry
        self.entries.append(entry)
        self.messages.extend(published)
        self.outcomes[incoming.type, outcome] += 1

    def now(self, incoming: Incoming) -> datetime:
        """The moment a message reached the bus, by the broker's clock; never later than ours."""
        return incoming.arrived_at if incoming.arrived_at <= self.at else self.at

    def trace(self, incoming: Incoming, outcome: str, traceparent: str, started_ns: int) -> None:
        """Remember a handled command as a span, to be recorded when it is durable."""
        span = tracing.Finished(
            name=f"handle {incoming.type}",
            kind="consumer",
            traceparent=traceparent,
            parent=incoming.traceparent,
            started_ns=started_ns,
            ended_ns=time_ns(),
            attributes={
                "messaging.message.id": incoming.id,
                "messaging.destination.name": incoming.record.topic,
                "kentongan.outcome": outcome,
            },
        )
        self.spans.append(span)


@dataclass(slots=True)
class Opened:
    """A batch that is decoded: what is to be handled, and the letters for what nobody can."""

    batch: list[Incoming]
    report: Report
    letters: list[Published]


@dataclass(slots=True)
class Handled:
    """A batch whose handlers have run. Nothing of it is durable yet."""

    attempt: Attempt
    work: Work
    write: Callable[[], Awaitable[None]] | None
    """The transaction, as the handlers left it. None where there is nothing to be written."""
    seconds: dict[str, float]
    """Time spent to `load` and `handle`, and so far to `commit`."""


@dataclass(slots=True)
class Ready:
    """A batch that was handled while the one before it was being written, and what it stands on."""

    opened: Opened
    handled: Handled
    behind: "Ready | None"
    durable: bool | None = None
    """None while nobody knows; False where the batch must be handled anew, so that nothing can stand on this."""

    @property
    def holds(self) -> bool:
        """Whether what it was handled on is what is stored."""
        return self.behind is None or bool(self.behind.durable)
