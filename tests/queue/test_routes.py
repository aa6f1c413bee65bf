"""The queue's map is whole, and what it keeps comes back from the database as it went in."""

from typing import Any

import bson
import pytest

from services.queue.domain.counter import Counter
from services.queue.domain.line import Line
from services.queue.domain.office import Office
from services.queue.domain.staff import Staff
from services.queue.domain.ticket import Ticket
from services.queue.routes import ROUTES
from shared.contracts import queue
from shared.messaging.mongo_store import Mapper
from tests.queue.scene import MONDAY, PLAN

KEPT = [
    Office("polres-palu", PLAN, revision=3, version=3),
    Line("polres-palu:sim:2026-03-02", "polres-palu", "sim", "A", sequence=4, waiting=2, revision=9, closed=True),
    Counter("polres-palu:loket-1"),
    Counter("polres-palu:loket-1", "t-1", "A-001", "2026-03-02", calls=2, called_at=MONDAY),
    Staff("polres-palu:sari", "0a1b", "Sari", "$argon2id$x", ("manager", "officer"), one_time=True, revision=2),
    Ticket(
        id="t-1",
        line="polres-palu:sim:2026-03-02",
        sequence=1,
        number="A-001",
        rank=100_000,
        since=MONDAY,
        taken_at=MONDAY,
        changed_at=MONDAY,
        changed_by="staff/sari",
        holder="0a1b",
        state="missed",
        counter="loket-1",
        called_at=MONDAY,
    ),
]


def test_every_command_has_a_route() -> None:
    assert set(ROUTES.commands) == set(queue.COMMANDS)


def test_every_kind_is_kept_in_a_collection_of_its_own() -> None:
    assert {kind.type for kind in ROUTES.kinds} == {type(aggregate) for aggregate in KEPT}
    assert len({kind.collection for kind in ROUTES.kinds}) == len(ROUTES.kinds)


@pytest.mark.parametrize("aggregate", KEPT, ids=lambda aggregate: type(aggregate).__name__)
def test_aggregate_survives_the_database(aggregate: Any) -> None:
    mapper = Mapper(type(aggregate))
    options: Any = bson.CodecOptions(tz_aware=True)
    stored = bson.decode(bson.encode(mapper.write(aggregate)), options)
    assert mapper.read(stored) == aggregate
