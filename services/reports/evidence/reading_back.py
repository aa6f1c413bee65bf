"""The file that the store gives back, held to what has come.

It is always read back once, though its SHA-256 may be known from when it came: a store may give back other bytes, and
an earlier request that was taken over may have put its part where a later one's belongs. Only where the chain of the
running hash was broken is the hash of the whole computed here, and then each part must be the one that came.
"""

import hashlib

from services.reports.evidence.files import PART_BYTES, Files
from services.reports.evidence.upload import Upload


async def whole(files: Files, upload: Upload) -> tuple[str, bool]:
    """SHA-256 of an upload of which all has come, and whether the store has just that."""
    if upload.sha256 is None:
        return await _from_parts(files, upload)
    entire = hashlib.sha256()
    async for piece in files.read(upload.key, 0, upload.offset):
        entire.update(piece)
    return upload.sha256, entire.hexdigest() == upload.sha256


async def _from_parts(files: Files, upload: Upload) -> tuple[str, bool]:
    entire, part, filled, number, true = hashlib.sha256(), hashlib.sha256(), 0, 0, True
    async for piece in files.read(upload.key, 0, upload.offset):
        entire.update(piece)
        view = memoryview(piece)
        while view:
            taken = view[: PART_BYTES - filled]
            part.update(taken)
            filled += len(taken)
            view = view[len(taken) :]
            if filled == PART_BYTES:
                true = true and number < len(upload.parts) and part.hexdigest() == upload.parts[number]
                part, filled, number = hashlib.sha256(), 0, number + 1
    if filled:
        true = true and number < len(upload.parts) and part.hexdigest() == upload.parts[number]
        number += 1
    return entire.hexdigest(), true and number == len(upload.parts)
