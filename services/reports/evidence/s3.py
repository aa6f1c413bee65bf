"""Files in any store that speaks S3. Loaded only where the settings name one."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from services.reports.evidence.files import FileMissing
from shared.messaging.errors import Transient

PIECE_BYTES = 256 * 1024
_MISSING = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchUpload"})
_PASSING = frozenset({"SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "500", "503"})


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the files are, and as whom."""

    name: str
    endpoint: str
    """Empty for the vendor's own."""
    region: str
    access_key: str
    secret_key: str


@asynccontextmanager
async def s3_files(bucket: Bucket) -> AsyncIterator["S3Files"]:
    """The files of a bucket, for a process's life. Connects when first asked."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            get_session().create_client(
                "s3",
                endpoint_url=bucket.endpoint or None,
                region_name=bucket.region,
                aws_access_key_id=bucket.access_key,
                aws_secret_access_key=bucket.secret_key,
                config=AioConfig(
                    connect_timeout=5,
                    read_timeout=60,
                    retries={"max_attempts": 3, "mode": "standard"},
                    s3={"addressing_style": "path" if bucket.endpoint else "auto"},
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )
        )
        yield S3Files(client, bucket.name)


class S3Files:
    """One bucket."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def prepare(self) -> None:
        with _told():
            await self._client.head_bucket(Bucket=self._bucket)

    async def begin(self, key: str) -> str:
        with _told():
            answer = await self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType="application/octet-stream"
            )
        begun: str = answer["UploadId"]
        return begun

    async def put_part(self, key: str, begun: str, number: int, data: bytes) -> None:
        with _told():
            await self._client.upload_part(
                Bucket=self._bucket, Key=key, UploadId=begun, PartNumber=number + 1, Body=data
            )

    async def finish(self, key: str, begun: str, parts: int, size: int) -> None:
        try:
            with _told():
                tags = [tag async for tag in self._tags(key, begun)]
                await self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=begun,
                    MultipartUpload={"Parts": [{"PartNumber": n, "ETag": tag} for n, tag in tags if n <= parts]},
                )
        except FileMissing:  # finished before, by who could not say so any more
            if await self.size(key) != size:
                raise

    async def abort(self, key: str, begun: str) -> None:
        try:
            with _told():
                await self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=begun)
        except FileMissing:
            return

    async def size(self, key: str) -> int:
        with _told():
            answer = await self._client.head_object(Bucket=self._bucket, Key=key)
        length: int = answer["ContentLength"]
        return length

    async def read(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        end = min(end, await self.size(key))
        if start >= end:
            return
        with _told():
            answer = await self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={start}-{end - 1}")
            async with answer["Body"] as body:
                while piece := await body.read(PIECE_BYTES):
                    yield piece

    async def delete(self, key: str) -> None:
        with _told():
            await self._client.delete_object(Bucket=self._bucket, Key=key)

    async def _tags(self, key: str, begun: str) -> AsyncIterator[tuple[int, str]]:
        marker = 0
        while True:
            answer = await self._client.list_parts(
                Bucket=self._bucket, Key=key, UploadId=begun, PartNumberMarker=marker
            )
            for part in answer.get("Parts", ()):
                yield part["PartNumber"], part["ETag"]
            if not answer.get("IsTruncated"):
                return
            marker = answer["NextPartNumberMarker"]


@contextmanager
def _told() -> Iterator[None]:
    """What the store says, in our words."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise FileMissing(code) from error
        if code in _PASSING:
            raise Transient(f"the file store: {code}") from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise Transient(f"the file store is away: {type(error).__name__}") from error
