"""The map of the reports service is whole, and what it keeps comes back from the database as it went in."""

from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import bson
import pytest

from services.reports import handlers
from services.reports.routes import ROUTES
from shared.contracts import reports
from shared.messaging.mongo_store import Mapper
from shared.messaging.routes import Kind
from tests.reports.wishes import COMMANDS, wish

every_kind = pytest.mark.parametrize("kind", ROUTES.kinds, ids=lambda kind: kind.collection)
PARTS = sorted(routes.parent.name for routes in Path(*handlers.__path__).glob("*/routes.py"))
TZ_AWARE: Any = bson.CodecOptions(tz_aware=True)


def test_every_command_has_a_route() -> None:
    assert set(ROUTES.commands) == set(reports.COMMANDS)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_answers_the_commands_of_its_own_contract_and_no_other(part: str) -> None:
    contract = import_module(f"shared.contracts.reports.{part}")
    routes = import_module(f"services.reports.handlers.{part}.routes")
    assert set(getattr(routes, part.upper())) == set(contract.COMMANDS)


def test_every_kind_is_kept_in_a_collection_of_its_own() -> None:
    assert len({kind.collection for kind in ROUTES.kinds}) == len({kind.type for kind in ROUTES.kinds})
    assert len(ROUTES.kinds) == len({kind.collection for kind in ROUTES.kinds})


@every_kind
async def test_aggregate_survives_the_database(kind: Kind) -> None:
    """As each command leaves it."""
    mapper, seen = Mapper(kind.type), 0
    for of in COMMANDS:
        found = await wish(of)
        scene = found.copy()
        await scene.send(found.command, id="it", actor=found.actor)
        for aggregate in scene.all(kind.type):
            stored = bson.decode(bson.encode(mapper.write(aggregate)), TZ_AWARE)
            assert mapper.read(stored) == aggregate
            seen += 1
    assert seen, f"no command leaves a {kind.type.__name__}"


@every_kind
def test_a_field_that_a_sparse_index_leaves_out_is_absent_where_it_is_null(kind: Kind) -> None:
    for index in kind.indexes:
        field = {f.name: f for f in fields(kind.type)}.get(index.fields[0])
        if index.partial and index.unique and field is not None:
            assert field.default is None or "None" in str(field.type)
