"""Everything that evidence and cameras put into the service's `WebService`."""

import re

from services.reports.entrypoints.cameras import camera_api, camera_pages, request_pages
from services.reports.entrypoints.evidence import evidence_api, evidence_pages, reporter_pages, tus
from services.reports.entrypoints.evidence.form_uploads import FORM_MOST_BYTES
from services.reports.entrypoints.evidence.quotas import QUOTAS
from services.reports.entrypoints.evidence.tus import LONGEST_BYTES
from services.reports.evidence.formats import MIB
from shared.web.streamed import Streamed

API_ROUTERS = (tus.router, evidence_api.router, camera_api.router)
PAGE_ROUTERS = (reporter_pages.router, evidence_pages.router, camera_pages.router, request_pages.router)
STREAMED = (
    Streamed(re.compile(r"/reports/api/v1/uploads/[^/]+"), LONGEST_BYTES),
    Streamed(re.compile(r"/reports/r/[^/]+/evidence"), (QUOTAS["reporter"].mib + 1) * MIB),
    Streamed(re.compile(r"/reports/incidents/[^/]+/evidence"), FORM_MOST_BYTES),
)
