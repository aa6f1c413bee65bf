"""A page as a browser without JavaScript has it: its text, its forms, and what happens when one is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from httpx import AsyncClient, Response


@dataclass(slots=True)
class Form:
    """A form with what stands in its fields."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    invalid: set[str] = field(default_factory=set)
    """Fields that are marked as wrong."""


class Page(HTMLParser):
    """What came as an answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer
        self.status = answer.status_code
        self.path = answer.url.path
        self.html = answer.text
        self.forms: list[Form] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._select: str | None = None
        self._textarea: str | None = None
        self.feed(self.html)

    @property
    def text(self) -> str:
        """Everything that is written on it."""
        return " ".join(self.words)

    @property
    def state(self) -> str | None:
        """What the page's root element says of its state."""
        return self.attribute("data-state")

    def attribute(self, name: str) -> str | None:
        """The value of an attribute that stands on the page once."""
        found = [attributes[name] for _, attributes in self.elements if name in attributes]
        return found[0] if found else None

    def form(self, ending: str) -> Form:
        """The form whose action ends like this."""
        found = [form for form in self.forms if form.action.endswith(ending)]
        assert len(found) == 1, f"{len(found)} forms for {ending} on {self.path}: {[f.action for f in self.forms]}"
        return found[0]

    def first_form(self, ending: str) -> Form:
        """The first of the forms whose action ends like this, where one is the short way to another."""
        return next(form for form in self.forms if form.action.endswith(ending))

    def has_form(self, ending: str) -> bool:
        """Whether there is such a form."""
        return any(form.action.endswith(ending) for form in self.forms)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag == "form":
            self.forms.append(Form(urljoin(str(self.answer.url), attributes.get("action") or "").split("?")[0]))
        elif tag == "input" and self.forms and attributes.get("name"):
            name = str(attributes["name"])
            if attributes.get("type") != "radio" or "checked" in attributes:
                self.forms[-1].fields[name] = attributes.get("value") or ""
            if attributes.get("aria-invalid") == "true":
                self.forms[-1].invalid.add(name)
        elif tag == "textarea" and self.forms:
            self._textarea = attributes.get("name")
            self.forms[-1].fields[str(self._textarea)] = ""
        elif tag == "select" and self.forms:
            self._select = attributes.get("name")
        elif (
            tag == "option" and self._select and (self._select not in self.forms[-1].fields or "selected" in attributes)
        ):
            self.forms[-1].fields[self._select] = attributes.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self.forms[-1].fields[self._textarea] += data
        if data.strip():
            self.words.append(" ".join(data.split()))


async def visit(browser: AsyncClient, address: str, **options: Any) -> Page:
    """Go to an address."""
    return Page(await browser.get(address, **options))


async def send(
    browser: AsyncClient, form: Form, *, headers: Mapping[str, str] | None = None, **changes: str | None
) -> Page:
    """Fill in a form and send it. None leaves a field out."""
    fields = {name: value for name, value in {**form.fields, **changes}.items() if value is not None}
    return Page(await browser.post(form.action, data=fields, headers=headers))
