"""Tracking codes open their own report, however they are written down, and nothing else does."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.reports.codes import Codes

CODES = Codes(b"a key for tests, 32 bytes long..")
IDS = st.uuids().map(str)
NUMBERS = st.builds("{:04d}-{:06d}".format, st.integers(2020, 2099), st.integers(1, 10**7))
SLIPS = {"0": "0Oo", "1": "1IiLl", "V": "VvUu"}
"""What a hand writes, and an eye reads, in the place of a character."""


@st.composite
def written(draw: st.DrawFn, code: str) -> str:
    """A code as somebody copies it."""
    hand = ""
    for letter in code:
        if letter == "-":
            hand += draw(st.sampled_from(["-", "", " ", " - ", "–", "\t"]))
        else:
            hand += draw(st.sampled_from(SLIPS.get(letter, letter + letter.lower())))
            hand += draw(st.sampled_from(["", "", "", " "]))
    return draw(st.sampled_from(["", " ", "\n"])) + hand


@given(st.data(), NUMBERS, IDS)
def test_a_code_opens_its_report_with_typical_slips_of_the_hand(data: st.DataObject, number: str, id: str) -> None:
    told = data.draw(written(CODES.code(number, id)))
    assert CODES.number(told) == number
    assert CODES.opens(told, number, id)


@given(NUMBERS, IDS, IDS, NUMBERS)
def test_a_code_opens_no_other_report(number: str, id: str, other: str, another: str) -> None:
    assume(id != other and number != another)
    code = CODES.code(number, id)
    assert not CODES.opens(code, number, other)
    assert not CODES.opens(code, another, id)
    assert not Codes(b"another key, also 32 bytes long.").opens(code, number, id)


@given(st.data(), NUMBERS, IDS)
def test_one_wrong_character_opens_nothing(data: st.DataObject, number: str, id: str) -> None:
    code = CODES.code(number, id)
    place = data.draw(st.integers(0, len(code) - 1).filter(lambda n: code[n] != "-"))
    wrong = data.draw(st.sampled_from("23456789ABCDEFGHJKMNPQRSTWXYZ").filter(lambda letter: letter != code[place]))
    assert not CODES.opens(code[:place] + wrong + code[place + 1 :], number, id)


@given(st.text() | st.text(string.digits + string.ascii_uppercase + "- ", max_size=30))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    number = CODES.number(typed)
    assert number is None or CODES.number(f"{number}-0000-0000") == number
    assert not CODES.opens(typed, "2026-000001", "6c1f0d4e-6f0b-4d0e-9b69-0a4a3c1f7d55")


@pytest.mark.parametrize(
    "typed",
    ["", "2026-000123", "2026-000123-7QF4", "2026-123-7QF4-K29X", "000123-7QF4-K29X", "2026-000123-7QF4-K29X9-"],
)
def test_what_is_incomplete_or_too_much_is_no_code(typed: str) -> None:
    assert CODES.number(typed) is None


def test_codes_are_spread_evenly() -> None:
    """Forty bits: no letter and no place of it is more likely than another."""
    proofs = [CODES.code("2026-000001", str(n)).replace("-", "")[10:] for n in range(3_200)]
    assert len(set(proofs)) == len(proofs)
    for place in range(8):
        counts = [sum(proof[place] == letter for proof in proofs) for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"]
        assert min(counts) > 50
        assert max(counts) < 160
