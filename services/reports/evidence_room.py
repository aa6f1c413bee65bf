"""The evidence room: everything that one API process needs to take evidence in, keep it and give it out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from services.reports.evidence.files import Files
from services.reports.evidence.gridfs import GridFiles
from services.reports.evidence.intake import Examination
from services.reports.evidence.passes import Passes
from services.reports.evidence.refusals import UploadUnknown
from services.reports.evidence.uploads import Uploads
from services.reports.evidence.workshop import Workshop
from services.reports.evidence_chores import Chores
from services.reports.evidence_intake import Intake
from services.reports.views.cameras import CameraViews
from services.reports.views.evidence import EvidenceViews
from services.reports.views.offices import Offices
from shared.auth.keys import derive_key
from shared.clock import Clock
from shared.contracts.reports import SERVICE
from shared.links import SecretLinks
from shared.messaging.lifecycle import Prepared, kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.messaging.tail import Gateway
from shared.mongo import Database
from shared.settings import Settings

UPLOADS = "/reports/api/v1/uploads"


@dataclass(frozen=True, slots=True)
class EvidenceRoom:
    """One process's own."""

    files: Files
    uploads: Uploads
    intake: Intake
    chores: Chores
    views: EvidenceViews
    cameras: CameraViews
    upload_links: SecretLinks
    """Who has an upload's address may go on with it."""
    passes: Passes


@asynccontextmanager
async def evidence_room(
    settings: Settings, database: Database, store: MongoStore, gateway: Gateway, offices: Offices, clock: Clock
) -> AsyncIterator[EvidenceRoom]:
    """Open it, and do its chores until it is closed."""
    async with AsyncExitStack() as stack:
        files = await stack.enter_async_context(_files(settings, database))
        uploads = Uploads(database["uploads"], files, clock)
        views = EvidenceViews(offices, store)
        intake = Intake(uploads, Examination(files, Workshop()), store, gateway)
        chores = Chores(database, files, uploads, intake, gateway, clock)
        room = EvidenceRoom(
            files=files,
            uploads=uploads,
            intake=intake,
            chores=chores,
            views=views,
            cameras=CameraViews(offices, store, clock),
            upload_links=SecretLinks(
                derive_key(settings.secret_key, f"{SERVICE}/uploads"), f"{UPLOADS}/", UploadUnknown
            ),
            passes=Passes(derive_key(settings.secret_key, f"{SERVICE}/passes"), clock),
        )
        await stack.enter_async_context(kept_trying(Prepared(files.prepare)))
        await stack.enter_async_context(kept_trying(Prepared(uploads.prepare)))
        await stack.enter_async_context(kept_trying(chores))
        yield room
        await intake.drain()


@asynccontextmanager
async def _files(settings: Settings, database: Database) -> AsyncIterator[Files]:
    if settings.evidence_bucket:
        from services.reports.evidence.s3 import Bucket, s3_files

        bucket = Bucket(
            name=settings.evidence_bucket,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key.get_secret_value(),
        )
        async with s3_files(bucket) as files:
            yield files
    else:
        yield GridFiles(database)
