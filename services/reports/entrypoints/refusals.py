"""How each refusal of the domain is told: its HTTP status and its words."""

from collections.abc import Mapping

from services.reports.domain import errors
from services.reports.entrypoints import plan_problems
from shared.errors import Refused
from shared.messaging.loop import IdReused
from shared.staff.refusals import STAFF_REFUSALS
from shared.web.i18n import gettext_noop
from shared.web.problems import RefusalText

_TEXTS: Mapping[type[Refused], RefusalText] = {
    errors.OfficeUnknown: RefusalText(404, gettext_noop("There is no such office")),
    errors.PlanInvalid: RefusalText(422, gettext_noop("An office cannot work by this plan"), plan_problems.told),
    errors.PlanChangedMeanwhile: RefusalText(
        409,
        gettext_noop("The configuration was changed meanwhile"),
        gettext_noop("Somebody else has published version %(revision)s. Please look at it and make your change anew."),
    ),
    errors.CategoryUnknown: RefusalText(
        422,
        gettext_noop("This cannot be reported here"),
        gettext_noop("Please choose one of the kinds that are shown."),
    ),
    errors.AnswerInvalid: RefusalText(
        422,
        gettext_noop("An answer is missing or does not fit"),
        gettext_noop("Please look at the question “%(question)s” again."),
    ),
    errors.PlaceMissing: RefusalText(
        422, gettext_noop("Where is it?"), gettext_noop("Please mark the place on the map or describe it in words.")
    ),
    errors.HappensLater: RefusalText(
        422, gettext_noop("This time lies in the future"), gettext_noop("Please check date and time.")
    ),
    errors.TooManyReports: RefusalText(
        429,
        gettext_noop("Many reports within an hour"),
        gettext_noop("Please add to the reports that you have made, or call if it is urgent."),
    ),
    errors.IncidentUnknown: RefusalText(
        404, gettext_noop("There is no such report"), gettext_noop("Please check that the link or code is complete.")
    ),
    errors.IncidentElsewhere: RefusalText(
        409,
        gettext_noop("This step does not fit any more"),
        gettext_noop("%(number)s has moved on meanwhile. Please look at how it stands now."),
    ),
    errors.UnitsSent: RefusalText(
        409, gettext_noop("Units are on their way"), gettext_noop("Call back the units of %(number)s first.")
    ),
    errors.OriginalUnfit: RefusalText(
        409,
        gettext_noop("It cannot be linked to this one"),
        gettext_noop("Choose a report that is neither a duplicate itself nor set aside."),
    ),
    errors.HasDuplicates: RefusalText(
        409,
        gettext_noop("Others are linked to it"),
        gettext_noop("Link the duplicates of %(number)s to the other report instead."),
    ),
    errors.UnitUnknown: RefusalText(404, gettext_noop("The office has no such unit")),
    errors.UnitBusy: RefusalText(
        409, gettext_noop("The unit is not free"), gettext_noop("Choose another one, or call it back first.")
    ),
    errors.UnitOutOfService: RefusalText(
        409, gettext_noop("The unit is not in service"), gettext_noop("Choose another one.")
    ),
    errors.UnitIdle: RefusalText(
        409, gettext_noop("The unit is not that far"), gettext_noop("Please look at where it is now.")
    ),
    errors.UnitNotSent: RefusalText(409, gettext_noop("The unit is not sent to this incident")),
    errors.TooLateToReopen: RefusalText(
        409,
        gettext_noop("The time to object is over"),
        gettext_noop("It was %(days)s days. Please make a new report."),
    ),
    errors.ReopenExhausted: RefusalText(
        409,
        gettext_noop("Opened again often enough"),
        gettext_noop("It was opened again %(times)s times. Please make a new report or come to the office."),
    ),
    errors.NotToBeFollowed: RefusalText(409, gettext_noop("This report cannot be followed")),
    errors.AlreadyFollowed: RefusalText(
        409, gettext_noop("You follow this report already"), gettext_noop("Please use the link you received.")
    ),
    errors.FollowerUnknown: RefusalText(
        404, gettext_noop("There is no such report"), gettext_noop("Please check that the link or code is complete.")
    ),
    errors.NobodyKnown: RefusalText(
        409,
        gettext_noop("Nobody can find out who reported this"),
        gettext_noop("The report was anonymous, or its reporter has been erased."),
    ),
    errors.InChargeAlready: RefusalText(409, gettext_noop("This person looks after it already")),
    errors.ColleagueUnknown: RefusalText(
        404, gettext_noop("Nobody of that user name works here"), gettext_noop("Choose a colleague from the list.")
    ),
    errors.StaffCannotWriteSo: RefusalText(403, gettext_noop("This is for the other side")),
    **STAFF_REFUSALS,
    IdReused: RefusalText(
        422,
        gettext_noop("This key was used for something else"),
        gettext_noop("Send a new Idempotency-Key with each new request."),
    ),
}

REFUSALS: Mapping[str, RefusalText] = {refusal.slug: text for refusal, text in _TEXTS.items()}
