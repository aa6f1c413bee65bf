"""Languages: which one a request is answered in, and the catalogues its words come from.

Invariant: every page can be had in every language of `LANGUAGES`, chosen explicitly (`?lang=`, remembered in
a cookie), or else by the browser's wish, or else Indonesian. A text without a translation is shown as
written in the source, which is English; a test fails for each such text.
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LANGUAGES: Mapping[str, str] = {"id": "Bahasa Indonesia", "en": "English"}
"""Code → its own name. The first is the default."""
DEFAULT = next(iter(LANGUAGES))
COOKIE = "lang"
SHARED_LOCALES = Path(__file__).parent / "locales"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)
_catalogues: ContextVar["Catalogues | None"] = ContextVar("catalogues", default=None)


class Catalogues:
    """The translations of one service: the shared ones with the service's own laid over them."""

    def __init__(self, *folders: Path) -> None:
        """`folders` hold `<language>/LC_MESSAGES/messages.po`; a later one wins."""
        self._translations = {language: _merged(language, folders) for language in LANGUAGES}

    def __getitem__(self, language: str) -> Translations:
        return self._translations[language]


def _merged(language: str, folders: Iterable[Path]) -> Translations:
    """One catalogue of all, compiled in memory: the `.po` files are the only ones there are."""
    # Begun with a file and not from nothing: its header says how the language counts.
    merged = _read(SHARED_LOCALES, language)
    for folder in folders:
        for message in _read(folder, language):
            if message.id:  # the one without is the file's own header
                merged.delete(message.id)  # assigned to a known id, it would not win
                merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


def _read(folder: Path, language: str) -> Catalog:
    path = folder / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def language() -> str:
    """The language of the present request."""
    return _language.get()


def gettext(message: str) -> str:
    """`message` in the language of the present request."""
    catalogues = _catalogues.get()
    return catalogues[language()].gettext(message) if catalogues else message


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form for `number`, in the language of the present request."""
    catalogues = _catalogues.get()
    if catalogues is None:
        return singular if number == 1 else plural
    return catalogues[language()].ngettext(singular, plural, number)


def gettext_noop(message: str) -> str:
    """Marks a text that is written down in one place and translated in another."""
    return message


def negotiate(accept_language: str) -> str:
    """The best of our languages for an `Accept-Language` header, however broken the header is."""
    best, best_weight = DEFAULT, 0.0
    for part in accept_language[:500].split(","):
        tag, _, parameter = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        code = {"in": "id"}.get(code, code)  # ISO 639 renamed Indonesian in 1989; old Android still says `in`
        weight = _weight(parameter)
        if code in LANGUAGES and weight > best_weight:
            best, best_weight = code, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


class LanguageMiddleware:
    """Sets the language for the request, remembers an explicit choice and declares it in the answer."""

    def __init__(self, app: ASGIApp, catalogues: Catalogues, *, secure: bool) -> None:
        self._app = app
        self._catalogues = catalogues
        self._cookie_end = "; Path=/; Max-Age=31536000; SameSite=Lax" + ("; Secure" if secure else "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        chosen = _explicit(scope)
        code = chosen or _from_headers(Headers(scope=scope))

        async def send_with_language(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith(("text/html", "application/problem+json")):
                    headers["Content-Language"] = code
                    headers.add_vary_header("Accept-Language, Cookie")
                if chosen:
                    headers.append("Set-Cookie", f"{COOKIE}={chosen}{self._cookie_end}")
            await send(message)

        tokens = _language.set(code), _catalogues.set(self._catalogues)
        try:
            await self._app(scope, receive, send_with_language)
        finally:
            _language.reset(tokens[0])
            _catalogues.reset(tokens[1])


def _explicit(scope: Scope) -> str | None:
    query = scope["query_string"]
    if b"lang=" not in query:
        return None
    wished = parse_qs(query.decode("latin-1")).get("lang", [""])[-1]
    return wished if wished in LANGUAGES else None


def _from_headers(headers: Headers) -> str:
    remembered = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    return remembered if remembered in LANGUAGES else negotiate(headers.get("accept-language", ""))
