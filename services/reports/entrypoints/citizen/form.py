"""The form of a report: read leniently, complained about field by field, and shown again with all that was written."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from starlette.datastructures import FormData

from services.reports.domain.office import Office
from services.reports.entrypoints.representations import ContactBody, ReportBody
from shared.contracts.reports.base import Place
from shared.contracts.reports.incidents import Answer, Privacy
from shared.contracts.reports.office import Category, Question
from shared.web import phone
from shared.web.i18n import gettext

WORDS_MOST, PLACE_MOST, ANSWER_MOST = 4000, 300, 500
PRIVACIES: tuple[Privacy, ...] = ("confidential", "anonymous", "open")
"""The safest that still lets the desk call back comes first, and is preset."""
FIELDS = (
    "words", "place", "latitude", "longitude", "accuracy", "when", "happened_at", "privacy", "name", "phone", "email",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A form as it was sent."""

    values: Mapping[str, str]
    """Field → what was written, for showing it again. Empty for any other, as are the errors."""
    errors: Mapping[str, str]
    """Field → what is wrong with it."""
    body: ReportBody | None
    """What is filed, where nothing is wrong."""


def answer_field(question: str) -> str:
    """The field of a category's own question."""
    return f"answer.{question}"


def empty_form() -> ReportForm:
    """One that is shown for the first time."""
    return ReportForm(defaultdict(str, privacy=PRIVACIES[0], when="now"), defaultdict(str), None)


def read_form(form: FormData, office: Office, category: Category) -> ReportForm:
    """What a form says."""
    names = (*FIELDS, *(answer_field(question.id) for question in category.questions))
    values = {name: _text(form, name) for name in names}
    if values["privacy"] not in PRIVACIES:
        values["privacy"] = PRIVACIES[0]
    if values["privacy"] == "anonymous":
        values.update(name="", phone="", email="")
    place, happened_at = _place(values), _happened_at(values, office)
    errors = defaultdict(str, _errors(values, category, place, happened_at))
    return ReportForm(values, errors, None if errors else _body(values, office, category, place, happened_at))


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    # A lone surrogate or a NUL can be written by a program only, and kept by nobody.
    plain = value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
    return plain.replace("\r\n", "\n").replace("\0", "").strip()


def _place(values: Mapping[str, str]) -> Place:
    """A position that cannot be one counts as none: a script has written it, not the person."""
    latitude, longitude = _number(values["latitude"], 90), _number(values["longitude"], 180)
    if latitude is None or longitude is None:
        return Place(words=values["place"])
    accuracy = _number(values["accuracy"], 100_000)
    return Place(latitude, longitude, abs(accuracy) if accuracy is not None else None, values["place"])


def _number(written: str, most: float) -> float | None:
    try:
        number = float(written)
    except ValueError:
        return None
    return number if -most <= number <= most else None


def _happened_at(values: Mapping[str, str], office: Office) -> datetime | None:
    """When, by the office's clock; None for just now. Raises nothing: `_errors` complains."""
    if values["when"] != "earlier" or not values["happened_at"]:
        return None
    try:
        written = datetime.fromisoformat(values["happened_at"])
    except ValueError:
        return None
    return written if written.tzinfo else written.replace(tzinfo=ZoneInfo(office.plan.time_zone))


def _errors(
    values: Mapping[str, str], category: Category, place: Place, happened_at: datetime | None
) -> Iterator[tuple[str, str]]:
    if not values["words"]:
        yield "words", gettext("Please write in a few words what happened.")
    elif len(values["words"]) > WORDS_MOST:
        yield "words", gettext("This is too long.")
    if len(values["place"]) > PLACE_MOST:
        yield "place", gettext("This is too long.")
    elif not values["place"] and place.latitude is None:
        yield "place", gettext("Please mark the place on the map or describe it in words.")
    if values["when"] == "earlier" and happened_at is None:
        yield "happened_at", gettext("Please choose day and time.")
    for question in category.questions:
        if wrong := _wrong_answer(question, values[answer_field(question.id)]):
            yield answer_field(question.id), wrong
    if len(values["name"]) > 120:
        yield "name", gettext("This is too long.")
    if not _is_phone(values["phone"]):
        yield "phone", gettext("Please write a telephone number such as 0812 3456 7890, or leave this empty.")
    if values["email"] and not _contact_fits(email=values["email"]):
        yield "email", gettext("Please write a mail address such as nama@example.com, or leave this empty.")


def _wrong_answer(question: Question, value: str) -> str:
    if not value:
        return gettext("This is needed.") if question.required else ""
    if question.kind == "number" and not (value.isascii() and value.isdigit() and len(value) <= 6):
        return gettext("This must be a whole number.")
    return gettext("This is too long.") if len(value) > ANSWER_MOST else ""


def _is_phone(written: str) -> bool:
    try:
        phone.normal(written)
    except ValueError:
        return False
    return True


def _contact_fits(**contact: str) -> bool:
    try:
        ContactBody.model_validate(contact)
    except ValidationError:
        return False
    return True


def _body(
    values: Mapping[str, str], office: Office, category: Category, place: Place, happened_at: datetime | None
) -> ReportBody:
    given = [(question.id, values[answer_field(question.id)]) for question in category.questions]
    return ReportBody(
        office=office.id,
        category=category.id,
        words=values["words"],
        place=place,
        privacy=values["privacy"],
        answers=tuple(Answer(id, value) for id, value in given if value),
        happened_at=happened_at,
        contact=ContactBody(name=values["name"], phone=values["phone"] or None, email=values["email"]),
    )
