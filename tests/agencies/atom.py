"""What RFC 4287 (The Atom Syndication Format) asks of a feed document, rule by rule, beside each its section.

There is no schema of it that a library of ours reads: its appendix is informative RELAX NG, so the rules are its words.
"""

import re
from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[^/\s]+/[^/\s]+")
_PERSONS, _TEXTS, _DATES = (
    {"author", "contributor"},
    {"title", "subtitle", "summary", "rights"},
    {"updated", "published"},
)
_ONCE_IN_FEED = ("generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated")
_ONCE_IN_ENTRY = ("content", "id", "published", "rights", "source", "summary", "title", "updated")


def must_be_atom(document: bytes) -> None:
    """Raises AssertionError with what is wrong in a feed."""
    root = ET.fromstring(document)  # noqa: S314  # our own; section 2: well-formed
    assert root.tag == f"{ATOM}feed", "2: the root of a feed document is atom:feed"
    entries = root.findall(f"{ATOM}entry")
    _must_have(root, _ONCE_IN_FEED, "4.1.1")
    assert root.findall(f"{ATOM}author") or all(entry.findall(f"{ATOM}author") for entry in entries), "4.1.1: author"
    assert any(link.get("rel") == "self" for link in root.findall(f"{ATOM}link")), "4.1.1: a feed should name itself"
    for entry in entries:
        _must_be_entry(entry)
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    assert all(count == 1 for count in ids.values()), "4.1.1: entries of one id are one entry"


def _must_be_entry(entry: ET.Element) -> None:
    _must_have(entry, _ONCE_IN_ENTRY, "4.1.2")
    content = entry.find(f"{ATOM}content")
    if content is None:
        links = entry.findall(f"{ATOM}link")
        assert any(link.get("rel", "alternate") == "alternate" for link in links), "4.1.2: content, or an alternate"
        return
    type = content.get("type", "text")
    if type.endswith(("+xml", "/xml")):
        assert len(content) == 1, "4.1.3.3: one element of the media type"
        assert not (content.text or "").strip(), "4.1.3.3: and nothing beside it"
        assert not content[0].tag.startswith(ATOM), "4.1.3.3: which is no text of Atom's"
    else:
        assert type in ("text", "html", "xhtml"), "4.1.3.1: a composite type is not allowed"


def _must_have(parent: ET.Element, once: tuple[str, ...], section: str) -> None:
    names = Counter(child.tag.removeprefix(ATOM) for child in parent)
    for name in once:
        assert names[name] <= 1, f"{section}: more than one {name}"
    for name in ("id", "title", "updated"):
        assert names[name] == 1, f"{section}: exactly one {name}"
    alternates = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in parent.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    )
    assert all(count == 1 for count in alternates.values()), f"{section}: alternates differ by type and language"
    for child in parent:
        _must_be_construct(child)


def _must_be_construct(element: ET.Element) -> None:
    """Of an element of Atom's own that several parents may have."""
    name, text = element.tag.removeprefix(ATOM), element.text or ""
    if name == "id":
        assert _IRI.fullmatch(text), f"4.2.6: {text!r} is no whole IRI"
    elif name in _DATES:
        assert _DATE.fullmatch(text), f"3.3: {text!r} is no date of RFC 3339"
        assert datetime.fromisoformat(text)
    elif name in _TEXTS:
        assert element.get("type", "text") in ("text", "html", "xhtml"), "3.1.1: a text's type"
        assert element.get("type", "text") == "xhtml" or not len(element), "3.1.1.1: a text has no elements"
        assert text.strip() or name != "title", "4.2.14: a title that says something"
    elif name in _PERSONS:
        assert len(element.findall(f"{ATOM}name")) == 1, "3.2.1: a person has one name"
        assert (element.findtext(f"{ATOM}name") or "").strip(), "3.2.1: which can be read"
        uris = [uri.text or "" for uri in element.findall(f"{ATOM}uri")]
        assert len(uris) <= 1, "3.2.2: a person has one uri at most"
        assert all(_IRI.fullmatch(uri) for uri in uris), "3.2.2: which is an IRI"
    elif name == "link":
        address = element.get("href") or ""
        assert urlsplit(address).scheme in ("http", "https"), f"4.2.7.1: {address!r} leads somewhere"
        assert _MEDIA_TYPE.fullmatch(element.get("type", "a/b")), "4.2.7.3: a media type"
        assert element.get("rel", "alternate"), "4.2.7.2: a relation"
