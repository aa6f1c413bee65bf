"""Why the queue says no. One class per situation; its slug is written down here and nowhere else.

Details are facts that help the caller to act. None of them tells anything about another person.
"""

from typing import Literal

from shared.errors import Refused

PlanProblem = Literal[
    "another-office",
    "zone-unknown",
    "service-twice",
    "prefix-twice",
    "counter-twice",
    "opening-backwards",
    "openings-overlap",
    "counter-serves-nothing",
    "counter-serves-unoffered",
    "counter-serves-twice",
    "share-above-quota",
    "people-waiting",
    "counter-busy",
    "letter-in-use",
]
"""What is wrong with a plan."""


class OfficeUnknown(Refused):
    """No such office has been configured."""

    slug = "office-unknown"


class ServiceUnknown(Refused):
    """The office does not offer this service."""

    slug = "service-unknown"


class CounterUnknown(Refused):
    """The office has no such counter."""

    slug = "counter-unknown"


class TicketUnknown(Refused):
    """The office gave out no such ticket."""

    slug = "ticket-unknown"


class PlanInvalid(Refused):
    """An office cannot work by this plan. Details: `problem`, and what it is about.

    Earlier releases wrote an English sentence as the problem, and nothing beside it.
    """

    slug = "plan-invalid"

    def __init__(self, problem: PlanProblem, **about: str | int) -> None:
        super().__init__(problem=problem, **about)


class PlanChangedMeanwhile(Refused):
    """Another plan has taken effect since this one was made. Details: `revision`, the present one."""

    slug = "plan-changed-meanwhile"


class ServiceClosed(Refused):
    """Outside the service's hours, or a holiday. Details: `next_opening`, where there is one."""

    slug = "service-closed"


class LineClosed(Refused):
    """No more tickets of this service today, by decision. Details: `next_opening`, where there is one."""

    slug = "line-closed"


class QuotaReached(Refused):
    """The day's tickets are given out. Details: `next_opening`, where there is one."""

    slug = "quota-reached"


class ShareReached(Refused):
    """What this way into the line may use of the day's tickets is used up. Details: `way`, and as for the quota."""

    slug = "share-reached"


class FamilyTooLarge(Refused):
    """As many tickets as one family can have on a day. Details: `most`."""

    slug = "family-too-large"


class AlreadyWaiting(Refused):
    """The person has an active ticket in this line. Which one stays a secret of its holder."""

    slug = "already-waiting"


class NobodyWaiting(Refused):
    """No one waits for any of the counter's services."""

    slug = "nobody-waiting"


class CounterBusy(Refused):
    """The counter has a person already. Details: `number` of that ticket."""

    slug = "counter-busy"


class CounterIdle(Refused):
    """Nobody is called to or served at the counter."""

    slug = "counter-idle"


class TicketExpired(Refused):
    """The ticket belongs to an earlier day. Details: `day`."""

    slug = "ticket-expired"


class TicketNotWaiting(Refused):
    """Only who waits, or has just been called, can leave the line. Details: `number`, `state`."""

    slug = "ticket-not-waiting"


class TicketNotCalled(Refused):
    """The person is not the one called and awaited. Details: `number`, `state`."""

    slug = "ticket-not-called"


class TicketNotServing(Refused):
    """The person is not being served yet. Details: `number`, `state`."""

    slug = "ticket-not-serving"


class TicketNotParked(Refused):
    """The person has not been sent to fetch something. Details: `number`, `state`."""

    slug = "ticket-not-parked"


class TicketNotFinished(Refused):
    """How it was can be said when it is over. Details: `number`, `state`."""

    slug = "ticket-not-finished"


class DelayExhausted(Refused):
    """Let others go first as often as anyone can. Details: `times`."""

    slug = "delay-exhausted"


class FeedbackGiven(Refused):
    """The person has said already how it was."""

    slug = "feedback-given"


class SameService(Refused):
    """The person is in that line already."""

    slug = "same-service"


class CounterPaused(Refused):
    """The counter has a pause: it calls nobody."""

    slug = "counter-paused"


class CounterNotPaused(Refused):
    """The counter has no pause that could end."""

    slug = "counter-not-paused"


class CounterSignedOff(Refused):
    """Nobody has signed on at the counter today: it calls nobody, and nobody can leave it."""

    slug = "counter-signed-off"


class NotServedHere(Refused):
    """The counter is not planned for this service. Details: `service`."""

    slug = "not-served-here"


class NothingToUndo(Refused):
    """The counter's latest step is too long ago, or something has happened since."""

    slug = "nothing-to-undo"


class NoAppointments(Refused):
    """The service is given without appointments."""

    slug = "no-appointments"


class SlotUnknown(Refused):
    """No slot begins at that moment, or it cannot be booked any more, or not yet."""

    slug = "slot-unknown"


class SlotFull(Refused):
    """All places of the slot are taken."""

    slug = "slot-full"


class AppointmentUnknown(Refused):
    """The office has no such appointment."""

    slug = "appointment-unknown"


class AppointmentOver(Refused):
    """The appointment is kept or cancelled. Details: `state`."""

    slug = "appointment-over"


class AlreadyBooked(Refused):
    """The person has an open appointment for this service. When stays a secret of its holder."""

    slug = "already-booked"


class MoveExhausted(Refused):
    """The appointment was moved as often as any can be. Details: `times`."""

    slug = "move-exhausted"


class CheckInTooEarly(Refused):
    """It is too long before the slot. Details: `opens`, when checking in begins."""

    slug = "check-in-too-early"


class TicketElsewhere(Refused):
    """Another counter has called this person. Details: `counter`."""

    slug = "ticket-elsewhere"


class RecallTooSoon(Refused):
    """The last call has only just sounded. Details: `seconds` to wait."""

    slug = "recall-too-soon"


class RecallExhausted(Refused):
    """Called as often as anyone is called: serve or mark as not come. Details: `calls`."""

    slug = "recall-exhausted"


class PutBackExhausted(Refused):
    """Put back as often as anyone is put back: the person takes a new ticket. Details: `times`."""

    slug = "put-back-exhausted"
