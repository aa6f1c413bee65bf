"""What each role of the queue's staff may do, and how an entry point asks for it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends

from shared.contracts.queue import SERVICE, STAFF, Role
from shared.staff.entrypoints.officer import Officer, allowed
from shared.staff.rules import RoleWords, StaffRules
from shared.web.i18n import gettext_noop

WHO_MAY: Mapping[str, tuple[Role, ...]] = {
    "work-at-counters": ("officer", "manager", "administrator"),
    "close-lines":      (           "manager", "administrator"),
    "see-figures":      (           "manager", "administrator"),
    "trace-numbers":    (           "manager", "administrator"),
    "configure-office": (                      "administrator",),
    "manage-staff":     (                      "administrator",),
}  # fmt: skip

_WORDS: Mapping[str, RoleWords] = {
    "officer": RoleWords(gettext_noop("Officer"), gettext_noop("Works at the counters.")),
    "manager": RoleWords(
        gettext_noop("Desk manager"), gettext_noop("Also closes lines, sees the figures and what happened to a number.")
    ),
    "administrator": RoleWords(
        gettext_noop("Administrator"), gettext_noop("Also configures the office, its services and its staff.")
    ),
}

RULES = StaffRules(
    service=SERVICE,
    messages=STAFF,
    who_may=WHO_MAY,
    words=_WORDS,
    welcome=gettext_noop("For officers at the counter."),
    start="/queue/counters",
)

MayWorkAtCounters = Annotated[Officer, Depends(allowed("work-at-counters"))]
"""Like those below: raises 401 for strangers and 403 for the wrong role. A page leads strangers to the sign-in."""
MayCloseLines = Annotated[Officer, Depends(allowed("close-lines"))]
MaySeeFigures = Annotated[Officer, Depends(allowed("see-figures"))]
MayTraceNumbers = Annotated[Officer, Depends(allowed("trace-numbers"))]
MayConfigureOffice = Annotated[Officer, Depends(allowed("configure-office"))]
