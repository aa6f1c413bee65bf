"""Indonesian first, English second, and no text that is left behind."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient

from shared.contracts.queue import Opening, Text
from shared.web.formats import Formats
from shared.web.i18n import Catalogues, gettext, ngettext
from shared.web.i18n import negotiate as best_for
from tests.web.conftest import HTML
from tests.web.extraction import catalogue, texts_in

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "shared" / "web"
STAFF = ROOT / "shared" / "staff"
PACKAGES = [SHARED, STAFF, *sorted(path.parent for path in (ROOT / "services").glob("*/__main__.py"))]
PALU = ZoneInfo("Asia/Makassar")


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_text_is_in_the_indonesian_catalogue(package: Path) -> None:
    known = {m.id: m for path in {SHARED, STAFF, package} for m in catalogue(path, "id") if m.id and all_of(m.string)}
    missing = [f"{where}: {text!r}" for where, text in texts_in(package) if text not in known]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_catalogue_keeps_a_text_that_nobody_says_any_more(package: Path) -> None:
    said = {text for _, text in texts_in(package)}
    for language in ("id", "en"):
        assert not [m.id for m in catalogue(package, language) if m.id and m.id not in said]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_translations_name_the_same_values_as_their_texts(package: Path) -> None:
    for language in ("id", "en"):
        for message in catalogue(package, language):
            assert not list(message.check()), message.id


def all_of(string: str | Sequence[str] | None) -> bool:
    return bool(string) if isinstance(string, str | None) else all(string)


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.9,id;q=0.8", "en"),
        ("id-ID,id;q=0.9,en;q=0.8", "id"),
        ("in-ID", "id"),
        ("fr,en;q=0.5,id;q=0.4", "en"),
        ("fr", "id"),
        ("en;q=0", "id"),
        ("en;q=nan", "id"),
        ("*", "id"),
        (";;;,=,q=", "id"),
        ("en;q=2", "id"),
    ],
)
def test_the_browsers_wish_is_read_whatever_it_looks_like(wish: str, language: str) -> None:
    assert best_for(wish) == language


async def test_a_choice_is_remembered(client: AsyncClient) -> None:
    page = await client.get("/demo/nowhere?lang=en", headers=HTML)
    assert 'lang="en"' in page.text
    assert page.headers["content-language"] == "en"
    assert "lang=en" in page.headers["set-cookie"]
    page = await client.get("/demo/nowhere", headers={**HTML, "accept-language": "id"})
    assert "There is nothing here" in page.text
    assert "Accept-Language" in page.headers["vary"]


async def test_a_language_we_do_not_have_is_ignored(client: AsyncClient) -> None:
    page = await client.get("/demo/nowhere?lang=xx%0d%0aset-cookie:a=b", headers=HTML)
    assert "set-cookie" not in page.headers
    assert '<html lang="id">' in page.text


async def test_the_switch_keeps_what_was_asked_for(client: AsyncClient) -> None:
    page = await client.get("/demo/greeting?name=A%26B&lang=id")
    assert 'href="/demo/greeting?name=A%26B&amp;lang=en"' in page.text


def test_texts_outside_of_a_request_stay_as_they_are() -> None:
    assert gettext("Please wait a moment") == "Please wait a moment"
    assert ngettext("a ticket", "tickets", 2) == "tickets"


@pytest.mark.parametrize("number", [0, 1, 2, 12])
def test_indonesian_has_one_form_for_every_number(number: int) -> None:
    words = Catalogues(ROOT / "services" / "queue" / "locales")["id"]
    assert words.ngettext("person is waiting", "people are waiting", number) == "orang menunggu"


def test_a_services_own_words_win(tmp_path: Path) -> None:
    folder = tmp_path / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "done"\nmsgstr "beres"\n', encoding="utf-8")
    words = Catalogues(tmp_path)["id"]
    assert words.gettext("done") == "beres"
    assert words.gettext("optional") == "tidak wajib"


def test_moments_and_money_are_written_as_people_write_them() -> None:
    indonesian, english = (Formats(code, Catalogues()[code].gettext) for code in ("id", "en"))
    now = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)  # a Monday, 10:00 in Palu
    said: list[tuple[Callable[[Formats], str], str, str]] = [
        (lambda f: f.rupiah(120_000), "Rp120.000", "Rp120,000"),
        (lambda f: f.clock(time(8, 30)), "08.30", "08:30"),
        (lambda f: f.clock(datetime(2025, 3, 3, 8, 5, tzinfo=PALU)), "08.05", "08:05"),
        (lambda f: f.weekday(0), "Senin", "Monday"),
        (lambda f: f.day(date(2025, 3, 3)), "Senin, 03 Maret 2025", "Monday, 3 March 2025"),
        (lambda f: f.zone(datetime(2025, 3, 3, tzinfo=PALU)), "WITA", "WITA"),
        (lambda f: f.moment(datetime(2025, 3, 3, 13, tzinfo=PALU), now), "hari ini pukul 13.00", "today at 13:00"),
        (lambda f: f.moment(datetime(2025, 3, 4, 0, tzinfo=PALU), now), "besok pukul 00.00", "tomorrow at 00:00"),
        (lambda f: f.moment(datetime(2025, 3, 7, 8, tzinfo=PALU), now), "Jumat pukul 08.00", "Friday at 08:00"),
        (
            lambda f: f.moment(datetime(2025, 3, 20, 8, tzinfo=PALU), now),
            "Kam, 20 Mar pukul 08.00",
            "Thu 20 Mar at 08:00",
        ),
        (lambda f: f.local(Text("Satu", "One")), "Satu", "One"),
        (lambda f: f.local(Text("Satu", "")), "Satu", "Satu"),
    ]
    for say, in_indonesian, in_english in said:
        assert say(indonesian) == in_indonesian
        assert say(english) == in_english


def test_a_weeks_hours_are_said_in_few_words() -> None:
    def opening(weekday: int, opens: int, closes: int) -> Opening:
        return Opening(weekday, time(opens), time(closes))

    week = [opening(day, *span) for day in (0, 1, 3) for span in ((13, 15), (8, 12))] + [opening(4, 8, 11)]
    assert Formats("en", gettext).hours(week) == [
        ("Monday–Tuesday", "08:00–12:00, 13:00–15:00"),
        ("Thursday", "08:00–12:00, 13:00–15:00"),
        ("Friday", "08:00–11:00"),
    ]
    assert Formats("en", gettext).hours([]) == []


def test_the_end_of_a_day_is_its_24th_hour() -> None:
    whole_week = [Opening(weekday, time(0), time(0)) for weekday in range(7)]
    assert Formats("id", gettext).hours(whole_week) == [("Senin–Minggu", "00.00–24.00")]
    assert Formats("en", gettext).hours(whole_week) == [("Monday–Sunday", "00:00–24:00")]
