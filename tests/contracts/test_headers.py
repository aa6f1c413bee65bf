"""The envelope is described as the readers and writers of the bus treat it."""

from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.golden import Golden, latest
from shared.contracts.headers import DEAD_LETTER_ENVELOPE, whole_headers
from shared.contracts.message import Message
from shared.contracts.queue import TakeTicket, TicketTaken
from shared.messaging import dead
from shared.messaging.envelope import Codec
from shared.messaging.errors import Poison
from tests.contracts.samples import record_of

TAKE, TAKEN = latest("queue")["TakeTicket.v1"], latest("queue")["TicketTaken.v1"]
MESSAGES: dict[str, type[Message]] = {"TakeTicket.v1": TakeTicket, "TicketTaken.v1": TicketTaken}

WRONG = {
    "another version of CloudEvents": {"ce_specversion": "0.3"},
    "no version of CloudEvents": {"ce_specversion": None},
    "no id": {"ce_id": None},
    "an id with a space": {"ce_id": "a b"},
    "an endless id": {"ce_id": "a" * 129},
    "no source": {"ce_source": None},
    "an empty source": {"ce_source": ""},
    "an unknown type": {"ce_type": "kentongan.queue.Dance.v1"},
    "no type": {"ce_type": None},
    "a correlation id with a line break": {"ce_correlationid": "a\nb"},
    "another content type": {"content_type": "text/plain"},
}
RIGHT = {
    "an id of the most characters": {"ce_id": "a" * 64},
    "no trace": {"traceparent": None},
    "an id with a tilde": {"ce_id": "a~b"},
}


def _both(golden: Golden, headers: dict[str, str | None]) -> tuple[bool, bool]:
    """Whether the reader and whether the description accepts the message with these headers."""
    message = MESSAGES[golden.label]
    record = record_of(golden, None, **{k: None if v is None else v.encode() for k, v in headers.items()})
    described = Draft202012Validator(whole_headers(message)).is_valid({n: v.decode() for n, v in record.headers})
    try:
        Codec([message]).decode(record)
    except Poison:
        return False, described
    return True, described


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("golden", [TAKE, TAKEN], ids=["command", "event"])
def test_what_the_reader_refuses_is_described_as_wrong(golden: Golden, headers: dict[str, str | None]) -> None:
    assert _both(golden, headers) == (False, False)


@pytest.mark.parametrize("headers", RIGHT.values(), ids=RIGHT.keys())
@pytest.mark.parametrize("golden", [TAKE, TAKEN], ids=["command", "event"])
def test_what_the_reader_accepts_is_described_as_right(golden: Golden, headers: dict[str, str | None]) -> None:
    assert _both(golden, headers) == (True, True)


def test_a_strangers_command_needs_four_headers_only() -> None:
    fewest = {name: None for name in TAKE.headers if name not in ("ce_id", "ce_source", "ce_specversion", "ce_type")}
    assert _both(TAKE, {name.replace("-", "_"): value for name, value in fewest.items()}) == (True, True)


@pytest.mark.parametrize("actor", ["Citizen", "staff/", "staff/a b", "a/b/c/d"])
def test_an_actor_is_a_path_of_plain_words(actor: str) -> None:
    assert _both(TAKE, {"ce_actor": actor}) == (False, False)


def test_a_dead_letter_keeps_the_headers_and_adds_its_own() -> None:
    record = record_of(TAKE)
    letter = dead.letter(record, "unknown-type: kentongan.queue.Dance.v1", datetime(2026, 3, 2, tzinfo=UTC))
    headers = {name: value.decode() for name, value in dead.write(letter, "queue.dead.v1").headers}
    Draft202012Validator(DEAD_LETTER_ENVELOPE).validate(headers)
    assert headers.keys() == {*TAKE.headers, *DEAD_LETTER_ENVELOPE["required"]}
