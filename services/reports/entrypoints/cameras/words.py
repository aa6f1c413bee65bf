"""Words for cameras and requests, in the language of the request."""

from collections.abc import Mapping
from typing import get_args

from shared.contracts.reports.cameras import Answer, Health, OwnerKind
from shared.web.i18n import gettext, gettext_noop

_HEALTH: Mapping[str, str] = {
    "working": gettext_noop("works"),
    "faulty": gettext_noop("works badly"),
    "off": gettext_noop("is off"),
    "unknown": gettext_noop("nobody has looked"),
}
_OWNERS: Mapping[str, str] = {
    "government": gettext_noop("Public authority"),
    "business": gettext_noop("Shop or company"),
    "resident": gettext_noop("Resident"),
    "transport": gettext_noop("Road or transport"),
    "other": gettext_noop("Other"),
}
_STATES: Mapping[str, str] = {
    "asked": gettext_noop("asked"),
    "promised": gettext_noop("promised"),
    "received": gettext_noop("received"),
    "refused": gettext_noop("refused"),
    "overwritten": gettext_noop("overwritten"),
    "withdrawn": gettext_noop("withdrawn"),
}
_ANSWERS: Mapping[str, str] = {
    "promised": gettext_noop("The owner promises it"),
    "received": gettext_noop("We have it"),
    "refused": gettext_noop("The owner refuses"),
    "overwritten": gettext_noop("It is overwritten"),
}


def health_words() -> dict[Health, str]:
    """Whether a camera works."""
    return {health: gettext(_HEALTH[health]) for health in get_args(Health)}


def owner_words() -> dict[OwnerKind, str]:
    """Whose a camera is."""
    return {kind: gettext(_OWNERS[kind]) for kind in get_args(OwnerKind)}


def state_words(state: str) -> str:
    """How far a request is."""
    return gettext(_STATES[state])


def answer_words() -> dict[Answer, str]:
    """What can have come of a request."""
    return {answer: gettext(_ANSWERS[answer]) for answer in get_args(Answer)}


def offset_words(seconds: int | None) -> str:
    """How wrong a camera's clock is: `2 minutes 5 seconds fast`."""
    if seconds is None:
        return gettext("not compared")
    if not seconds:
        return gettext("right")
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    span = f"{hours}:{minutes:02}:{rest:02}"
    return (gettext("%(span)s fast") if seconds > 0 else gettext("%(span)s slow")) % {"span": span}
