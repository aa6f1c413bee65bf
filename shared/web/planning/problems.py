"""What is wrong with an office's plan, in the reader's language.

A refusal carries a short name of the problem and what it is about; the words are found where it is told, so that one
event can be told to anyone. An event that an earlier release wrote holds a sentence instead, and is told by it.
"""

from collections.abc import Callable, Mapping

from shared.web.i18n import gettext
from shared.web.problems import Details


def plan_problem(
    words: Mapping[str, str], shown: Mapping[str, Callable[[str | int], str]] | None = None
) -> Callable[[Details], str]:
    """The detail of a plan's refusal.

    `words` tell each problem and are marked by `gettext_noop` where they are written down. `shown` says by the name of
    a fact how it is written in the reader's language, where it is not as it is.
    """

    def detail(details: Details) -> str:
        problem = str(details.get("problem", ""))
        if problem not in words:
            return problem
        facts = {name: (shown or {}).get(name, str)(fact) for name, fact in details.items()}
        return gettext(words[problem]) % facts

    return detail
