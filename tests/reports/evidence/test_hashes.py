"""SHA-256 of a file is known with its last byte, wherever one process has seen all of it, and is never a wrong one."""

import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from services.reports.evidence.files import PART_BYTES, Files
from services.reports.evidence.hashes import KEPT_FOR, RunningHashes
from services.reports.evidence.reading_back import whole
from services.reports.evidence.refusals import ChecksumWrong
from services.reports.evidence.upload import Upload
from services.reports.evidence.uploads import Uploads
from tests.reports.evidence.stores import database, grid
from tests.reports.evidence.uploading import CLAIM, Broken, Clock, Sha256, photo, sent

Process = Callable[[], Uploads]
DATA = photo(PART_BYTES + 500_000)
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
async def files(mongo_address: str) -> AsyncIterator[Files]:
    """What a file is kept in makes no difference to how it is received."""
    async with grid(mongo_address) as files:
        yield files


@pytest.fixture
async def process(mongo_address: str, files: Files) -> AsyncIterator[Process]:
    """Starts one more process of the service."""
    async with database(mongo_address) as own:
        yield lambda: Uploads(own["uploads"], files, Clock())


async def begun(uploads: Uploads, length: int | None = len(DATA)) -> str:
    return (await uploads.create(CLAIM, length)).id


async def ended(uploads: Uploads, id: str, files: Files) -> Upload:
    """Send what is missing; what is kept of it is the file that was sent."""
    offset = (await uploads.find(id)).offset
    done = await uploads.complete(await uploads.receive(id, offset, sent(DATA[offset:])))
    assert await whole(files, done) == (DIGEST, True)
    return done


@pytest.mark.parametrize("length", [len(DATA), None], ids=["length told", "length unknown"])
async def test_it_is_known_before_anything_is_read_back(process: Process, length: int | None) -> None:
    uploads = process()
    upload = await uploads.receive(await begun(uploads, length), 0, sent(DATA))
    assert upload.sha256 == DIGEST
    assert (await process().find(upload.id)).sha256 == DIGEST  # whichever takes it in


async def test_breaks_and_empty_requests_are_no_gap(process: Process, files: Files) -> None:
    uploads = process()
    id = await begun(uploads)
    for breaks_after in (100_000, PART_BYTES):
        offset = (await uploads.find(id)).offset
        with pytest.raises(Broken):
            await uploads.receive(id, offset, sent(DATA[offset:], breaks_after=breaks_after))
        await uploads.receive(id, (await uploads.find(id)).offset, sent(b""))
    assert (await ended(uploads, id, files)).sha256 == DIGEST


async def test_what_a_checksum_has_undone_is_not_in_it(process: Process, files: Files) -> None:
    uploads = process()
    id = await begun(uploads)
    await uploads.receive(id, 0, sent(DATA[:100_000]))
    with pytest.raises(ChecksumWrong):
        await uploads.receive(id, 100_000, sent(bytes(PART_BYTES)), Sha256(DATA[100_000:]))
    assert (await ended(uploads, id, files)).sha256 == DIGEST


async def test_a_process_that_has_not_seen_all_of_it_does_not_say_so(process: Process, files: Files) -> None:
    uploads = process()
    id = await begun(uploads)
    await uploads.receive(id, 0, sent(DATA[:200_000]))
    assert (await ended(process(), id, files)).sha256 is None


async def test_nor_does_the_first_one_when_it_comes_back_to_it(process: Process, files: Files) -> None:
    uploads = process()
    id = await begun(uploads)
    await uploads.receive(id, 0, sent(DATA[:200_000]))
    await process().receive(id, 200_000, sent(DATA[200_000:300_000]))
    assert (await ended(uploads, id, files)).sha256 is None


async def test_another_file_of_the_same_name_and_length_is_another_one(process: Process, files: Files) -> None:
    uploads, other = process(), process()
    id = await begun(uploads)
    await uploads.receive(id, 0, sent(photo(200_000)[:100_000] + bytes(100_000)))
    await other.give_up(id)
    await other.create(CLAIM, len(DATA), id=id)
    await other.receive(id, 0, sent(DATA[:200_000]))
    assert (await ended(uploads, id, files)).sha256 is None


async def test_a_part_that_is_another_one_in_the_store_is_found_out(process: Process, files: Files) -> None:
    uploads = process()
    upload = await uploads.receive(await begun(uploads), 0, sent(DATA))
    changed = bytearray(DATA[:PART_BYTES])
    changed[3_000_000] ^= 1
    await files.put_part(upload.key, upload.begun, 0, bytes(changed))
    assert await whole(files, await uploads.complete(upload)) == (DIGEST, False)


def test_hashes_are_few_and_not_kept_for_ever() -> None:
    clock = Clock()
    hashes = RunningHashes(clock, most=3)

    def come(id: str) -> None:
        hash = hashes.go_on(id, 0, None, "holder")
        hash.update(b"some")
        hash.counted(4)

    for id in ("a", "b", "c", "d"):
        come(id)
    assert len(hashes) == 3
    assert hashes.go_on("a", 4, "holder", "next").hexdigest() is None
    assert hashes.go_on("d", 4, "holder", "next").hexdigest() == hashlib.sha256(b"some").hexdigest()
    clock.now += KEPT_FOR + timedelta(seconds=1)
    come("e")
    assert len(hashes) == 1
