"""What a page is made of, and what is wrong with it for everybody: for tests of every service's pages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"br", "img", "input", "link", "meta", "path", "rect", "circle", "ellipse"}


class Page(HTMLParser):
    """What a page is made of. Raises where its elements are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, (tag, self.open)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]


def faults_of(html: str, language: str) -> list[str]:
    """What no page may have; empty for a whole one. Raises where its elements are not closed in order."""
    return list(_faults(html, Page(html), language))


def _faults(html: str, page: Page, language: str) -> Iterator[str]:
    if page.all("html")[0]["lang"] != language:
        yield "it is in another language"
    if len(page.all("h1")) != 1:
        yield f"{len(page.all('h1'))} headings of the first level"
    ids = page.values("id")
    yield from (f"the id {id} stands twice" for id in set(ids) if ids.count(id) > 1)
    for reference in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
        missing = {id for value in page.values(reference) for id in value.split()} - set(ids)
        yield from (f"{reference} names {id}, which is not there" for id in missing)
    if page.values("style") or re.search(r"\son\w+=", html) or not all(s.get("src") for s in page.all("script")):
        yield "style or script stands in the page"
    yield from (f"an address elsewhere: {a}" for a in page.values("src") + page.values("href") if "//" in a)
    methods = [form["method"] for form in page.all("form")]
    if not set(methods) <= {"post", "get"} or html.count('name="csrf"') != methods.count("post"):
        yield "a form without proof that it is ours"  # what only asks proves nothing
