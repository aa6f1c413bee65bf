"""Files are kept whole and given back by any range, in GridFS and in S3 alike."""

import hashlib
import random

import pytest

from services.reports.evidence.files import PART_BYTES, FileMissing, Files, Writer, read_whole


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


async def kept(files: Files, key: str, data: bytes) -> None:
    begun = await files.begin(key)
    parts = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]
    for number, part in enumerate(parts):
        await files.put_part(key, begun, number, part)
    await files.finish(key, begun, len(parts), len(data))


@pytest.mark.parametrize("size", [1, 256 * 1024, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES + 12_345])
async def test_a_file_is_given_back_as_it_was_put(files: Files, size: int) -> None:
    data = noise(size)
    await kept(files, "original/a", data)
    assert await files.size("original/a") == size
    assert await read_whole(files, "original/a", 0, size) == data


async def test_any_range_can_be_read(files: Files) -> None:
    data = noise(PART_BYTES + 700_000)
    await kept(files, "original/a", data)
    dice = random.Random(2)
    for _ in range(12):
        start = dice.randrange(len(data))
        end = dice.randrange(start, len(data) + 1)
        assert await read_whole(files, "original/a", start, end - start) == data[start:end]
    assert await read_whole(files, "original/a", len(data) - 5, 100) == data[-5:]
    assert await read_whole(files, "original/a", len(data), 100) == b""


async def test_it_is_read_a_little_at_a_time(files: Files) -> None:
    await kept(files, "original/a", noise(2 * PART_BYTES))
    pieces = [len(piece) async for piece in files.read("original/a", 0, 2 * PART_BYTES)]
    assert max(pieces) <= 512 * 1024


async def test_a_part_that_comes_again_takes_the_place_of_the_first(files: Files) -> None:
    begun = await files.begin("original/a")
    await files.put_part("original/a", begun, 0, noise(PART_BYTES, 3))
    await files.put_part("original/a", begun, 0, noise(PART_BYTES, 4))
    await files.put_part("original/a", begun, 1, b"the end, at first longer")
    await files.put_part("original/a", begun, 1, b"the end")
    await files.finish("original/a", begun, 2, PART_BYTES + 7)
    assert await read_whole(files, "original/a", 0, 2 * PART_BYTES) == noise(PART_BYTES, 4) + b"the end"


async def test_parts_beyond_the_end_are_no_part_of_the_file(files: Files) -> None:
    begun = await files.begin("original/a")
    for number in range(2):
        await files.put_part("original/a", begun, number, noise(PART_BYTES))
    await files.finish("original/a", begun, 1, PART_BYTES)
    assert await files.size("original/a") == PART_BYTES
    assert await read_whole(files, "original/a", 0, 2 * PART_BYTES) == noise(PART_BYTES)


async def test_to_finish_twice_changes_nothing(files: Files) -> None:
    begun = await files.begin("original/a")
    await files.put_part("original/a", begun, 0, b"evidence")
    for _ in range(2):
        await files.finish("original/a", begun, 1, 8)
    assert await read_whole(files, "original/a", 0, 8) == b"evidence"


async def test_what_was_begun_and_given_up_is_not_there(files: Files) -> None:
    begun = await files.begin("original/a")
    await files.put_part("original/a", begun, 0, b"evidence")
    for _ in range(2):
        await files.abort("original/a", begun)
    with pytest.raises(FileMissing):
        await files.size("original/a")


async def test_what_is_deleted_is_gone_and_others_stay(files: Files) -> None:
    await kept(files, "original/a", b"one")
    await kept(files, "original/b", b"two")
    for _ in range(2):
        await files.delete("original/a")
    with pytest.raises(FileMissing):
        await read_whole(files, "original/a", 0, 3)
    assert await read_whole(files, "original/b", 0, 3) == b"two"


async def test_a_writer_tells_what_it_has_written(files: Files) -> None:
    data = noise(PART_BYTES + 99)
    writer = await Writer.begin(files, "copy/a")
    for at in range(0, len(data), 300_000):
        await writer.write(data[at : at + 300_000])
    written = await writer.finish()
    assert written.size == len(data)
    assert written.sha256 == hashlib.sha256(data).hexdigest()
    assert await read_whole(files, "copy/a", 0, len(data)) == data


async def test_a_writer_begins_anew_in_the_place_of_an_earlier_file(files: Files) -> None:
    for data in (noise(PART_BYTES + 5), b"shorter"):
        writer = await Writer.begin(files, "copy/a")
        await writer.write(data)
        await writer.finish()
    assert await read_whole(files, "copy/a", 0, PART_BYTES) == b"shorter"


async def test_a_writers_beginning_can_change_until_the_end(files: Files) -> None:
    data = bytearray(noise(PART_BYTES + 1000))
    writer = await Writer.begin(files, "copy/a")
    await writer.write(b"a container that did not do")
    writer.restart()
    for at in range(0, len(data), 400_000):
        await writer.write(bytes(data[at : at + 400_000]))
    writer.patch(40, b"now it is known")
    data[40:55] = b"now it is known"
    with pytest.raises(ValueError, match="beginning"):
        writer.patch(PART_BYTES - 3, b"too far behind")
    written = await writer.finish()
    assert await read_whole(files, "copy/a", 0, len(data)) == bytes(data)
    assert written.sha256 == hashlib.sha256(data).hexdigest()
