"""Why the reports service says no. One class per situation; its slug is written down here and nowhere else.

Details are facts that help the caller to act. None of them tells anything about another person.
"""

from typing import Literal

from shared.errors import Refused

PlanProblem = Literal[
    "another-office",
    "zone-unknown",
    "category-twice",
    "unit-twice",
    "post-twice",
    "level-twice",
    "question-twice",
    "choice-twice",
    "objecting-too-short",
    "choices-unfit",
    "sensitive-public",
    "unit-out",
]
"""What is wrong with a plan."""


class OfficeUnknown(Refused):
    """No such office has been configured."""

    slug = "office-unknown"


class PlanInvalid(Refused):
    """A desk cannot work by this plan. Details: `problem`, and what it is about.

    Earlier releases wrote an English sentence as the problem, and nothing beside it.
    """

    slug = "plan-invalid"

    def __init__(self, problem: PlanProblem, **about: str | int) -> None:
        super().__init__(problem=problem, **about)


class PlanChangedMeanwhile(Refused):
    """Another plan has taken effect since this one was made. Details: `revision`, the present one."""

    slug = "plan-changed-meanwhile"


class CategoryUnknown(Refused):
    """The office has no such category."""

    slug = "category-unknown"


class AnswerInvalid(Refused):
    """An answer does not fit its question. Details: `question`."""

    slug = "answer-invalid"


class PlaceMissing(Refused):
    """Neither a position nor words say where it is."""

    slug = "place-missing"


class HappensLater(Refused):
    """What is reported cannot lie in the future."""

    slug = "happens-later"


class TooManyReports(Refused):
    """One contact has reported as often as anyone can in an hour. Details: `seconds` to wait."""

    slug = "too-many-reports"


class IncidentUnknown(Refused):
    """The office has no such incident, or it is not the asker's to see."""

    slug = "incident-unknown"


class IncidentElsewhere(Refused):
    """The step does not fit where the incident is. Details: `number`, `state`."""

    slug = "incident-elsewhere"


class UnitsSent(Refused):
    """Units are on their way or there: call them back first. Details: `number`."""

    slug = "units-sent"


class OriginalUnfit(Refused):
    """An incident cannot be a duplicate of itself, of a duplicate, or of one that was set aside."""

    slug = "original-unfit"


class HasDuplicates(Refused):
    """Others are linked to the incident as its duplicates. Details: `number`."""

    slug = "has-duplicates"


class UnitUnknown(Refused):
    """The office has no such unit."""

    slug = "unit-unknown"


class UnitBusy(Refused):
    """The unit is busy with an incident. Details: `status`."""

    slug = "unit-busy"


class UnitOutOfService(Refused):
    """The unit is not in service."""

    slug = "unit-out-of-service"


class UnitIdle(Refused):
    """The unit was not sent anywhere, or is not there yet. Details: `status`."""

    slug = "unit-idle"


class UnitNotSent(Refused):
    """The unit is not sent to this incident."""

    slug = "unit-not-sent"


class TooLateToReopen(Refused):
    """The time in which a reporter can have it opened again is over. Details: `days`."""

    slug = "too-late-to-reopen"


class ReopenExhausted(Refused):
    """Opened again as often as a reporter can. Details: `times`."""

    slug = "reopen-exhausted"


class NotToBeFollowed(Refused):
    """The incident is over, set aside, or of a kind that concerns its reporter alone."""

    slug = "not-to-be-followed"


class AlreadyFollowed(Refused):
    """This contact follows the incident already."""

    slug = "already-followed"


class FollowerUnknown(Refused):
    """Nobody follows the incident by this link."""

    slug = "follower-unknown"


class NobodyKnown(Refused):
    """Nobody can find out who reported it: it was anonymous, or has been erased."""

    slug = "nobody-known"


class InChargeAlready(Refused):
    """The person looks after the incident already."""

    slug = "in-charge-already"


class ColleagueUnknown(Refused):
    """Nobody of that user name works for the office."""

    slug = "colleague-unknown"


class StaffCannotWriteSo(Refused):
    """Who asks is not on the side that the message says."""

    slug = "wrong-side"
