"""How each refusal of evidence, cameras and uploads is told: its HTTP status and its words."""

from collections.abc import Mapping

from services.reports.domain import evidence_errors as errors
from services.reports.evidence import refusals as files
from shared.errors import Refused
from shared.web.i18n import gettext_noop
from shared.web.problems import RefusalText

_TEXTS: Mapping[type[Refused], RefusalText] = {
    files.FileEmpty: RefusalText(
        422, gettext_noop("This file is empty"), gettext_noop("Please choose another photo or video.")
    ),
    files.FileNotRecognised: RefusalText(
        415,
        gettext_noop("This file cannot be taken"),
        gettext_noop("Photos can be JPEG, HEIC, PNG or WebP; videos MP4, MOV, 3GP, WebM, MKV, AVI or MPEG."),
    ),
    files.FileDisguised: RefusalText(
        415,
        gettext_noop("This file is not only a photo or video"),
        gettext_noop("Something else is hidden in it, so it cannot be taken. Please take the photo anew or ask us."),
    ),
    files.FileDamaged: RefusalText(
        422,
        gettext_noop("This file is damaged"),
        gettext_noop("It cannot be shown from beginning to end. Please send it again, or copy it anew."),
    ),
    files.FileTooLarge: RefusalText(
        413, gettext_noop("This file is too large"), gettext_noop("At most %(most_mib)s MiB can be sent.")
    ),
    files.PictureTooLarge: RefusalText(
        422,
        gettext_noop("This picture is too large"),
        gettext_noop("At most %(most_megapixels)s megapixels can be looked at. Please send it smaller."),
    ),
    files.ExaminationFailed: RefusalText(
        422,
        gettext_noop("This file could not be looked at"),
        gettext_noop("It may be damaged. Please send another copy of it."),
    ),
    files.UploadUnknown: RefusalText(
        404, gettext_noop("There is no such upload"), gettext_noop("It may have been given up. Please send it anew.")
    ),
    files.UploadExpired: RefusalText(
        410, gettext_noop("This upload has expired"), gettext_noop("Nothing came for a day. Please send it anew.")
    ),
    files.UploadElsewhere: RefusalText(
        409,
        gettext_noop("Another part of this file is wanted"),
        gettext_noop("Please go on from byte %(offset)s."),
    ),
    files.UploadTakenOver: RefusalText(409, gettext_noop("This file is being sent by another connection")),
    files.UploadOverfull: RefusalText(413, gettext_noop("More was sent than was said")),
    files.UploadCorrupted: RefusalText(
        422, gettext_noop("The file was not kept as it was sent"), gettext_noop("Please send it anew.")
    ),
    files.ChecksumWrong: RefusalText(
        460, gettext_noop("This part did not arrive as it was sent"), gettext_noop("Please send it again.")
    ),
    files.TooManyFiles: RefusalText(
        409,
        gettext_noop("No more files can be added"),
        gettext_noop("At most %(most)s files belong to one report."),
    ),
    files.TooManyBytes: RefusalText(
        413, gettext_noop("This is too much"), gettext_noop("A file can have %(most_mib)s MiB here.")
    ),
    errors.EvidenceUnknown: RefusalText(404, gettext_noop("There is no such evidence")),
    errors.EvidenceGone: RefusalText(
        410,
        gettext_noop("This evidence was destroyed"),
        gettext_noop("Its hash and its custody log are kept, the file is not."),
    ),
    errors.NoWorkingCopy: RefusalText(
        409,
        gettext_noop("There is no working copy"),
        gettext_noop("Only the original can be given out, with a reason."),
    ),
    errors.ReasonMissing: RefusalText(
        422,
        gettext_noop("Please say why"),
        gettext_noop("Originals and packages are given out for a reason that is kept."),
    ),
    errors.EvidenceHeld: RefusalText(
        409,
        gettext_noop("A legal hold keeps this evidence"),
        gettext_noop("It cannot be destroyed while somebody needs it kept."),
    ),
    errors.HoldUnknown: RefusalText(404, gettext_noop("There is no such hold")),
    errors.RetentionPast: RefusalText(
        422, gettext_noop("This day is past"), gettext_noop("Please choose a day that is still to come.")
    ),
    errors.EvidenceNotDestroyed: RefusalText(409, gettext_noop("This evidence is to be kept")),
    errors.EvidenceFull: RefusalText(
        409,
        gettext_noop("No more files can be added"),
        gettext_noop("At most %(most)s files belong to one report."),
    ),
    errors.IncidentOver: RefusalText(
        409,
        gettext_noop("This report is closed"),
        gettext_noop("Have it opened again to add something, or make a new report."),
    ),
    errors.CameraUnknown: RefusalText(404, gettext_noop("There is no such camera")),
    errors.CameraRetired: RefusalText(409, gettext_noop("This camera is not there any more")),
    errors.RecordingOverwritten: RefusalText(
        409,
        gettext_noop("This recording is overwritten by now"),
        gettext_noop("The camera keeps what it records for %(hours)s hours."),
    ),
    errors.RecordingInFuture: RefusalText(422, gettext_noop("This time is still to come")),
    errors.RecordingTooLong: RefusalText(
        422, gettext_noop("This is too long"), gettext_noop("At most %(hours)s hours can be asked for at once.")
    ),
    errors.RequestUnknown: RefusalText(404, gettext_noop("There is no such request")),
    errors.RequestOver: RefusalText(
        409, gettext_noop("This request is over"), gettext_noop("Please look at how it stands now.")
    ),
}

EVIDENCE_REFUSALS: Mapping[str, RefusalText] = {refusal.slug: text for refusal, text in _TEXTS.items()}
