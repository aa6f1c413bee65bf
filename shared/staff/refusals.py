"""How a refused change of an account is told. A service adds these to its own."""

from collections.abc import Mapping

from shared.errors import Refused
from shared.staff.domain import errors
from shared.web.i18n import gettext_noop
from shared.web.problems import RefusalText

STAFF_REFUSALS: Mapping[type[Refused], RefusalText] = {
    errors.StaffUnknown: RefusalText(
        404, gettext_noop("Nobody of that user name works here"), gettext_noop("The account may have been removed.")
    ),
    errors.OwnAccount: RefusalText(
        409,
        gettext_noop("This is your own account"),
        gettext_noop("Another administrator can do this, so that nobody shuts themselves out."),
    ),
    errors.PasswordChangedMeanwhile: RefusalText(
        409,
        gettext_noop("The password was changed meanwhile"),
        gettext_noop("Please sign in with the new one. If that was not you, tell an administrator."),
    ),
}
