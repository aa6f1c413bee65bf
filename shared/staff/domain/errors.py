"""Why a change of an account is refused, in every service alike."""

from shared.errors import Refused


class StaffUnknown(Refused):
    """Nobody of that user name works for the office."""

    slug = "staff-unknown"


class OwnAccount(Refused):
    """An administrator would take away their own rights: somebody else must do it."""

    slug = "own-account"


class PasswordChangedMeanwhile(Refused):
    """Another password has come in between, such as an administrator's."""

    slug = "password-changed-meanwhile"
