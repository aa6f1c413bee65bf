"""The manifest: everything that is known of a piece of evidence, on one sheet, always the same for the same facts.

Its hash stands in the entry of the custody log by which it is given out. So what it says of an earlier day does not
change with what becomes known later: a new export has a new sheet.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.reports.domain.custody import moment

if TYPE_CHECKING:
    from services.reports.domain.evidence import CameraFacts, Evidence

FORMAT = "kentongan-evidence-1"


def manifest(evidence: "Evidence", entries: int) -> dict[str, Any]:
    """The sheet that goes with a custody log of so many entries."""
    media, recording = evidence.media, evidence.recording
    offset = evidence.camera.clock_offset_seconds if evidence.camera else None
    return {
        "format": FORMAT,
        "evidence": evidence.id,
        "office": evidence.office,
        "incident": evidence.incident,
        "incident_number": evidence.number,
        "original": {
            "name_as_claimed": evidence.name,
            "media_type": evidence.original.media_type,
            "size": evidence.original.size,
            "sha256": evidence.original.sha256,
        },
        "working_copy": None
        if evidence.working_copy is None
        else {
            "media_type": evidence.working_copy.media_type,
            "size": evidence.working_copy.size,
            "sha256": evidence.working_copy.sha256,
        },
        "media": {
            "kind": media.kind,
            "codec": media.codec,
            "sound": media.sound,
            "width": media.width,
            "height": media.height,
            "milliseconds": media.milliseconds,
        },
        "collected": {
            "by": evidence.collected_by,
            "via": evidence.via,
            "at": moment(evidence.collected_at),
            "how": recording.how,
            "note": evidence.note,
        },
        "camera": None if evidence.camera is None else _camera(evidence.camera),
        "recorded": {
            "starts_at_camera_clock": _time(recording.starts_at),
            "ends_at_camera_clock": _time(recording.ends_at),
            "starts_at_true": _time(recording.starts_at, offset),
            "ends_at_true": _time(recording.ends_at, offset),
        },
        "custody_entries": entries,
    }


def _camera(camera: "CameraFacts") -> dict[str, Any]:
    return {
        "id": camera.id,
        "name": camera.name,
        "owner": camera.owner,
        "clock_offset_seconds": camera.clock_offset_seconds,
        "clock_checked_at": _time(camera.clock_checked_at),
    }


def _time(at: datetime | None, offset_seconds: int | None = 0) -> str | None:
    if at is None or offset_seconds is None:
        return None
    return moment(at - timedelta(seconds=offset_seconds))
