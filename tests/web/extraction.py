"""Finds every text of a package that a person may read, in its code and its templates."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None, "_gettext": None}

MessageId = str | tuple[str, ...]


def texts_in(package: Path) -> Iterator[tuple[str, MessageId]]:
    """(where, msgid) of each marked text."""
    for name, line, message, _, _ in extract_from_dir(
        package, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
    ):
        yield f"{package.name}/{name}:{line}", message if isinstance(message, str) else tuple(message)


def catalogue(package: Path, language: str) -> Catalog:
    """A package's own catalogue; an empty one where it has none."""
    path = package / "locales" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)
