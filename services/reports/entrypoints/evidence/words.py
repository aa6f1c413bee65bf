"""Words for what happens to evidence, in the language of the request."""

from collections.abc import Mapping

from shared.web.i18n import gettext, gettext_noop

_ACTIONS: Mapping[str, str] = {
    "collected": gettext_noop("Taken in"),
    "viewed": gettext_noop("Looked at"),
    "downloaded": gettext_noop("Downloaded"),
    "exported": gettext_noop("Exported as a package"),
    "described": gettext_noop("Camera and time entered"),
    "hold-placed": gettext_noop("Hold placed"),
    "hold-released": gettext_noop("Hold released"),
    "retention-set": gettext_noop("To be kept until another day"),
    "destroyed": gettext_noop("To be destroyed"),
    "erased": gettext_noop("Files removed"),
}


def action_words(action: str) -> str:
    """A line of the custody log."""
    return gettext(_ACTIONS.get(action, action))


def actor_words(actor: str) -> str:
    """Who did it: a person of the staff by user name."""
    kind, _, name = actor.partition("/")
    if kind == "staff":
        return name.partition("/")[0]
    return gettext("the reporter") if kind == "citizen" else gettext("the system")
