"""Reports are found by their words, in whatever form these stand there."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.domain.words import TERMS_MOST, terms_of

FORMS = [
    ("curi", "pencurian mencuri dicuri pencuri kecurian Dicurinya"),
    ("rampok", "perampokan dirampok merampok perampok"),
    ("bakar", "kebakaran terbakar membakar dibakar pembakaran"),
    ("tabrak", "tabrakan ditabrak menabrak"),
    ("tipu", "penipuan ditipu menipu penipu tertipu"),
    ("kelahi", "perkelahian berkelahi"),
    ("pukul", "pemukulan dipukul memukul"),
    ("tembak", "tembakan penembakan ditembak menembak"),
    ("tikam", "penikaman ditikam menikam"),
    ("kejar", "pengejaran dikejar mengejar"),
    ("rusak", "kerusakan perusakan dirusak merusak"),
    ("rekam", "rekaman terekam direkam merekam"),
    ("ledak", "ledakan meledak"),
    ("hilang", "kehilangan menghilang"),
    ("celaka", "kecelakaan"),
    ("leceh", "pelecehan dilecehkan melecehkan"),
    ("todong", "penodongan ditodong menodong"),
    ("jambret", "penjambretan dijambret"),
    ("motor", "motornya MOTOR Motor, motór"),
]
TOLD = st.text(st.sampled_from(string.ascii_letters + string.digits + " .,-éÉßİ\n\x00کا"), max_size=400) | st.text()


@pytest.mark.parametrize(("word", "forms"), FORMS, ids=[word for word, _ in FORMS])
def test_a_word_is_found_by_each_of_its_forms(word: str, forms: str) -> None:
    assert {terms_of(form) for form in forms.split()} == {terms_of(word)}


def test_different_words_stay_different() -> None:
    words = "curi rampok bakar tabrak tipu pukul tembak kejar rusak hilang anak motor mobil pasar kantor rumah"
    assert len(terms_of(words)) == words.count(" ") + 1


def test_a_report_is_found_by_number_plate_and_place() -> None:
    terms = terms_of("2026-000123", "Motor Honda DN 4821 VK dicuri", "di depan Pasar Inpres Manonda")
    for asked in ("2026-000123", "dn 4821 vk", "pasar manonda", "pencurian motor", "HONDA"):
        assert set(terms_of(asked)) <= set(terms), asked


def test_no_name_is_taken_for_a_word_that_says_nothing() -> None:
    assert len(terms_of("Rini", "Tono", "api", "tapi")) == 3


def test_words_that_say_nothing_find_nothing() -> None:
    assert terms_of("dan yang di itu", "TETAPI") == ()
    assert terms_of("", "  ", "!?…", "😀") == ()


@given(TOLD)
def test_terms_are_sorted_and_each_once(told: str) -> None:
    terms = terms_of(told)
    assert list(terms) == sorted(set(terms))
    assert all(len(term) >= 2 and term.isascii() and term.isalnum() and term == term.lower() for term in terms)


@given(TOLD)
def test_the_terms_of_terms_are_the_same(told: str) -> None:
    terms = terms_of(told)
    assert terms_of(" ".join(terms)) == terms
    assert terms_of(*terms) == terms


@given(st.lists(st.text(string.ascii_lowercase, min_size=2, max_size=12), max_size=40), st.randoms())
def test_order_case_and_repetition_do_not_matter(words: list[str], chance: object) -> None:
    told = " ".join(words)
    shuffled = [*words, *words]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert terms_of(told) == terms_of(*shuffled) == terms_of(told.upper(), told)


def test_a_long_report_does_not_push_its_place_out() -> None:
    words = " ".join(f"kata{n}" for n in range(2_000))
    terms = terms_of("2026-000001", "Manonda", words)
    assert len(terms) == TERMS_MOST
    assert set(terms_of("2026-000001 Manonda")) <= set(terms)
