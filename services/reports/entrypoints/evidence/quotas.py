"""How much can be added to one report: so many files and bytes by whoever has its link, and more by the staff.

What is on its way counts like what is there. The worker holds to the number of files once more, so that two who begin
at the same moment cannot both be the last one for long.
"""

from typing import Literal, NamedTuple

from services.reports.evidence.formats import MIB
from services.reports.evidence.refusals import TooManyBytes, TooManyFiles
from services.reports.evidence_room import EvidenceRoom
from services.reports.handlers.evidence.add_evidence import INCIDENT_MOST, REPORTER_MOST

Source = Literal["reporter", "staff"]


class Quota(NamedTuple):
    """The most that one side can add to one incident."""

    files: int
    mib: int
    file_mib: int
    """Of one file."""


QUOTAS: dict[Source, Quota] = {
    "reporter": Quota(REPORTER_MOST, 1024, 512),
    "staff": Quota(INCIDENT_MOST, 50 * 1024, 2048),
}


async def check_quota(room: EvidenceRoom, incident: str, source: Source, length: int) -> int:
    """How many bytes one more file may have. Raises `TooManyFiles`, `TooManyBytes`."""
    quota = QUOTAS[source]
    pending_files, pending_bytes = await room.uploads.pending(incident, source)
    files, size = await room.views.used(incident, source)
    if files + pending_files >= quota.files:
        raise TooManyFiles(most=quota.files)
    left = quota.mib * MIB - size - pending_bytes
    if length > min(left, quota.file_mib * MIB) or left <= 0:
        raise TooManyBytes(most_mib=min(quota.file_mib, max(0, left // MIB)))
    return min(left, quota.file_mib * MIB)
