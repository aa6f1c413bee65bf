"""How each refusal of the domain is told: its HTTP status and its words."""

from collections.abc import Mapping
from datetime import UTC, datetime

from services.queue.domain import errors
from services.queue.entrypoints.manager import plan_problems
from services.queue.phones import errors as phones
from shared.errors import Refused
from shared.messaging.loop import IdReused
from shared.staff.refusals import STAFF_REFUSALS
from shared.web.formats import formats
from shared.web.i18n import gettext, gettext_noop
from shared.web.problems import Details, RefusalText


def _with_opening(text: str) -> "RefusalText":
    """A refusal that passes by itself: tell when."""

    def detail(details: Details) -> str:
        told = gettext(text)
        opening = details.get("next_opening")
        if not opening:
            return told
        moment = formats().moment(datetime.fromisoformat(str(opening)), datetime.now(UTC))
        return f"{told} " + gettext("The next opening is %(moment)s.") % {"moment": moment}

    return RefusalText(409, gettext_noop("No tickets now"), detail)


def _opens(details: Details) -> str:
    """When checking in begins."""
    moment = formats().moment(datetime.fromisoformat(str(details["opens"])), datetime.now(UTC))
    return gettext("You can check in from %(moment)s on.") % {"moment": moment}


_TEXTS: Mapping[type[Refused], RefusalText] = {
    errors.OfficeUnknown: RefusalText(404, gettext_noop("There is no such office")),
    errors.ServiceUnknown: RefusalText(404, gettext_noop("The office does not offer this service")),
    errors.CounterUnknown: RefusalText(404, gettext_noop("The office has no such counter")),
    errors.TicketUnknown: RefusalText(
        404,
        gettext_noop("There is no such ticket"),
        gettext_noop("Please check that the link is complete."),
    ),
    errors.PlanInvalid: RefusalText(422, gettext_noop("An office cannot work by this plan"), plan_problems.told),
    errors.PlanChangedMeanwhile: RefusalText(
        409,
        gettext_noop("The configuration was changed meanwhile"),
        gettext_noop("Somebody else has published version %(revision)s. Please look at it and make your change anew."),
    ),
    errors.ServiceClosed: _with_opening(gettext_noop("The service is closed at the moment.")),
    errors.LineClosed: _with_opening(gettext_noop("The office gives out no more tickets for this service today.")),
    errors.QuotaReached: _with_opening(gettext_noop("All tickets of today have been given out.")),
    errors.AlreadyWaiting: RefusalText(
        409,
        gettext_noop("You have a ticket already"),
        gettext_noop("This telephone number has a ticket for this service today. Please use the link you received."),
    ),
    errors.ShareReached: _with_opening(
        gettext_noop("All tickets of today that can be taken this way have been given out.")
    ),
    errors.FamilyTooLarge: RefusalText(
        409,
        gettext_noop("No more tickets for this family today"),
        gettext_noop("A family can have %(most)s tickets a day."),
    ),
    errors.DelayExhausted: RefusalText(
        409,
        gettext_noop("You have let others go first often enough"),
        gettext_noop("You keep your place. If you cannot come, please leave the line."),
    ),
    errors.TicketNotFinished: RefusalText(
        409, gettext_noop("Your visit is not over yet"), gettext_noop("Please tell us afterwards how it was.")
    ),
    errors.FeedbackGiven: RefusalText(409, gettext_noop("You have told us already"), gettext_noop("Thank you.")),
    errors.NoAppointments: RefusalText(
        409,
        gettext_noop("There are no appointments for this service"),
        gettext_noop("Please take a ticket on the day itself."),
    ),
    errors.SlotUnknown: RefusalText(
        409, gettext_noop("This time cannot be booked"), gettext_noop("Please choose another one.")
    ),
    errors.SlotFull: RefusalText(
        409, gettext_noop("This time is fully booked"), gettext_noop("Please choose another one.")
    ),
    errors.AppointmentUnknown: RefusalText(
        404, gettext_noop("There is no such appointment"), gettext_noop("Please check that the link is complete.")
    ),
    errors.AppointmentOver: RefusalText(
        409, gettext_noop("This appointment is over"), gettext_noop("Nothing about it can be changed any more.")
    ),
    errors.MoveExhausted: RefusalText(
        409,
        gettext_noop("Moved often enough"),
        gettext_noop("The appointment was moved %(times)s times. Keep it, or cancel it and book a new one."),
    ),
    errors.AlreadyBooked: RefusalText(
        409,
        gettext_noop("You have an appointment already"),
        gettext_noop("This telephone number has an open appointment for this service. Please use its link."),
    ),
    phones.PhonesNotProven: RefusalText(
        409,
        gettext_noop("Telephone numbers are not confirmed here"),
        gettext_noop("Book without a proof: none is needed."),
    ),
    phones.PhoneUnproven: RefusalText(
        403,
        gettext_noop("The telephone number is not confirmed"),
        gettext_noop("Please have a code sent to it, and enter the code."),
    ),
    phones.PhoneOutOfReach: RefusalText(
        409,
        gettext_noop("We cannot send a code to this number"),
        gettext_noop(
            "Codes are sent to numbers that begin with %(countries)s. Please use such a number, "
            "or take a ticket on the day itself."
        ),
    ),
    phones.CodeUnknown: RefusalText(
        404,
        gettext_noop("No such code was sent to this number"),
        gettext_noop("Please have another one sent."),
    ),
    phones.CodeExpired: RefusalText(
        410, gettext_noop("The code is too old"), gettext_noop("Please have another one sent.")
    ),
    phones.CodeExhausted: RefusalText(
        409, gettext_noop("Too many wrong codes"), gettext_noop("Please have another one sent.")
    ),
    phones.CodeUsed: RefusalText(
        409, gettext_noop("This code was used already"), gettext_noop("Please have another one sent.")
    ),
    phones.CodeWrong: RefusalText(
        403, gettext_noop("This is not the code"), gettext_noop("Please look at the latest message.")
    ),
    errors.CheckInTooEarly: RefusalText(409, gettext_noop("It is too early to check in"), _opens),
    errors.NobodyWaiting: RefusalText(409, gettext_noop("Nobody is waiting")),
    errors.CounterBusy: RefusalText(
        409,
        gettext_noop("Somebody is at the counter"),
        gettext_noop("Please finish with %(number)s first."),
    ),
    errors.CounterIdle: RefusalText(
        409,
        gettext_noop("Nobody is at the counter"),
        gettext_noop("The person may have cancelled. Call the next one."),
    ),
    errors.TicketExpired: RefusalText(
        410, gettext_noop("This ticket is of an earlier day"), gettext_noop("Please take a new one.")
    ),
    errors.TicketNotWaiting: RefusalText(
        409,
        gettext_noop("This ticket does not wait any more"),
        gettext_noop("%(number)s may have been served or cancelled."),
    ),
    errors.TicketNotCalled: RefusalText(
        409, gettext_noop("This person is not called"), gettext_noop("%(number)s is not the one who is awaited.")
    ),
    errors.TicketNotServing: RefusalText(
        409,
        gettext_noop("This person is not being served"),
        gettext_noop("Please confirm first that %(number)s has come."),
    ),
    errors.TicketNotParked: RefusalText(
        409,
        gettext_noop("This person was not sent to fetch something"),
        gettext_noop("%(number)s may be served at another counter."),
    ),
    errors.SameService: RefusalText(
        409, gettext_noop("The person is in this line already"), gettext_noop("Please choose another service.")
    ),
    errors.CounterPaused: RefusalText(
        409, gettext_noop("The counter has a pause"), gettext_noop("End the pause to go on.")
    ),
    errors.CounterNotPaused: RefusalText(409, gettext_noop("The counter has no pause")),
    errors.CounterSignedOff: RefusalText(
        409, gettext_noop("Nobody has signed on at this counter"), gettext_noop("Please sign on first.")
    ),
    errors.NotServedHere: RefusalText(
        409,
        gettext_noop("The counter does not serve this"),
        gettext_noop("A manager can change what the counter serves."),
    ),
    errors.NothingToUndo: RefusalText(
        409,
        gettext_noop("Nothing can be taken back"),
        gettext_noop("A step can be taken back within ten seconds, while nothing has come of it."),
    ),
    errors.TicketElsewhere: RefusalText(
        409, gettext_noop("Another counter has this person"), gettext_noop("Counter %(counter)s has called.")
    ),
    errors.RecallTooSoon: RefusalText(
        409, gettext_noop("Please wait a moment"), gettext_noop("You can call again in %(seconds)s seconds.")
    ),
    errors.RecallExhausted: RefusalText(
        409,
        gettext_noop("Called often enough"),
        gettext_noop("The person was called %(calls)s times. Serve them, or mark them as not come."),
    ),
    errors.PutBackExhausted: RefusalText(
        409,
        gettext_noop("Put back often enough"),
        gettext_noop("The person was put back %(times)s times and may take a new ticket."),
    ),
    **STAFF_REFUSALS,
    IdReused: RefusalText(
        422,
        gettext_noop("This key was used for something else"),
        gettext_noop("Send a new Idempotency-Key with each new request."),
    ),
}

REFUSALS: Mapping[str, RefusalText] = {refusal.slug: text for refusal, text in _TEXTS.items()}
