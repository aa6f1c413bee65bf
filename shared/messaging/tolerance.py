"""Lets aiokafka read records whose header names are no text.

A broker passes on any bytes as a header's name, aiokafka insists on UTF-8: one such record, which anybody who may
write to a topic can send, would stop its partition for ever. Here it gets through, with `\\xff` written out in
the name, and the decoder judges it like any other. Has to know aiokafka from inside; a test with a real broker
tells when that changes.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, SupportsIndex

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy


def install() -> None:
    """Have every consumer of this process read that way. Harmless to repeat."""
    fetcher.MemoryRecords = _Records


class _Records:
    """In the place of aiokafka's `MemoryRecords`: the batches of one fetch."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._records: Any = MemoryRecords(data)
        self._next = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> "_Batch":
        batch = _Batch(self._records.next_batch(), self._data, self._next)
        self._next += 1
        return batch


class _Batch:
    """A batch that is read by aiokafka's fast reader as far as that gets, and by its slow one from there."""

    def __init__(self, batch: Any, data: bytes, number: int) -> None:
        self._batch = batch
        self._data = data
        self._number = number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            yield from islice(self._slowly(), read, None)

    def _slowly(self) -> Iterator[Any]:
        records = _MemoryRecordsPy(self._data)
        for _ in range(self._number):
            records.next_batch()
        batch = _DefaultRecordBatchPy(records._next_slice)
        iter(batch)  # decompresses
        batch._buffer = _Lenient(batch._buffer)
        return iter(batch)


class _Lenient(bytearray):
    """Bytes of which any slice can be decoded."""

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        found = super().__getitem__(index)
        return _Lenient(found) if isinstance(found, bytearray) else found

    def decode(self, *_: str) -> str:
        return bytes(self).decode("utf-8", "backslashreplace")
