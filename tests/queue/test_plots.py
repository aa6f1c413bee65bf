"""Plots tell the same by their marks and by their table, and are well formed whatever they are made of."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.entrypoints.manager.plots import HEIGHT, WIDTH, Plot, Series, nice_ticks


def told(value: float) -> str:
    return f"{value:.1f}"


def plot(kind: str, *series: Series, labels: tuple[str, ...] = ("08", "09", "10")) -> Plot:
    return Plot("p", "Orang <per> jam & hari", "Jam", labels, series, told, kind)  # type: ignore[arg-type]


def drawn(some: Plot) -> ElementTree.Element:
    return ElementTree.fromstring(some.svg)  # noqa: S314  # our own


def titles(root: ElementTree.Element) -> list[str]:
    return [title.text or "" for mark in root for title in mark.findall("title")]


CAME = Series("Datang", (3, None, 5))
SERVED = Series("Dilayani", (1, 2, 4))


@pytest.mark.parametrize("kind", ["columns", "bars", "lines"])
def test_every_value_has_a_mark_that_tells_it(kind: str) -> None:
    root = drawn(plot(kind, CAME, SERVED))
    expected = ["08, Datang: 3.0", "10, Datang: 5.0", "08, Dilayani: 1.0", "09, Dilayani: 2.0", "10, Dilayani: 4.0"]
    assert sorted(titles(root)) == sorted(expected)
    assert {mark.get("class") for mark in root if mark.find("title") is not None} == {"plot-1", "plot-2"}


def test_the_table_has_what_the_marks_have_and_says_where_there_is_nothing() -> None:
    some = plot("columns", CAME, SERVED)
    assert some.heads == ("Jam", "Datang", "Dilayani")
    assert some.rows == [["08", "3.0", "1.0"], ["09", "–", "2.0"], ["10", "5.0", "4.0"]]


def test_a_plot_is_named_and_whatever_it_is_made_of_is_escaped() -> None:
    some = plot("bars", Series("</svg>", (1, 1, 1)), labels=("<b>", "&", '"'))
    root = drawn(some)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "p-title"
    (title,) = [part for part in root if part.get("id") == "p-title"]
    assert title.text == "Orang <per> jam & hari"
    assert "<b>" not in some.svg


def test_a_line_has_a_gap_where_there_is_no_value() -> None:
    lines = [part for part in drawn(plot("lines", CAME)) if "plot-line" in (part.get("class") or "")]
    assert lines == []
    assert len([p for p in drawn(plot("lines", SERVED)) if "plot-line" in (p.get("class") or "")]) == 2


@pytest.mark.parametrize("kind", ["columns", "bars", "lines"])
def test_no_plot_has_a_style_or_a_script(kind: str) -> None:
    assert "style" not in plot(kind, CAME).svg
    assert "script" not in plot(kind, CAME).svg


def test_what_has_no_value_is_empty() -> None:
    assert plot("columns", Series("a", ()), labels=()).empty
    assert plot("lines", Series("a", (None, None, None))).empty
    assert not plot("columns", Series("a", (0, 0, 0))).empty


@given(st.floats(0, 1e7))
def test_an_axis_has_few_round_values_that_hold_everything(top: float) -> None:
    ticks = nice_ticks(top)
    assert 2 <= len(ticks) <= 6
    assert ticks[0] == 0
    assert ticks[-1] >= top * (1 - 1e-9)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=60))
def test_everything_is_drawn_inside_of_the_picture(values: list[float | None]) -> None:
    labels = tuple(str(n) for n in range(len(values)))
    for mark in drawn(plot("columns", Series("a", tuple(values)), labels=labels)):
        if mark.get("class") == "plot-1":
            x, y, width, height = (float(mark.get(name) or 0) for name in ("x", "y", "width", "height"))
            assert x >= 0
            assert x + width <= WIDTH + 1
            assert y >= 0
            assert y + height <= HEIGHT


@pytest.mark.parametrize("hours", range(1, 25))
def test_the_label_of_the_last_hour_is_not_cut_off(hours: int) -> None:
    labels = tuple(f"{24 - hours + n:02}.00" for n in range(hours))
    below = [text for text in drawn(plot("columns", Series("a", (1,) * hours), labels=labels)) if text.text in labels]
    assert below
    for text in below:
        assert text.get("text-anchor") == "middle"
        assert float(text.get("x") or 0) + len(text.text or "") * 7.5 / 2 <= WIDTH


@pytest.mark.parametrize("kind", ["columns", "lines"])
@pytest.mark.parametrize("top", [9, 99, 999, 9_999, 999_999])
def test_the_labels_of_the_axis_are_not_cut_off(kind: str, top: int) -> None:
    beside = [text for text in drawn(plot(kind, Series("a", (1, None, top)))) if text.get("text-anchor") == "end"]
    assert len(beside) > 1
    for text in beside:
        assert float(text.get("x") or 0) >= len(text.text or "") * 7.5
