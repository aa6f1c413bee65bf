"""Whether a report sounds like an emergency, and which post is nearest: said before the form goes on.

It decides nothing about the report itself. A word that warns too often costs one more tap; one that is missing
leaves the number at the top of the page.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.reports.domain.place import metres_between
from shared.contracts.reports.base import Place
from shared.contracts.reports.office import Category, OfficePlan, Post

_ENDINGS = "(?:nya|lah|kah|pun)?"
"""What Indonesian appends to a word without changing what it says."""


@dataclass(frozen=True, slots=True)
class NearPost:
    """A post, and how far it is; None where nobody knows."""

    post: Post
    metres: float | None


def is_emergency(plan: OfficePlan, category: Category, *texts: str) -> bool:
    """Whether the category is one, or a text has one of the office's emergency words."""
    if category.emergency:
        return True
    words = _words(plan.emergency_words)
    return words is not None and any(words.search(plain(text)) for text in texts)


def nearest_post(plan: OfficePlan, place: Place | None) -> NearPost | None:
    """The nearest post; the office's first where no position is known."""
    if not plan.posts:
        return None
    if place is None or place.latitude is None or place.longitude is None:
        return NearPost(plan.posts[0], None)
    at = place.latitude, place.longitude
    near = [NearPost(post, metres_between(*at, post.latitude, post.longitude)) for post in plan.posts]
    return min(near, key=lambda found: found.metres or 0)


def plain(text: str) -> str:
    """Lower case, without accents, every run of anything else one space."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


@lru_cache(maxsize=64)
def _words(phrases: Sequence[str]) -> re.Pattern[str] | None:
    known = [re.escape(phrase) for phrase in map(plain, phrases) if phrase]
    return re.compile(rf"\b(?:{'|'.join(known)}){_ENDINGS}\b") if known else None
