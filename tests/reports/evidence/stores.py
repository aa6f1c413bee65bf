"""The two stores of files, each on a real server, for the suite that holds both to the same promises."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from services.reports.evidence.files import Files
from services.reports.evidence.gridfs import GridFiles
from services.reports.evidence.s3 import Bucket, s3_files
from shared.mongo import Database


@asynccontextmanager
async def grid(address: str) -> AsyncIterator[Files]:
    """A database of one's own."""
    async with database(address) as own:
        files = GridFiles(own)
        await files.prepare()
        yield files


@asynccontextmanager
async def s3(address: str) -> AsyncIterator[Files]:
    """A bucket of one's own."""
    bucket = Bucket(f"test-{token_hex(6)}", address, "us-east-1", "tests", "tests-tests")
    async with s3_files(bucket) as files:
        await files._client.create_bucket(Bucket=bucket.name)
        await files.prepare()
        yield files


@asynccontextmanager
async def database(address: str) -> AsyncIterator[Database]:
    """A database of one's own."""
    client: AsyncIOMotorClient[Any] = AsyncIOMotorClient(address, tz_aware=True)
    name = f"test-evidence-{token_hex(6)}"
    try:
        yield client[name]
    finally:
        await client.drop_database(name)
        client.close()
