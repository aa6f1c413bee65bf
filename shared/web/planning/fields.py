"""Fields of the configuration's forms, and how what was written in them is read.

Whatever somebody writes is either a value or an error at its field, in words for who wrote it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Literal, TypeVar

from shared.contracts.fields import Text
from shared.web.i18n import gettext

T = TypeVar("T")
Written = Mapping[str, Sequence[str]]
"""What stands in a form: name → values, of which most fields have one."""
TEXT_MOST = 2000


@dataclass(frozen=True, slots=True)
class Field:
    """One field. A name in a form, a label in the reader's language."""

    name: str
    label: str
    kind: Literal["text", "area", "number", "time", "date", "select", "choices"] = "text"
    hint: str = ""
    optional: bool = False
    options: tuple[tuple[str, str], ...] = ()
    """Of a selection: value and words."""
    least: int | None = None
    most: int | None = None
    step: str = "1"


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together."""

    legend: str
    fields: tuple[Field, ...]
    hint: str = ""
    compact: bool = False
    """Whether they stand in one row where there is room."""


class Wrong(Exception):
    """Some fields cannot be read. Names each with what is wrong."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class Reader:
    """Reads the fields of one form and gathers what is wrong with them."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self.errors: dict[str, str] = {}

    def text(self, name: str, *, optional: bool = False, most: int = TEXT_MOST) -> str:
        """A line, or lines, without what surrounds them."""
        value = "\n".join(line.rstrip() for line in self._one(name).replace("\r\n", "\n").strip().split("\n"))
        if not value and not optional:
            self.errors[name] = gettext("This is needed.")
        if len(value) > most:
            self.errors[name] = gettext("This is too long.")
        return value

    def both(self, name: str) -> Text:
        """A text in both languages; English may be left out, Indonesian is shown then."""
        return Text(self.text(f"{name}_id"), self.text(f"{name}_en", optional=True))

    def lines(self, name: str) -> tuple[Text, ...]:
        """One text a line, in both languages: the lines belong together by their order."""
        here, there = ([line.strip() for line in self._one(f"{name}_{code}").splitlines()] for code in ("id", "en"))
        here, there = [line for line in here if line], [line for line in there if line]
        if there and len(here) != len(there):
            told = gettext("There are %(id)d lines in Indonesian and %(en)d in English. Each needs its counterpart.")
            self.errors[f"{name}_en"] = told % {"id": len(here), "en": len(there)}
        if any(len(line) > TEXT_MOST for line in (*here, *there)):
            self.errors[f"{name}_id"] = gettext("This is too long.")
        there += [""] * (len(here) - len(there))
        return tuple(Text(*pair) for pair in zip(here, there, strict=False))

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number."""
        return int(self._number(name, int, least, most))

    def decimal(self, name: str, least: float, most: float) -> float:
        """A number that may have a fraction, by comma or by point."""
        return self._number(name, lambda value: float(value.replace(",", ".")), least, most)

    def maybe_number(self, name: str, least: int, most: int) -> int | None:
        """A whole number, or nothing."""
        return self.number(name, least, most) if self._one(name).strip() else None

    def moment(self, name: str) -> time | None:
        """A time of day, or nothing."""
        return self._parsed(name, time.fromisoformat, gettext("Please write a time such as 08:00."))

    def day(self, name: str) -> date | None:
        """A day, or nothing."""
        return self._parsed(name, date.fromisoformat, gettext("Please write a day such as 2026-08-17."))

    def chosen(self, name: str, options: Sequence[str]) -> tuple[str, ...]:
        """What was ticked, in the order of the options."""
        return tuple(option for option in options if option in self._written.get(name, ()))

    def has(self, name: str) -> bool:
        """Whether anything is written."""
        return bool(self._one(name).strip())

    def done(self) -> None:
        """Raises `Wrong` where anything is."""
        if self.errors:
            raise Wrong(self.errors)

    def _one(self, name: str) -> str:
        values = self._written.get(name) or ("",)
        return values[0]

    def _number(self, name: str, read: Callable[[str], float], least: float, most: float) -> float:
        value = self._parsed(name, read, gettext("This must be a number."))
        if value is None:
            self.errors.setdefault(name, gettext("This is needed."))
            return least
        if not least <= value <= most:
            told = gettext("From %(least)s to %(most)s.")
            self.errors[name] = told % {"least": f"{least:g}", "most": f"{most:g}"}
            return least
        return value

    def _parsed(self, name: str, read: Callable[[str], T], wrong: str) -> T | None:
        value = self._one(name).strip()
        if not value:
            return None
        try:
            return read(value)
        except ValueError:
            self.errors[name] = wrong
            return None


def one(value: object) -> tuple[str]:
    """A value as it stands in a field."""
    return ("" if value is None else str(value),)


def both_fields(name: str, label: str, *, kind: Literal["text", "area"] = "text", hint: str = "") -> tuple[Field, ...]:
    """A text's two fields."""
    return (
        Field(f"{name}_id", gettext("%(what)s, in Indonesian") % {"what": label}, kind, hint),
        Field(f"{name}_en", gettext("%(what)s, in English") % {"what": label}, kind, optional=True),
    )


def both_written(name: str, text: Text | None) -> dict[str, tuple[str]]:
    """What stands in them."""
    return {f"{name}_id": one(text.id if text else ""), f"{name}_en": one(text.en if text else "")}
