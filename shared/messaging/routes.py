"""A service's map: which handler answers which message, and where its aggregates are kept."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.contracts.message import Command, Event, Refusal

if TYPE_CHECKING:
    from shared.messaging.work import Work

Handler = Callable[[Any, "Work"], Awaitable[Sequence[Event]]]
"""Handles one message: loads through the work, calls the domain, returns the events. Never publishes."""


class Ref(NamedTuple):
    """What a handler will ask for, told beforehand so that a batch is loaded in one query a collection."""

    kind: type
    value: str
    field: str = "id"


Needs = Callable[[Any, "Work"], Iterable[Ref]]
"""Names what a message's handler will ask for, by the message and what `Work.loaded` holds already.

Called again with more loaded as long as it names something new, so it may lead from one thing to the next: the
office first, then the line of the office's day. To name too little costs a query, never a wrong result.
"""


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and what it needs."""

    handler: Handler
    needs: Needs = lambda _message, _work: ()


@dataclass(frozen=True, slots=True)
class Index:
    """A database index over fields, ascending. `partial` leaves out documents where the first is null.

    `unique` is the last defence, for what a whole batch has come to. A rule that each command must obey is its
    handler's.
    """

    fields: tuple[str, ...]
    unique: bool = False
    partial: bool = False
    expires_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of aggregate is kept.

    `cached` keeps it in the worker's memory from batch to batch: right for few, hot aggregates (an office,
    a line), since a partition's owner is the only writer of what the partition's key leads to.

    `traced` has its field `commands`, a tuple, name the latest commands that changed it: by them the journal tells its
    history.
    """

    type: type
    collection: str
    indexes: tuple[Index, ...] = ()
    former_indexes: tuple[str, ...] = ()
    """Names of those that earlier releases had and that are dropped where they are still there."""
    cached: bool = False
    traced: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything the loop must know of a service."""

    service: str
    commands: Mapping[type[Command], Route]
    kinds: tuple[Kind, ...]
    refused: type[Refusal]
    """The service's `Refusal`."""
    told: tuple[type[Command], ...] = ()
    """Commands whose events views ask for again (`MongoStore.told`): few, since each is registered for that."""
    reactions: Mapping[type[Event], Route] = field(default_factory=dict)
    """Other services' events and how this one reacts to them."""
    role: str = "worker"
    """What its process is called: a service may have other readers of events beside its worker."""

    @property
    def group(self) -> str:
        """The consumer group, in which processes of this kind share the partitions."""
        return self.service if self.role == "worker" else f"{self.service}-{self.role}"
