"""Personal data and secrets do not leave by the logs, wherever they stand."""

import json
import string
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.redact import HIDDEN, redacted, redacted_text, sensitive

MAC = "q1w2e3r4t5y6u7i8o9p0aA"


@pytest.mark.parametrize(
    "text",
    [
        "call +6281234567890 now",
        "phone=%2B6281234567890&x=1",
        "phone='081234567890'",
        f"GET /queue/t/0f4f7f8a-3f3c-4f36-8c64-2b1c4f0a9e11.{MAC}?lang=en",
        "mongodb://admin:hunter2secret@db:27017/?directConnection=true",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abcdefgh",
        "$argon2id$v=19$m=65536,t=3,p=4$c2FtcGxl$9sTbSlTio3",
        "from sari.kenari+lapor@mail.example.co.id, again",
        "email='sari.kenari@lapor.id'",
        "code 2026-000123-7QF4-K29X",
        "code=2026-000123-7qf4k29x&lang=id",
    ],
)
def test_secrets_are_known_by_their_shape(text: str) -> None:
    told = redacted_text(text)
    assert HIDDEN in told
    for secret in ("81234567890", MAC, "hunter2secret", "eyJhbGciOiJIUzI1NiJ9", "9sTbSlTio3", "kenari", "7QF4", "7qf4"):
        assert secret not in told


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T00:15:30.281000+00:00",
        "6c1f0d4e-6f0b-4d0e-9b69-0a4a3c1f7d55",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "queue.commands.v1/3/1081234567",
        "polres-palu:sim-renewal:2026-03-02",
        "http://127.0.0.1:8000/queue",
        "1+2=3, +62",
        "2026-000123",
        "worker@host",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert redacted_text(text) == text


@pytest.mark.parametrize(
    "name",
    ["phone", "phone_number", "newPassword", "password_hash", "X-CSRF-Token", "Authorization", "link", "Set-Cookie"],
)
def test_fields_are_known_by_their_name(name: str) -> None:
    assert sensitive(name)
    assert redacted({name: "x", "other": {name: ["y"]}}) == {name: HIDDEN, "other": {name: HIDDEN}}


@pytest.mark.parametrize("name", ["linked", "telephone_exchange_id", "topic", "key", "secretary", "timestamp"])
def test_other_names_are_not_taken_for_them(name: str) -> None:
    assert not sensitive(name)


def test_an_absent_secret_is_told_to_be_absent() -> None:
    assert redacted({"phone": None, "password": ""}) == {"phone": None, "password": ""}


def test_everything_becomes_plain_json() -> None:
    @dataclass
    class Person:
        contact: str

    told = redacted({"a": Person("+6281234567890"), "b": (1, {2.5}), "c": b"\xff+6281234567890", 3: True})
    assert "81234567890" not in json.dumps(told)
    assert told["b"] == [1, [2.5]]
    assert told["3"] is True


def test_a_structure_that_holds_itself_ends() -> None:
    endless: dict[str, Any] = {"phone": "+6281234567890"}
    endless["again"] = endless
    assert "81234567890" not in json.dumps(redacted(endless))


@given(
    digits=st.text("0123456789", min_size=7, max_size=14).map(lambda d: "1" + d),
    before=st.text(string.ascii_letters + " :='\"([{,"),
    after=st.text(string.ascii_letters + " :='\")]},.;"),
)
def test_no_international_number_survives_between_other_words(digits: str, before: str, after: str) -> None:
    assert digits not in redacted_text(f"{before}+{digits[:15]}{after}")
