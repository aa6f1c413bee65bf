"""The queue's map is whole, and what it keeps comes back from the database as it went in."""

from dataclasses import fields
from typing import Any

import bson
import pytest

from services.queue.domain.appointment import Agenda, Appointment, Place
from services.queue.domain.counter import Counter, Latest
from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line
from services.queue.domain.office import Office, Published
from services.queue.domain.plan_record import PlanRecord
from services.queue.domain.ticket import Before, Stay, Ticket
from services.queue.routes import ROUTES
from shared.contracts import queue
from shared.messaging.mongo_store import Mapper
from shared.messaging.routes import Kind
from shared.staff.domain.account import Staff
from tests.queue.scene import MONDAY, PLAN

BEFORE = Before("polres-palu:sim:2026-03-02", "waiting", 1, False, None, None, None, 0, 3)
KEPT = [
    Office("polres-palu", PLAN, revision=3, procedures=(Published("sim", 2, MONDAY),), version=3),
    PlanRecord("polres-palu:3", "polres-palu", 3, PLAN, MONDAY, "staff/sari"),
    Line("polres-palu:sim:2026-03-02", "polres-palu", "sim", "A", sequence=4, waiting=2, revision=9, closed=True),
    Counter("polres-palu:loket-1"),
    Counter(
        "polres-palu:loket-1",
        "t-1",
        "A-001",
        "2026-03-02",
        calls=2,
        called_at=MONDAY,
        shift="2026-03-02",
        services=("sim",),
        latest=Latest("t-1", MONDAY, BEFORE, None, "", 0, None),
    ),
    Staff("polres-palu:sari", "0a1b", "Sari", "$argon2id$x", ("manager", "officer"), one_time=True, revision=2),
    Agenda(
        "polres-palu:skck:2026-03-02",
        (Place("a-1", MONDAY, kept=True), Place("a-2", MONDAY, free_at=MONDAY)),
    ),
    Appointment(
        "a-1", "polres-palu", "skck", MONDAY, "polres-palu:skck:2026-03-02", "0a", MONDAY, "citizen", "0b", moves=1
    ),
    Feedback("t-1", "polres-palu", "sim", "2026-03-02", "loket-1", 5, "Baik.", MONDAY),
    Ticket(
        id="t-1",
        line="polres-palu:sim:2026-03-02",
        prefix="A",
        sequence=1,
        number="A-001",
        rank=100_000,
        joined_at=MONDAY,
        taken_at=MONDAY,
        changed_at=MONDAY,
        changed_by="staff/sari",
        holder="0a1b",
        state="missed",
        counter="loket-1",
        called_at=MONDAY,
        earlier=(Stay("polres-palu:skck:2026-03-02", "loket-3", MONDAY, MONDAY, None, MONDAY),),
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


@pytest.mark.parametrize("kind", ROUTES.kinds, ids=lambda kind: kind.collection)
def test_a_field_that_a_sparse_index_leaves_out_is_absent_where_it_is_null(kind: Kind) -> None:
    for index in kind.indexes:
        field = {f.name: f for f in fields(kind.type)}.get(index.fields[0])
        if index.partial and len(index.fields) == 1 and field is not None:
            assert field.default is None, f"{field.name} would be written as null, which a unique index holds once"
