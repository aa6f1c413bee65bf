"""Why something cannot be done with evidence, cameras and requests to their owners."""

from shared.errors import Refused


class EvidenceUnknown(Refused):
    """The office has no such evidence, or it is not the asker's to see."""

    slug = "evidence-unknown"


class EvidenceGone(Refused):
    """It was destroyed: only its hash and its custody log are left."""

    slug = "evidence-gone"


class NoWorkingCopy(Refused):
    """No copy without metadata could be made: there is the original only."""

    slug = "no-working-copy"


class ReasonMissing(Refused):
    """The original, and a package, are given out for a reason only."""

    slug = "reason-missing"


class EvidenceHeld(Refused):
    """A legal hold keeps it. Details: `holds`, how many."""

    slug = "evidence-held"


class HoldUnknown(Refused):
    """There is no such hold, or it was released."""

    slug = "hold-unknown"


class RetentionPast(Refused):
    """Evidence is kept until a day that is still to come."""

    slug = "retention-past"


class EvidenceNotDestroyed(Refused):
    """Its files are not to go."""

    slug = "evidence-not-destroyed"


class EvidenceFull(Refused):
    """As many files as one incident can have. Details: `most`."""

    slug = "evidence-full"


class IncidentOver(Refused):
    """The report is closed: its reporter cannot add anything any more. Details: `number`."""

    slug = "incident-over"


class CameraUnknown(Refused):
    """The office has no such camera."""

    slug = "camera-unknown"


class CameraRetired(Refused):
    """The camera is no more."""

    slug = "camera-retired"


class RecordingOverwritten(Refused):
    """By now the camera has recorded over it. Details: `hours`, how long it keeps."""

    slug = "recording-overwritten"


class RecordingInFuture(Refused):
    """What is asked for has not happened yet."""

    slug = "recording-in-future"


class RecordingTooLong(Refused):
    """Nobody looks through so much. Details: `hours`, the most."""

    slug = "recording-too-long"


class RequestUnknown(Refused):
    """The office has no such request."""

    slug = "request-unknown"


class RequestOver(Refused):
    """The request has had its answer. Details: `state`."""

    slug = "request-over"
