"""What pages say in either language, so that journeys are told once."""

from functools import cache

import services.queue.app
from shared.web.i18n import Catalogues


def said(language: str, text: str, **values: object) -> str:
    """A text of the pages in a language, as its reader sees it."""
    translated = _catalogues()[language].gettext(text)
    return translated % values if values else translated


@cache
def _catalogues() -> Catalogues:
    return Catalogues(services.queue.app.FOLDER / "locales")
