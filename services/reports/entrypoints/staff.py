"""What each role of the staff of reports may do, and how an entry point asks for it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends

from shared.contracts.reports import SERVICE
from shared.contracts.reports.staff import STAFF, Role
from shared.staff.entrypoints.officer import Officer, allowed
from shared.staff.rules import RoleWords, StaffRules
from shared.web.i18n import gettext_noop

WHO_MAY: Mapping[str, tuple[Role, ...]] = {
    "report-from-field": ("officer", "dispatcher", "manager", "administrator"),
    "work-at-desk":      (           "dispatcher", "manager", "administrator"),
    "add-evidence":      ("officer", "dispatcher", "manager"),
    "see-evidence":      ("officer", "dispatcher", "manager"),
    "keep-evidence":     (           "dispatcher", "manager"),
    "take-evidence":     (                         "manager",),
    "hold-evidence":     (                         "manager",),
    "see-identities":    (                         "manager",),
    "see-figures":       (                         "manager", "administrator"),
    "share-with-agencies": (                       "manager", "administrator"),
    "configure-office":  (                                    "administrator",),
    "manage-staff":      (                                    "administrator",),
}  # fmt: skip

_WORDS: Mapping[str, RoleWords] = {
    "officer": RoleWords(gettext_noop("Officer"), gettext_noop("Says from the field how far a unit is.")),
    "dispatcher": RoleWords(gettext_noop("Dispatcher"), gettext_noop("Also looks at reports and sends units.")),
    "manager": RoleWords(
        gettext_noop("Desk manager"), gettext_noop("Also sees who reported, for a reason, and takes exports.")
    ),
    "administrator": RoleWords(
        gettext_noop("Administrator"), gettext_noop("Configures the desk and its staff. Does not see who reported.")
    ),
}

RULES = StaffRules(
    service=SERVICE,
    messages=STAFF,
    who_may=WHO_MAY,
    words=_WORDS,
    welcome=gettext_noop("For the desk and the officers in the field."),
    start="/reports/desk",
)

MayReportFromField = Annotated[Officer, Depends(allowed("report-from-field"))]
"""Like those below: raises 401 for strangers and 403 for the wrong role. A page leads strangers to the sign-in."""
MayWorkAtDesk = Annotated[Officer, Depends(allowed("work-at-desk"))]
MayAddEvidence = Annotated[Officer, Depends(allowed("add-evidence"))]
MaySeeEvidence = Annotated[Officer, Depends(allowed("see-evidence"))]
"""Its facts, its custody log and its working copy; and cameras."""
MayKeepEvidence = Annotated[Officer, Depends(allowed("keep-evidence"))]
"""Say where it is from, look after cameras, and ask their owners."""
MayTakeEvidence = Annotated[Officer, Depends(allowed("take-evidence"))]
"""Originals, and packages."""
MayHoldEvidence = Annotated[Officer, Depends(allowed("hold-evidence"))]
"""Say how long it is kept, and have it destroyed."""
MaySeeIdentities = Annotated[Officer, Depends(allowed("see-identities"))]
MaySeeFigures = Annotated[Officer, Depends(allowed("see-figures"))]
MayConfigureOffice = Annotated[Officer, Depends(allowed("configure-office"))]
MayShareWithAgencies = Annotated[Officer, Depends(allowed("share-with-agencies"))]
"""Agencies, rules, tokens and webhooks. One incident by hand is shared by whoever works at the desk."""
