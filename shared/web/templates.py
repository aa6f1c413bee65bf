"""Pages: a template, the words of a language, and the request that asked.

Invariants: everything is escaped unless it was built as markup; a name that was not given is an error and
never an empty string; a template needs nothing that is not in its context or in `_globals`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.web.assets import Assets
from shared.web.csrf import Csrf
from shared.web.formats import Formats
from shared.web.i18n import LANGUAGES, Catalogues, language

SHARED_TEMPLATES = Path(__file__).parent / "templates"


class Templates:
    """The templates of one service, in every language."""

    def __init__(
        self,
        service: str,
        *folders: Path,
        assets: Assets,
        catalogues: Catalogues,
        csrf: Csrf,
        frame: str = "base.html",
    ) -> None:
        """A template of an earlier one of `folders` takes the place of a later one's, and of a shared one.

        `frame` is the template that shared pages extend, so that they look like the service's own.
        """
        self._csrf = csrf
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, SHARED_TEMPLATES)])
        self._environments = {
            code: _environment(loader, code, service, assets, catalogues, frame) for code in LANGUAGES
        }

    def page(
        self,
        request: Request,
        template: str,
        /,
        status_code: int = 200,
        *,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """The page that answers `request`, in its language."""
        html = (
            self._environments[language()]
            .get_template(template)
            .render(
                csrf_field=lambda: self._csrf.field(request),
                here=request.scope["path"],
                in_language=lambda code: _in_language(request, code),
                **context,
            )
        )
        return HTMLResponse(html, status_code, headers)

    def names(self) -> list[str]:
        """Every template there is."""
        return self._environments[language()].list_templates()


def _environment(
    loader: ChoiceLoader, code: str, service: str, assets: Assets, catalogues: Catalogues, frame: str
) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    translations = catalogues[code]
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translations.gettext, translations.ngettext, newstyle=True
    )
    environment.filters.update(Formats(code, translations.gettext).filters())
    environment.globals.update(
        language=code,
        languages=LANGUAGES,
        service=service,
        home=f"/{service}/",
        frame=frame,
        static_url=assets.url,
        now=lambda: datetime.now(UTC),
    )
    return environment


def _in_language(request: Request, code: str) -> str:
    """The present address, asked for in another language."""
    query = [
        (name, value) for name, value in parse_qsl(request.scope["query_string"].decode("latin-1")) if name != "lang"
    ]
    return "?" + urlencode([*query, ("lang", code)])
