"""How refusals about other agencies are told."""

from collections.abc import Mapping

from services.reports.bridges.addresses import WebhookForbidden
from services.reports.bridges.destinations import DestinationUnknown, TooManyDestinations
from services.reports.bridges.streams import BadPlace, TooManyStreams
from services.reports.bridges.tokens import TokenUnknown, TooManyTokens
from services.reports.domain import agency_errors as errors
from shared.errors import Refused
from shared.web.i18n import gettext_noop
from shared.web.problems import RefusalText

_TEXTS: Mapping[type[Refused], RefusalText] = {
    errors.AgencyUnknown: RefusalText(404, gettext_noop("The office shares nothing with an agency of that name")),
    errors.RuleUnknown: RefusalText(404, gettext_noop("There is no such rule")),
    errors.RuleOver: RefusalText(
        409, gettext_noop("This rule has ended, or is in force already"), gettext_noop("Propose a new one.")
    ),
    errors.OwnProposal: RefusalText(
        409, gettext_noop("The other side has to agree"), gettext_noop("A rule needs the word of both.")
    ),
    errors.NotShared: RefusalText(404, gettext_noop("There is no such incident"), gettext_noop("It is not shared.")),
    errors.AlreadyShared: RefusalText(409, gettext_noop("The agency has this incident already")),
    errors.NoExercise: RefusalText(
        409, gettext_noop("This is no exercise"), gettext_noop("What is real cannot be taken away.")
    ),
    errors.NotYourSide: RefusalText(403, gettext_noop("This is for the other side")),
    TokenUnknown: RefusalText(404, gettext_noop("There is no such token")),
    TooManyTokens: RefusalText(
        409, gettext_noop("There are enough tokens"), gettext_noop("%(most)s at most. End one first.")
    ),
    DestinationUnknown: RefusalText(404, gettext_noop("There is no such webhook")),
    TooManyDestinations: RefusalText(
        409, gettext_noop("There are enough webhooks"), gettext_noop("%(most)s at most. Remove one first.")
    ),
    WebhookForbidden: RefusalText(422, gettext_noop("Webhooks do not go there"), "%(problem)s"),
    TooManyStreams: RefusalText(
        429, gettext_noop("Too many streams are open"), gettext_noop("Close one, or try again in a while.")
    ),
    BadPlace: RefusalText(
        400, gettext_noop("This Last-Event-ID is none of ours"), gettext_noop("Send the id of the last event you got.")
    ),
}

AGENCY_REFUSALS: Mapping[str, RefusalText] = {refusal.slug: text for refusal, text in _TEXTS.items()}
