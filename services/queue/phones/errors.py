"""Why a telephone number is not proven."""

from shared.errors import Refused


class PhonesNotProven(Refused):
    """Nobody sends codes in this installation: numbers are only claimed."""

    slug = "phones-not-proven"


class PhoneUnproven(Refused):
    """What was asked for needs a proof. Details: `reason`, which is `missing`, `expired`, or `not-of-this-phone`."""

    slug = "phone-unproven"


class PhoneOutOfReach(Refused):
    """No codes are sent to numbers that begin so. Details: `countries`, how those begin to which they are."""

    slug = "phone-out-of-reach"


class CodeUnknown(Refused):
    """The challenge was not made here, or for another number."""

    slug = "code-unknown"


class CodeExpired(Refused):
    """The code was sent too long ago."""

    slug = "code-expired"


class CodeExhausted(Refused):
    """So many wrong codes were entered that this one can't be any more."""

    slug = "code-exhausted"


class CodeUsed(Refused):
    """The code has proven the number already: it does so once."""

    slug = "code-used"


class CodeWrong(Refused):
    """Another code was sent."""

    slug = "code-wrong"


class NotSent(Exception):
    """The code could not be sent: nobody can be reached now. The reason is for the log alone."""


class MustWait(Exception):
    """Too often: the same can be had later."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:g} s")
        self.seconds = seconds
