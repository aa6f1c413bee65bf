"""What every page owes to whoever looks at it, asked of the page as the browser has laid it out.

Axe knows the rules of WCAG 2.2; the rest is what it can't know: that a phone needs no sideways scrolling, that
no text touches its frame, another text or the edge of the screen, that primary actions are large enough for a
thumb, and that no word of the other language was left.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from babel.messages.pofile import read_po
from playwright.async_api import Page

import services.queue.app
import services.reports.app
from shared.web.i18n import SHARED_LOCALES

_AXE = Axe().axe_script
_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_COLOUR_RULES = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
_LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
_CATALOGUES = (SHARED_LOCALES, services.queue.app.FOLDER / "locales", services.reports.app.FOLDER / "locales")

WIDEST = "W-888"
"""The most room that a number takes, until a line has a thousand people."""


async def axe_faults(page: Page, *, only_colours: bool = False) -> list[str]:
    """What axe finds wrong with the page as it is now; `only_colours` where nothing else has changed."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE)
    found: dict[str, Any] = await page.evaluate("axe.run", _COLOUR_RULES if only_colours else _RULES)
    return [
        f"axe {violation['id']}: {violation['help']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def layout_faults(page: Page) -> list[str]:
    """What is wrong with where things stand, at the present size of window and text."""
    faults: list[str] = await page.evaluate(_LAYOUT)
    return faults


async def widen_numbers(page: Page) -> None:
    """Have the page show the widest ticket numbers instead of those that it has."""
    await page.evaluate(
        "text => document.querySelectorAll('.ticket-number, .board-number').forEach((n) => { n.textContent = text })",
        WIDEST,
    )


async def word_faults(page: Page, language: str) -> list[str]:
    """Texts of our own that the page shows in the other language."""
    texts: list[str] = await page.evaluate(_TEXTS)
    strange = _strange_to(language)
    return [f"not in {language}: {text}" for text in texts if text in strange]


async def frame_faults(page: Page, language: str) -> list[str]:
    """What the page as a whole must say of itself."""
    said = await page.evaluate(_FRAME)
    faults = []
    if said["lang"] != language:
        faults.append(f"says that it is in {said['lang']}, not {language}")
    if said["headings"] != 1:
        faults.append(f"has {said['headings']} first-level headings")
    return faults


@cache
def _strange_to(language: str) -> frozenset[str]:
    """The words of the catalogues that only the other language has."""
    english: set[str] = set()
    indonesian: set[str] = set()
    for folder in _CATALOGUES:
        with (folder / "id" / "LC_MESSAGES" / "messages.po").open("rb") as source:
            for message in read_po(source, locale="id"):
                english.update(_forms(message.id))
                indonesian.update(_forms(message.string))
    return frozenset(english - indonesian if language == "id" else indonesian - english)


def _forms(text: str | Iterable[str] | None) -> Iterable[str]:
    """A message's forms for one and for many."""
    return (text,) if isinstance(text, str) else text or ()


_FRAME = """() => ({
  lang: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
})"""

_TEXTS = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!element.closest("script, style, noscript, [lang]:not(html)")) texts.push(node.textContent);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    document.querySelectorAll(`[${name}]`).forEach((element) => texts.push(element.getAttribute(name)));
  }
  return texts.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
