"""CAP alerts and the Atom feed of them, of made-up standings: valid by the schema and by what the RFC asks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services.reports.bridges import cap
from services.reports.bridges.cap_categories import CATEGORIES, cap_category
from services.reports.bridges.shared import Change, Standing
from services.reports.demo import demo_office
from shared.contracts.share import IncidentState
from tests.agencies.atom import must_be_atom
from tests.agencies.cap import CAP, SCHEMA
from tests.contracts.share_samples import SHARE

HERE = "https://example.go.id/reports/api/v1/agency/cap"
NOW = datetime(2026, 3, 2, 0, 15, 30, tzinfo=UTC)
(SAMPLE,) = [sample for sample in SHARE if isinstance(sample, IncidentState)]


def standing(incident: str = "a", **told: Any) -> Standing:
    state = IncidentState.model_validate(SAMPLE.model_dump() | {"incident": incident, **told})
    changes = (Change(1, "shared", NOW - timedelta(minutes=5)), Change(2, "updated", NOW))
    return Standing(state, NOW, changes)


def category_of(standing: Standing) -> str:
    written = cap.alert(standing)
    SCHEMA.validate(written.decode())
    (category,) = {info.findtext(f"{CAP}category") for info in ET.fromstring(written).findall(f"{CAP}info")}  # noqa: S314
    assert category is not None
    return category


@pytest.mark.parametrize("kind", [category.id for category in demo_office().plan.categories])
def test_every_kind_that_an_office_begins_with_has_its_category(kind: str) -> None:
    assert kind in CATEGORIES
    assert category_of(standing(category=kind)) == CATEGORIES[kind]


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("kebakaran", "Fire"),
        ("kebakaran-lahan", "Fire"),
        ("kecelakaan", "Transport"),
        ("orang-hilang", "Rescue"),
        ("curanmor", "Security"),
        ("banjir", "Met"),
        ("gempa", "Geo"),
        ("keracunan-makanan", "Health"),
        ("jalan-rusak", "Infra"),
        ("lainnya", "Other"),
        ("what-nobody-knows", "Safety"),
        (None, "Safety"),
    ],
)
def test_a_kind_of_an_offices_own_is_known_by_its_words(kind: str | None, category: str) -> None:
    assert category_of(standing(category=kind)) == category == cap_category(kind)


def test_categories_are_those_of_the_schema() -> None:
    for category in sorted(set(CATEGORIES.values())):
        kind = next(word for word, of in CATEGORIES.items() if of == category)
        assert category_of(standing(category=kind)) == category


ENDED: dict[str, Any] = {
    "change": "ended",
    "ended": "over",
    "sequence": 3,
    **dict.fromkeys(("state", "category", "category_name", "urgency", "severity", "certainty", "priority", "place")),
    **dict.fromkeys(("reported_at", "number")),
    "units": (),
}


@pytest.mark.parametrize(
    "standings",
    [
        [],
        [standing()],
        [standing("a"), standing("b", exercise=True), standing("c", place=None), standing("d", **ENDED)],
        [standing(purpose="Tanda <&> \x07 \ud800 aneh"), standing("b", category_name={"id": "Api & <asap>", "en": ""})],
    ],
    ids=["empty", "one", "of every kind", "odd characters"],
)
def test_the_feed_is_atom_and_every_alert_in_it_is_cap(standings: list[Standing]) -> None:
    written = cap.feed(standings, "polres-palu", "damkar-palu", HERE, older=f"{HERE}?before=x&beside=y")
    must_be_atom(written)
    alerts = ET.fromstring(written).findall(f".//{CAP}alert")  # noqa: S314
    assert len(alerts) == len(standings)
    for alert in alerts:
        SCHEMA.validate(ET.tostring(alert, encoding="unicode"))


def test_what_is_no_atom_is_found_out() -> None:
    good = cap.feed([standing()], "polres-palu", "damkar-palu", HERE).decode()
    bad = {
        "author": good.replace("author>", "nobody>"),
        "more than one title": good.replace("<title>", "<title>x</title><title>", 1),
        "no whole IRI": good.replace("<id>urn:kentongan:feed:", "<id>feed ", 1),
        "no date": good.replace("<updated>2026-03-02T", "<updated>2026-03-02 ", 1),
        "one name": good.replace("<name>", "<name>x</name><name>"),
        "leads somewhere": good.replace(f'href="{HERE}"', 'href="cap"'),
        "should name itself": good.replace('rel="self"', 'rel="next"'),
        "nothing beside": good.replace('<content type="application/cap+xml">', '<content type="a/cap+xml">x'),
    }
    for what, document in bad.items():
        assert document != good, what
        with pytest.raises(AssertionError, match=what):
            must_be_atom(document.encode())
