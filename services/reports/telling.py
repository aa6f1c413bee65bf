"""What has become of a report, in plain words: the same for the page, for the live page and on paper."""

from collections.abc import Mapping
from typing import Any

from services.reports.views.incidents import FollowView, Line, ReportView
from shared.clock import Clock
from shared.contracts.reports.incidents import Disposition, State
from shared.web.formats import Formats
from shared.web.i18n import LANGUAGES, Catalogues, gettext_noop

STATES: Mapping[State, tuple[str, str]] = {
    "received": (
        gettext_noop("We have your report"),
        gettext_noop("The desk looks at every report. You will see here what happens next."),
    ),
    "triaged": (
        gettext_noop("The desk is dealing with it"),
        gettext_noop("An officer has read your report and decides what to do next."),
    ),
    "dispatched": (
        gettext_noop("Officers are on their way"),
        gettext_noop("Please stay where you are safe. Do not follow or stop anybody yourself."),
    ),
    "on-scene": (
        gettext_noop("Officers are at the place"),
        gettext_noop("You will see the outcome here as soon as there is one."),
    ),
    "resolved": (
        gettext_noop("There is an outcome"),
        gettext_noop("Please read it and tell us whether it is right."),
    ),
    "closed": (gettext_noop("The report is closed"), gettext_noop("Thank you for telling us.")),
    "duplicate": (
        gettext_noop("Handled together with another report"),
        gettext_noop("Somebody else has reported the same. Both are dealt with as one; yours is kept."),
    ),
}
FOLLOWED: Mapping[State, tuple[str, str]] = {
    **STATES,
    "received": (gettext_noop("The desk has this report"), gettext_noop("You will see here what happens next.")),
    "triaged": (gettext_noop("The desk is dealing with it"), gettext_noop("You will see here what happens next.")),
    "resolved": (gettext_noop("There is an outcome"), gettext_noop("Thank you for caring about it.")),
    "closed": (gettext_noop("The report is closed"), gettext_noop("Thank you for caring about it.")),
    "duplicate": (
        gettext_noop("Handled together with another report"),
        gettext_noop("Both reports are dealt with as one."),
    ),
}
OUTCOMES: Mapping[Disposition, str] = {
    "settled": gettext_noop("The matter was settled."),
    "report-taken": gettext_noop("A formal report was taken, and the case goes on."),
    "arrest": gettext_noop("Somebody was arrested."),
    "referred": gettext_noop("The matter was passed on to the authority in charge."),
    "gone-on-arrival": gettext_noop("Nobody was there any more when officers arrived."),
    "unfounded": gettext_noop("Nothing was found that confirms it."),
    "prank": gettext_noop("The desk took this for a false report."),
    "exercise": gettext_noop("This was an exercise."),
}
LINES: Mapping[str, str] = {
    "IncidentReported": gettext_noop("Report received"),
    "UnitDispatched": gettext_noop("Officers sent"),
    "UnitArrived": gettext_noop("Officers arrived"),
    "DuplicateLinked": gettext_noop("Put together with another report"),
    "IncidentResolved": gettext_noop("Outcome"),
    "IncidentClosed": gettext_noop("Closed"),
    "IncidentReopened": gettext_noop("Opened again"),
}
"""Of the timeline. What is not here is not for the reporter; messages stand by themselves."""
FROM_REPORTER, FROM_DESK = gettext_noop("You"), gettext_noop("The desk")


class Telling:
    """Puts views into words."""

    def __init__(self, catalogues: Catalogues, clock: Clock) -> None:
        self._gettext = {code: catalogues[code].gettext for code in LANGUAGES}
        self._clock = clock

    def report(self, view: ReportView, language: str) -> dict[str, Any]:
        """A report for its reporter. What a page shows of it and what its stream says are this."""
        say = self._gettext[language]
        title, lead = STATES[view.state]
        messages = [self._message(line, language) for line in view.timeline if line.what == "MessageSent"]
        return {
            "state": view.state,
            "title_words": say(title),
            "lead": say(lead),
            "outcome": say(OUTCOMES[view.disposition]) if view.disposition else "",
            "outcome_words": self._outcome(view),
            "timeline": [self._step(line, language) for line in view.timeline if line.what in LINES],
            "messages": messages,
            "followers": str(view.followers),
            "revision": view.revision,
            "announce": say(title),
        }

    def follow(self, view: FollowView, language: str) -> dict[str, Any]:
        """A report for who follows it."""
        say = self._gettext[language]
        title, lead = FOLLOWED[view.state]
        return {
            "state": view.state,
            "title_words": say(title),
            "lead": say(lead),
            "outcome": say(OUTCOMES[view.disposition]) if view.disposition else "",
            "announce": say(title),
        }

    def _step(self, line: Line, language: str) -> dict[str, str]:
        words = line.words if line.what != "IncidentResolved" else ""  # an outcome stands by itself
        return {"what": self._gettext[language](LINES[line.what]), "when": self._when(line, language), "words": words}

    def _message(self, line: Line, language: str) -> dict[str, str]:
        who = FROM_REPORTER if line.via == "reporter" else FROM_DESK
        state = "own" if line.via == "reporter" else "theirs"
        say = self._gettext[language]
        return {"who": say(who), "when": self._when(line, language), "words": line.words, "state": state}

    def _when(self, line: Line, language: str) -> str:
        form = Formats(language, self._gettext[language])
        today = self._clock().astimezone(line.at.tzinfo).date()
        return form.clock(line.at) if line.at.date() == today else form.stamp(line.at)

    @staticmethod
    def _outcome(view: ReportView) -> str:
        told = [line.words for line in view.timeline if line.what == "IncidentResolved"]
        return told[-1] if told and view.state in ("resolved", "closed") else ""
