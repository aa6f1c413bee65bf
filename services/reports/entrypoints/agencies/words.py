"""Words for agencies, rules and webhooks, in the language of the request."""

from collections.abc import Mapping
from typing import NamedTuple, get_args

from services.reports.views.agencies import RuleView
from shared.contracts.reports.agencies import AgencyKind, Tier
from shared.web.i18n import gettext, gettext_noop

_KINDS: Mapping[str, str] = {
    "fire": gettext_noop("Fire service"),
    "ambulance": gettext_noop("Ambulance"),
    "disaster": gettext_noop("Disaster management"),
    "city": gettext_noop("City government"),
    "police": gettext_noop("Police"),
    "other": gettext_noop("Another agency"),
}
_TIERS: Mapping[str, str] = {
    "view": gettext_noop("Knows of it: kind, severity, state, the place to about a kilometre"),
    "assist": gettext_noop("Comes to help: also the exact place and time, and the number"),
}
_TALK: Mapping[str, str] = {
    "IncidentShared": gettext_noop("shared by hand"),
    "IncidentAcknowledged": gettext_noop("has taken note"),
    "AgencyUnitReported": gettext_noop("tells of a unit"),
    "AgencyMessageSent": gettext_noop("message"),
}
_STATUSES: Mapping[str, str] = {
    "assigned": gettext_noop("assigned"),
    "en-route": gettext_noop("on its way"),
    "on-scene": gettext_noop("on scene"),
    "clear": gettext_noop("clear"),
}
_WEBHOOK_STATES: Mapping[str, str] = {"active": gettext_noop("active"), "disabled": gettext_noop("switched off")}


class Sign(NamedTuple):
    """How a badge shows a state: words, colour, icon."""

    words: str
    kind: str
    icon: str


def kind_words() -> dict[AgencyKind, str]:
    """What an agency is."""
    return {kind: gettext(_KINDS[kind]) for kind in get_args(AgencyKind)}


def tier_words() -> dict[Tier, str]:
    """How much is shared."""
    return {tier: gettext(_TIERS[tier]) for tier in get_args(Tier)}


def talk_words(what: str) -> str:
    """What a line between desk and agency is."""
    return gettext(_TALK[what])


def status_words() -> dict[str, str]:
    """How far an agency's unit is."""
    return {status: gettext(words) for status, words in _STATUSES.items()}


def webhook_words(state: str) -> str:
    """Whether anything goes there."""
    return gettext(_WEBHOOK_STATES[state])


def rule_sign(rule: RuleView) -> Sign:
    """How a rule stands."""
    if rule.state == "ended":
        return Sign(gettext("ended"), "", "cross")
    if rule.expired:
        return Sign(gettext("expired"), "", "clock")
    if rule.state == "accepted":
        return Sign(gettext("in force"), "good", "check")
    return Sign(gettext("proposed"), "warn", "clock")
