"""Why a file is not taken. One class per situation; its slug is written down here and nowhere else."""

from shared.errors import Refused


class FileEmpty(Refused):
    """There is nothing in it."""

    slug = "file-empty"


class FileNotRecognised(Refused):
    """By its content it is no photo and no video that is taken here, whatever it is called."""

    slug = "file-not-recognised"


class FileDisguised(Refused):
    """It begins like a photo or video and is something else besides: a web page, an archive, a document."""

    slug = "file-disguised"


class FileDamaged(Refused):
    """It ends too early, or cannot be shown from its beginning to its end."""

    slug = "file-damaged"


class FileTooLarge(Refused):
    """More bytes than one such file may have. Details: `most_mib`."""

    slug = "file-too-large"


class PictureTooLarge(Refused):
    """More pixels than can be looked at safely. Details: `most_megapixels`."""

    slug = "picture-too-large"


class ExaminationFailed(Refused):
    """Looking at it took longer, or more memory, than any honest file does."""

    slug = "examination-failed"


class UploadUnknown(Refused):
    """There is no such upload, or it was given up."""

    slug = "upload-unknown"


class UploadExpired(Refused):
    """Nothing came for too long: begin anew."""

    slug = "upload-expired"


class UploadElsewhere(Refused):
    """The next byte that is wanted is another one. Details: `offset`."""

    slug = "upload-elsewhere"


class UploadTakenOver(Refused):
    """Another request goes on with this upload."""

    slug = "upload-taken-over"


class UploadOverfull(Refused):
    """More came than was said."""

    slug = "upload-overfull"


class UploadCorrupted(Refused):
    """What has been stored is not what has come. Begin anew."""

    slug = "upload-corrupted"


class ChecksumWrong(Refused):
    """What came is not what was sent. Send this part again."""

    slug = "checksum-wrong"


class TooManyFiles(Refused):
    """As many files as can be added here. Details: `most`."""

    slug = "too-many-files"


class TooManyBytes(Refused):
    """As much as can be added here. Details: `most_mib`."""

    slug = "too-many-bytes"


REFUSALS: tuple[type[Refused], ...] = (
    FileEmpty, FileNotRecognised, FileDisguised, FileDamaged, FileTooLarge, PictureTooLarge, ExaminationFailed,
    UploadUnknown, UploadExpired, UploadElsewhere, UploadTakenOver, UploadOverfull, UploadCorrupted, ChecksumWrong,
    TooManyFiles, TooManyBytes,
)  # fmt: skip
"""All of them, by which one that comes out of another process is known again."""
