"""From received bytes to something that can be evidence: what it is, that it is whole, and its working copy.

Safe to repeat: a process that dies over it leaves nothing that the next one does not write again.
"""

from dataclasses import dataclass

from services.reports.evidence.files import Files, Writer, Written, read_whole
from services.reports.evidence.formats import HEAD_BYTES, Format, check_size, check_tail, recognise
from services.reports.evidence.reading_back import whole
from services.reports.evidence.refusals import UploadCorrupted
from services.reports.evidence.upload import Upload
from services.reports.evidence.workshop import Findings, Workshop


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that can be taken in."""

    format: Format
    original: Written
    findings: Findings
    working_copy: Written | None
    copy_format: Format | None


def copy_key(id: str) -> str:
    """Where the working copy of an upload lies."""
    return f"copy/{id}"


class Examination:
    """Looks at files that have been received as a whole."""

    def __init__(self, files: Files, workshop: Workshop) -> None:
        self._files = files
        self._workshop = workshop

    async def examine(self, upload: Upload) -> Examined:
        """What it is. Raises a refusal, or `Transient`."""
        size = upload.offset
        format = recognise(await read_whole(self._files, upload.key, 0, HEAD_BYTES))
        check_size(format, size)
        check_tail(await read_whole(self._files, upload.key, max(0, size - HEAD_BYTES), HEAD_BYTES))
        sha256, true = await whole(self._files, upload)
        if not true:
            raise UploadCorrupted
        writer = await Writer.begin(self._files, copy_key(upload.id))

        async def read(start: int, length: int) -> bytes:
            return await read_whole(self._files, upload.key, start, length)

        try:
            findings = await self._workshop.copy(format, size, read, writer)
        except BaseException:
            await writer.abort()
            raise
        copy = None
        if findings.copy_format is None:
            await writer.abort()
        else:
            copy = await writer.finish()
        return Examined(format, Written(upload.key, size, sha256), findings, copy, findings.copy_format)

    async def discard(self, upload: Upload) -> None:
        """Remove what is no evidence."""
        await self._files.delete(upload.key)
        await self._files.delete(copy_key(upload.id))
