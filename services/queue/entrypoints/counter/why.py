"""Why a person goes first, and why who is next is next, in words. The officer tells it to who asks."""

from collections.abc import Callable, Mapping

from services.queue.views.desk_shown import NextView
from shared.contracts.queue import Need
from shared.web.formats import Formats
from shared.web.i18n import gettext, gettext_noop

NEEDS: Mapping[Need, str] = {
    "elderly": gettext_noop("Elderly"),
    "disabled": gettext_noop("With a disability"),
    "pregnant": gettext_noop("Pregnant"),
    "nursing": gettext_noop("With a small child"),
}
"""Who goes first by law, as people say it."""

_PRIORITY = gettext_noop("Goes first (%(need)s): counts as %(minutes)s minutes longer. Here since %(since)s.")
_APPOINTMENT = gettext_noop("Has an appointment at %(slot)s, which counts as %(minutes)s minutes of waiting.")
_RETURNED = gettext_noop("Was put back or let others go first; counts from %(counts)s. Here since %(since)s.")
_WAITED = gettext_noop("Has waited longest: since %(since)s.")
_PROVEN = gettext_noop("Telephone number confirmed.")
_CLAIMED = gettext_noop("Telephone number not confirmed.")


def need_words() -> dict[Need, str]:
    """Every reason to go first, in the language of the present request."""
    return {need: gettext(words) for need, words in NEEDS.items()}


def why(person: NextView, formats: Formats, say: Callable[[str], str]) -> str:
    """Why this person is next. `say` translates into the language of `formats`."""
    values = {
        "need": say(NEEDS[person.need]).lower() if person.need else "",
        "minutes": person.head_start_minutes,
        "since": formats.clock(person.here_since),
        "counts": formats.clock(person.counts_from),
        "slot": formats.clock(person.slot or person.here_since),
    }
    reasons = {"priority": _PRIORITY, "appointment": _APPOINTMENT, "returned": _RETURNED}
    told = say(reasons.get(person.reason, _WAITED)) % values
    return f"{told} {say(_PROVEN if person.proven else _CLAIMED)}" if person.by_appointment else told
