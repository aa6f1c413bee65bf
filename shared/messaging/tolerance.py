"""Lets aiokafka read whatever a broker passes on.

aiokafka gives up at the first record that it cannot read: its partition stands still for ever, and what was read of
other partitions in the same go is lost. A broker passes on what anybody who may write to a topic can send: header names
that are no UTF-8, a compressed batch with something behind its end, one of some kilobytes that grows to gigabytes. Here
everything gets through. In a header's name stands `\\xff` written out; of a batch that cannot be read there is one
record, with the batch's own bytes. The decoder judges both like any other. Has to know aiokafka from inside; tests with
a real broker tell when that changes.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from struct import Struct
from typing import Any, NamedTuple, SupportsIndex

import cramjam
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

from shared.messaging.envelope import Headers, Unreadable

LARGEST_BATCH_BYTES = 16 * 1024 * 1024
"""Of a batch without its compression: more than an honest client makes of the 1 MiB that a topic takes."""
ENOUGH_BYTES = 2 * 1024 * 1024
"""So much of compressed records ends a fetch: those of all partitions must have room in memory."""
_USUAL_RATIO = 32
_PARTITION_RECORDS = fetcher.PartitionRecords

_LENGTH, _ATTRIBUTES, _BLOCK = Struct(">i"), Struct(">h"), Struct(">I")
_LENGTH_AT, _AFTER_LENGTH, _MAGIC_AT, _ATTRIBUTES_AT, _RECORDS_AT = 8, 12, 16, 21, 61
_CODEC = 0b111
_SNAPPY_BLOCKS, _SNAPPY_BLOCKS_AT = b"\x82SNAPPY\0", 16
"""What Java's clients write: a header of that size, and then blocks, with its length before each."""


def install() -> None:
    """Have every consumer of this process read that way. Harmless to repeat."""
    fetcher.MemoryRecords = _Records
    fetcher.PartitionRecords = _partition_records


def _partition_records(tp: Any, records: "_Records", aborted: Any, offset: int, *more: Any, **named: Any) -> Any:
    records.begin = offset
    return _PARTITION_RECORDS(tp, records, aborted, offset, *more, **named)


class _Records:
    """In the place of aiokafka's `MemoryRecords`: the batches of one fetch."""

    begin = 0
    """The offset that was asked for. The first batch may begin before it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records: Any = MemoryRecords(data)
        self._at = 0
        self.left_bytes = ENOUGH_BYTES

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def has_next(self) -> bool:
        return self.left_bytes > 0 and self._records.has_next()

    def next_batch(self) -> "_Batch":
        batch = self._records.next_batch()
        (length,) = _LENGTH.unpack_from(self._data, self._at + _LENGTH_AT)
        at, self._at = self._at, self._at + _AFTER_LENGTH + length
        return _Batch(batch, self._data[at : self._at], self)


class _Record(NamedTuple):
    """In the place of records that cannot be read."""

    offset: int
    value: Unreadable
    timestamp: int = -1
    timestamp_type: int = 0
    key: None = None
    headers: Headers = ()
    checksum: None = None


class _Batch:
    """A batch that is read by aiokafka's fast reader as far as that gets."""

    def __init__(self, batch: Any, data: bytes, fetch: _Records) -> None:
        self._batch = batch
        self._data = data
        self._fetch = fetch
        self._is_sound = True
        self.next_offset: int = max(batch.next_offset, batch.base_offset + 1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def validate_crc(self) -> bool:
        self._is_sound = self._batch.validate_crc()
        return True  # or aiokafka gives up

    def __iter__(self) -> Iterator[Any]:
        try:
            if not self._is_sound:
                raise ValueError("another checksum")
            (attributes,) = _ATTRIBUTES.unpack_from(self._data, _ATTRIBUTES_AT)
            if attributes & _CODEC and self._data[_MAGIC_AT] >= 2:
                plain = _decompressed(self._data, attributes)
                yield from self._some(_each(DefaultRecordBatch(plain), plain))
            else:
                yield from _each(self._batch, self._data)
        except Exception as error:
            yield _Record(self.next_offset - 1, Unreadable(self._data, str(error)))

    def _some(self, records: Iterator[Any]) -> Iterator[Any]:
        """As many as the fetch may hold. The others are fetched again."""
        for record in records:
            if record.offset >= self._fetch.begin:
                yield record
                self._fetch.left_bytes -= _size(record)
                if self._fetch.left_bytes <= 0:
                    self.next_offset = record.offset + 1
                    return


def _each(batch: Any, data: bytes) -> Iterator[Any]:
    """The records: by the fast reader up to a header's name that is no text, by the slow one from there."""
    read = 0
    try:
        for record in batch:
            yield record
            read += 1
    except UnicodeDecodeError:
        slow = _DefaultRecordBatchPy(data)
        slow._buffer = _Lenient(slow._buffer)
        yield from islice(slow, read, None)


def _size(record: Any) -> int:
    headers = sum(len(name) + len(value or b"") for name, value in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers


class _Lenient(bytearray):
    """Bytes of which any slice can be decoded."""

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        found = super().__getitem__(index)
        return _Lenient(found) if isinstance(found, bytearray) else found

    def decode(self, *_: str) -> str:
        return bytes(self).decode("utf-8", "backslashreplace")


# Compression -------------------------------------------------------------------------------------------------


def _decompressed(batch: bytes, attributes: int) -> bytes:
    """The batch as it were without compression. Raises `ValueError` for one that is broken or grows too large."""
    try:
        records = _DECOMPRESS[attributes & _CODEC](batch[_RECORDS_AT:])
    except Exception as error:
        raise ValueError(f"broken, or more than {LARGEST_BATCH_BYTES} bytes without compression: {error!r}") from None
    header = bytearray(batch[:_RECORDS_AT])
    _LENGTH.pack_into(header, _LENGTH_AT, _RECORDS_AT - _AFTER_LENGTH + len(records))
    _ATTRIBUTES.pack_into(header, _ATTRIBUTES_AT, attributes & ~_CODEC)
    return bytes(header) + records


def _bounded(into: Callable[[bytes, bytearray], int]) -> Callable[[bytes], bytearray]:
    def decompress(data: bytes) -> bytearray:
        room = bytearray(min(_USUAL_RATIO * len(data), LARGEST_BATCH_BYTES))
        try:
            del room[into(data, room) :]
        except cramjam.DecompressionError:  # by another ratio, or broken
            room = bytearray(LARGEST_BATCH_BYTES)
            del room[into(data, room) :]
        return room

    return decompress


def _unsnapped(data: bytes) -> bytes:
    blocks = [data]
    if data.startswith(_SNAPPY_BLOCKS):
        blocks, at = [], _SNAPPY_BLOCKS_AT
        while at < len(data):
            (length,) = _BLOCK.unpack_from(data, at)
            at += _BLOCK.size + length
            blocks.append(data[at - length : at])
    if sum(map(cramjam.snappy.decompress_raw_len, blocks)) > LARGEST_BATCH_BYTES:
        raise ValueError("too large")
    return b"".join(bytes(cramjam.snappy.decompress_raw(block)) for block in blocks)


_DECOMPRESS: dict[int, Callable[[bytes], bytes | bytearray]] = {
    1: _bounded(cramjam.gzip.decompress_into),
    2: _unsnapped,
    3: _bounded(cramjam.lz4.decompress_into),
    4: _bounded(cramjam.zstd.decompress_into),
}
