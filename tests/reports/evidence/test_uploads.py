"""Uploads go on where they stopped, whatever has died meanwhile, and nobody's bytes get into another's file."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta

import pytest

from services.reports.evidence.files import PART_BYTES, FileMissing, Files, read_whole
from services.reports.evidence.reading_back import whole
from services.reports.evidence.refusals import (
    ChecksumWrong,
    FileEmpty,
    FileNotRecognised,
    FileTooLarge,
    UploadElsewhere,
    UploadExpired,
    UploadOverfull,
    UploadTakenOver,
    UploadUnknown,
)
from services.reports.evidence.uploads import EXPIRES_AFTER, LEFT_AFTER, Uploads
from shared.mongo import Database
from tests.reports.evidence.media import noise
from tests.reports.evidence.stores import database
from tests.reports.evidence.uploading import CLAIM, JPEG, Broken, Clock, Sha256, photo, sent


@pytest.fixture
async def own(mongo_address: str) -> AsyncIterator[Database]:
    async with database(mongo_address) as own:
        yield own


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def process(own: Database, files: Files, clock: Clock) -> Callable[[], Uploads]:
    """Starts one more process of the service."""
    await Uploads(own["uploads"], files, clock).prepare()
    return lambda: Uploads(own["uploads"], files, clock)


def lengths(*sizes: int) -> Iterable[int]:
    return sizes


async def test_an_upload_in_one_go(process: Callable[[], Uploads], files: Files) -> None:
    data, uploads = photo(PART_BYTES + 70_000), process()
    upload = await uploads.create(CLAIM, len(data))
    upload = await uploads.receive(upload.id, 0, sent(data))
    assert upload.full
    done = await uploads.complete(upload)
    assert done.status == "received"
    assert await read_whole(files, done.key, 0, len(data)) == data
    assert await whole(files, done) == (hashlib.sha256(data).hexdigest(), True)


async def test_it_goes_on_in_another_process_after_each_break(process: Callable[[], Uploads], files: Files) -> None:
    data = photo(2 * PART_BYTES + 1_234_567)
    upload = await process().create(CLAIM, len(data))
    for breaks_after in (100_000, 3_000_000, PART_BYTES, 1_000):
        uploads = process()
        offset = (await uploads.find(upload.id)).offset
        with pytest.raises(Broken):
            await uploads.receive(upload.id, offset, sent(data[offset:], breaks_after=breaks_after))
        assert (await process().find(upload.id)).offset >= offset + breaks_after - 64 * 1024
    offset = (await process().find(upload.id)).offset
    done = await process().complete(await process().receive(upload.id, offset, sent(data[offset:])))
    assert await whole(files, done) == (hashlib.sha256(data).hexdigest(), True)
    assert await read_whole(files, done.key, 0, len(data)) == data


async def test_a_killed_process_leaves_what_it_has_promised(process: Callable[[], Uploads], files: Files) -> None:
    data = photo(2 * PART_BYTES)
    upload = await process().create(CLAIM, len(data))
    stopped = asyncio.Event()

    async def until_killed() -> AsyncIterator[bytes]:
        yield data[: PART_BYTES + 500_000]
        stopped.set()
        await asyncio.Event().wait()

    doomed = asyncio.create_task(_killed(process().receive(upload.id, 0, until_killed())))
    await stopped.wait()
    known = await process().find(upload.id)
    assert known.offset >= PART_BYTES  # what was stored counts although the request never ended
    done = await process().receive(upload.id, known.offset, sent(data[known.offset :]))
    assert await whole(files, await process().complete(done)) == (hashlib.sha256(data).hexdigest(), True)
    doomed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doomed


async def _killed(receiving: object) -> None:
    await receiving  # type: ignore[misc]


async def test_a_later_request_takes_over_from_an_earlier_one(process: Callable[[], Uploads], files: Files) -> None:
    data = photo(PART_BYTES + 100_000)
    upload = await process().create(CLAIM, len(data))
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        begun.set()
        yield JPEG + bytes(200_000)
        await go_on.wait()
        yield bytes(PART_BYTES - 150_000)

    earlier = asyncio.create_task(_killed(process().receive(upload.id, 0, slow())))
    await begun.wait()
    later = process()
    done = await later.receive(upload.id, 0, sent(data))
    go_on.set()
    with pytest.raises(UploadTakenOver):
        await earlier
    digest, true = await whole(files, await later.complete(done))
    assert not true or digest == hashlib.sha256(data).hexdigest()  # never somebody else's bytes under our hash


async def test_bytes_count_only_where_they_are_wanted(process: Callable[[], Uploads]) -> None:
    uploads = process()
    upload = await uploads.create(CLAIM, 200_000)
    await uploads.receive(upload.id, 0, sent(photo(100_000)))
    for offset in lengths(0, 99_999, 100_001):
        with pytest.raises(UploadElsewhere) as refused:
            await uploads.receive(upload.id, offset, sent(b"x"))
        assert refused.value.details == {"offset": 100_000}


async def test_more_than_was_said_is_refused(process: Callable[[], Uploads]) -> None:
    uploads = process()
    upload = await uploads.create(CLAIM, 100_000)
    with pytest.raises(UploadOverfull):
        await uploads.receive(upload.id, 0, sent(photo(100_001)))


async def test_a_part_with_a_wrong_checksum_never_was(process: Callable[[], Uploads], files: Files) -> None:
    data, uploads = photo(PART_BYTES + 200_000), process()
    upload = await uploads.create(CLAIM, len(data))
    await uploads.receive(upload.id, 0, sent(data[:100_000]))
    wrong = bytes(len(data) - 100_000)
    with pytest.raises(ChecksumWrong):
        await uploads.receive(upload.id, 100_000, sent(wrong), Sha256(data[100_000:]))
    assert (await uploads.find(upload.id)).offset == 100_000
    done = await uploads.receive(upload.id, 100_000, sent(data[100_000:]), Sha256(data[100_000:]))
    assert await whole(files, await uploads.complete(done)) == (hashlib.sha256(data).hexdigest(), True)


async def test_what_is_no_photo_is_refused_before_the_rest_is_sent(process: Callable[[], Uploads]) -> None:
    uploads = process()
    upload = await uploads.create(CLAIM, 50_000_000)
    seen = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal seen
        while True:
            seen += 64 * 1024
            yield noise(64 * 1024)

    with pytest.raises(FileNotRecognised):
        await uploads.receive(upload.id, 0, counted())
    assert seen <= 3 * 64 * 1024
    with pytest.raises(FileTooLarge):
        await uploads.receive(upload.id, 0, sent(photo(500_000)))  # of a photo, 50 MB are too many


async def test_nothing_is_no_file(process: Callable[[], Uploads]) -> None:
    uploads = process()
    with pytest.raises(FileEmpty):
        await uploads.create(CLAIM, 0)
    upload = await uploads.create(CLAIM, None)
    with pytest.raises(FileEmpty):
        await uploads.complete(upload)


async def test_what_is_not_gone_on_with_expires(process: Callable[[], Uploads], files: Files, clock: Clock) -> None:
    uploads = process()
    upload = await uploads.create(CLAIM, 2 * PART_BYTES)
    other = await uploads.create(CLAIM, 2 * PART_BYTES)
    await uploads.receive(upload.id, 0, sent(photo(PART_BYTES + 5)))
    clock.now += EXPIRES_AFTER / 2
    await uploads.receive(other.id, 0, sent(photo(70_000)))
    clock.now += EXPIRES_AFTER / 2 + timedelta(seconds=1)
    with pytest.raises(UploadExpired):
        await uploads.find(upload.id)
    assert await uploads.expire(100) == 1
    with pytest.raises(UploadUnknown):
        await uploads.find(upload.id)
    with pytest.raises(FileMissing):
        await files.size(upload.key)
    assert (await uploads.find(other.id)).offset == 70_000


async def test_it_can_be_given_up(process: Callable[[], Uploads], files: Files) -> None:
    uploads = process()
    upload = await uploads.create(CLAIM, 2 * PART_BYTES)
    await uploads.receive(upload.id, 0, sent(photo(PART_BYTES + 5)))
    await uploads.give_up(upload.id)
    with pytest.raises(UploadUnknown):
        await uploads.find(upload.id)
    with pytest.raises(FileMissing):
        await files.size(upload.key)


async def test_one_process_takes_a_received_file_in(process: Callable[[], Uploads], clock: Clock) -> None:
    data, uploads = photo(1000), process()
    upload = await uploads.complete(await uploads.receive((await uploads.create(CLAIM, 1000)).id, 0, sent(data)))
    lease = timedelta(minutes=10)
    taken = await uploads.begin_intake(upload.id, lease)
    assert taken is not None
    assert taken.claim.name == "IMG_1.jpg"
    assert await process().begin_intake(upload.id, lease) is None
    assert await process().waiting(10) == []
    clock.now += lease  # it died over it
    assert await process().waiting(10) == [upload.id]
    assert await process().begin_intake(upload.id, lease) is not None
    await process().end_intake(upload.id, "taken", {})
    assert await process().begin_intake(upload.id, timedelta()) is None
    assert (await uploads.find(upload.id)).claim.name == ""  # what was said of it is with the evidence now


async def test_a_process_that_died_after_the_last_byte_is_made_up_for(
    process: Callable[[], Uploads], clock: Clock
) -> None:
    uploads = process()
    upload = await uploads.receive((await uploads.create(CLAIM, 1000)).id, 0, sent(photo(1000)))
    assert await process().waiting(10) == []
    clock.now += LEFT_AFTER
    assert await process().waiting(10) == [upload.id]


async def test_a_store_that_gives_back_other_bytes_is_found_out(process: Callable[[], Uploads], files: Files) -> None:
    data, uploads = photo(PART_BYTES + 1000), process()
    upload = await uploads.receive((await uploads.create(CLAIM, len(data))).id, 0, sent(data))
    changed = bytearray(data[:PART_BYTES])
    changed[3_000_000] ^= 1
    await files.put_part(upload.key, upload.begun, 0, bytes(changed))
    assert (await whole(files, await uploads.complete(upload)))[1] is False


async def test_what_is_on_its_way_is_counted(process: Callable[[], Uploads], clock: Clock) -> None:
    uploads = process()
    await uploads.create(CLAIM, 1000)
    await uploads.create(CLAIM, 500)
    assert await uploads.pending("incident-1", "reporter") == (2, 1500)
    assert await uploads.pending("incident-1", "staff") == (0, 0)
    clock.now += EXPIRES_AFTER
    assert await uploads.pending("incident-1", "reporter") == (0, 0)
