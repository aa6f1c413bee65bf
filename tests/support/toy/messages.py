"""What the toy accepts and publishes, and what the depot publishes."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from shared.contracts.message import Command, Event, Message, Refusal

SERVICE = "toy"
DEPOT = "depot"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class ToyMessage(Message):
    """Every message names its box, which is its partition key."""

    publisher: ClassVar[str] = SERVICE
    box: Name

    def key(self) -> str:
        return self.box


class ToyCommand(ToyMessage, Command):
    """A wish about one box."""


class OpenBox(ToyCommand):
    """Make a box. Refused where it exists."""


class PutItem(ToyCommand):
    """Put a new item in. Looks at nothing but the box: a tag or a stamp in use is found by the database alone."""

    tag: str | None = None
    stamp: str | None = None
    weight: int = 1
    """As large as its sender likes: more than 64 bits can be handled but never written."""


class PutTagged(ToyCommand):
    """Put an item in, unless one with that tag is inside already."""

    tag: Name


class TakeFirst(ToyCommand):
    """Take the item with the lowest serial out, which frees its tag."""


class TakeAll(ToyCommand):
    """Take everything out."""


class Spoil(ToyCommand):
    """Change everything that can be changed, then refuse."""


class Break(ToyCommand):
    """Change everything that can be changed, then fail by a bug."""


class Boast(ToyCommand):
    """Cause an event of that many bytes, that many times."""

    bytes: int
    times: int = 1


class ToyEvent(ToyMessage, Event):
    """A fact about one box."""


class BoxOpened(ToyEvent):
    """There is a box."""


class ItemPut(ToyEvent):
    """An item is in the box. Serials are 1, 2, 3 … without a gap."""

    item: str
    serial: int


class ItemTaken(ToyEvent):
    """An item is out."""

    item: str
    serial: int


class BoxSupplied(ToyEvent):
    """A delivery was noticed."""

    amount: int
    total: int


class Boasted(ToyEvent):
    """Something was said."""

    words: str


class ToyRefused(Refusal):
    """A command to the toy was refused."""

    publisher: ClassVar[str] = SERVICE


class DepotEvent(Event):
    """A fact about deliveries. `revision` grows by one with each to the same box."""

    publisher: ClassVar[str] = DEPOT
    box: Name
    revision: int

    def key(self) -> str:
        return self.box


class CrateArrived(DepotEvent):
    """So much has arrived for a box since the beginning."""

    total: int


class CrateLost(DepotEvent):
    """The toy doesn't react to it."""


COMMANDS: tuple[type[Command], ...] = (OpenBox, PutItem, PutTagged, TakeFirst, TakeAll, Spoil, Break, Boast)
EVENTS: tuple[type[Event], ...] = (BoxOpened, ItemPut, ItemTaken, BoxSupplied, Boasted, ToyRefused)
DEPOT_EVENTS: tuple[type[Event], ...] = (CrateArrived, CrateLost)
