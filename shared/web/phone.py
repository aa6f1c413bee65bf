"""Telephone numbers as people write them, in the one form that the bus carries (E.164)."""

import re

_SEPARATORS = re.compile(r"[\s().\-/]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
COUNTRY = "+62"
"""A number without a country is an Indonesian one."""


def normal(written: str) -> str | None:
    """`0812-3456-7890` as `+6281234567890`; None where nothing was written. Raises `ValueError`."""
    digits = _SEPARATORS.sub("", written)
    if not digits:
        return None
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"{COUNTRY}{digits[1:]}"
    elif digits.startswith(COUNTRY[1:]):
        digits = f"+{digits}"
    if not _E164.fullmatch(digits):
        raise ValueError("not a telephone number")
    return digits
