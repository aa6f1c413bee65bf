"""Stores of files for the tests of evidence."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.reports.evidence.files import Files
from tests.reports.evidence.stores import grid, s3


@pytest.fixture(scope="package")
def s3_address() -> Iterator[str]:
    """A server that speaks S3, in this process."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["gridfs", "s3"])
async def files(request: pytest.FixtureRequest) -> AsyncIterator[Files]:
    """A store of files: each of the two."""
    if request.param == "gridfs":
        opened = grid(request.getfixturevalue("mongo_address"))
    else:
        opened = s3(request.getfixturevalue("s3_address"))
    async with opened as files:
        yield files
