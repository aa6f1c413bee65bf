"""What the database refuses by itself, and how writes of it are made nevertheless."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pymongo import InsertOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.mongo import Collection, connected, upserted
from tests.support.installation import drop_databases, fresh_settings
from tests.support.outrun import Outrun


@pytest.fixture
async def boxes(mongo_address: str) -> AsyncIterator[Collection]:
    settings = fresh_settings("nowhere:1", mongo_address)
    async with connected(settings) as client:
        yield client[settings.database("toy")]["boxes"]
    drop_databases(settings, ["toy"])


async def test_of_many_upserts_at_once_none_fails_and_one_document_is_there(boxes: Collection) -> None:
    async def put(number: int) -> None:
        await upserted(lambda: boxes.replace_one({"_id": "a"}, {"number": number}, upsert=True))

    await asyncio.gather(*(put(number) for number in range(50)))
    assert await boxes.count_documents({}) == 1


async def test_an_upsert_that_another_outran_changes_what_is_there(boxes: Collection) -> None:
    outrun = Outrun(boxes)
    await upserted(lambda: outrun.replace_one({"_id": "a"}, {"number": 1}, upsert=True))
    assert [box async for box in boxes.find()] == [{"_id": "a", "number": 1}]


async def test_a_batch_that_met_its_like_is_written_once_more(boxes: Collection) -> None:
    await boxes.insert_one({"_id": "a"})
    tries = 0

    async def write() -> int:
        nonlocal tries
        tries += 1
        written = await boxes.bulk_write([InsertOne({"_id": "a" if tries == 1 else "b"})], ordered=False)
        return written.inserted_count

    assert await upserted(write) == 1
    assert tries == 2


async def test_what_is_refused_again_is_an_error(boxes: Collection) -> None:
    await boxes.insert_one({"_id": "a"})
    with pytest.raises(DuplicateKeyError):
        await upserted(lambda: boxes.insert_one({"_id": "a"}))
    with pytest.raises(BulkWriteError):
        await upserted(lambda: boxes.bulk_write([InsertOne({"_id": "a"})], ordered=False))
