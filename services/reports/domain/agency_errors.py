"""Why sharing with other agencies is refused. One class per situation."""

from shared.errors import Refused


class AgencyUnknown(Refused):
    """The office has nothing to do with an agency of that name."""

    slug = "agency-unknown"


class RuleUnknown(Refused):
    """There is no such rule, or it is another agency's."""

    slug = "rule-unknown"


class RuleOver(Refused):
    """The rule has ended or expired, or is in force already."""

    slug = "rule-over"


class OwnProposal(Refused):
    """A rule needs the other side's word."""

    slug = "own-proposal"


class NotShared(Refused):
    """The incident is not shared with this agency, as far as anybody may tell."""

    slug = "not-shared"


class AlreadyShared(Refused):
    """The agency has this incident already."""

    slug = "already-shared"


class NoExercise(Refused):
    """The incident is real: it cannot be taken away."""

    slug = "no-exercise"


class NotYourSide(Refused):
    """Who asks is not of the side that may."""

    slug = "not-your-side"
