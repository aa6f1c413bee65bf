"""What pages say in either language, so that journeys are told once."""

from functools import cache
from importlib import import_module
from pathlib import Path

from shared.staff import routers as staff
from shared.web.i18n import Catalogues


def said(language: str, text: str, *, of: str = "queue", **values: object) -> str:
    """A text of the pages `of` a service in a language, as its reader sees it."""
    translated = _catalogues(of)[language].gettext(text)
    return translated % values if values else translated


@cache
def _catalogues(service: str) -> Catalogues:
    folder: Path = import_module(f"services.{service}.app").FOLDER
    return Catalogues(staff.FOLDER / "locales", folder / "locales")
