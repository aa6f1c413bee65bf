"""What is served of the contracts is what is committed."""

import json

import pytest

from shared.contracts.catalogue import publisher
from shared.contracts.publish import ASYNCAPI, FOLDER
from shared.contracts.reference import MessageEntry, asyncapi_document, contract_page, schema


def _entry(label: str) -> MessageEntry:
    (entry,) = (m for topic in contract_page("queue").topics for m in topic.messages if m.label == label)
    return entry


def test_documents_are_served_as_they_are_committed() -> None:
    assert asyncapi_document("queue") == (FOLDER / "queue" / ASYNCAPI).read_bytes()
    assert json.loads(schema("queue", "TakeTicket.v1"))["$id"] == "urn:kentongan:schema:queue:TakeTicket:v1"


@pytest.mark.parametrize("label", ["Dance.v1", "../queue/TakeTicket.v1", "*", "", "TakeTicket.v1\0"])
def test_only_what_exists_is_served(label: str) -> None:
    with pytest.raises(KeyError):
        schema("queue", label)
    with pytest.raises(KeyError):
        asyncapi_document(f"../published/{label}")


def test_the_page_shows_every_message_under_its_topic() -> None:
    page = contract_page("queue")
    assert [(topic.name, topic.direction) for topic in page.topics] == [
        ("queue.commands.v1", "receive"),
        ("queue.events.v1", "send"),
        ("queue.dead.v1", "send"),
    ]
    shown = [message.type for topic in page.topics for message in topic.messages]
    assert shown == [*(message.type() for message in publisher("queue").messages()), "DeadLetter"]


def test_a_message_is_shown_with_all_that_a_stranger_needs() -> None:
    entry = _entry("TakeTicket.v1")
    assert entry.description.startswith("Join today's line")
    assert entry.classification == "personal"
    assert entry.key
    assert entry.example_key == "polres-palu"
    assert json.loads(entry.example)["phone"] == "+6281234567890"
    assert dict(entry.example_headers)["ce_type"] == entry.type
    phone = next(row for row in entry.fields if row.path == "phone")
    assert (phone.type, phone.required, phone.default) == ("string or null", False, "null")
    assert phone.limits.startswith("matches ")
    headers = {row.path: row.required for row in entry.headers}
    assert headers["ce_id"]
    assert headers["ce_type"]
    assert not headers["ce_time"]


def test_fields_of_parts_follow_their_field_once() -> None:
    rows = {row.path: row for row in _entry("ConfigureOffice.v1").fields}
    assert rows["plan.services"].type == "list of ServicePlan"
    assert rows["plan.services[].hours[].weekday"].depth == 3
    assert rows["plan.services[].procedure.validity"].type == "Text or null"
    assert [path for path in rows if path.endswith("name.en")] == ["plan.name.en"]


def test_a_map_and_an_enum_are_told_in_words() -> None:
    rows = {row.path: row.type for row in _entry("CommandRefused.v1").fields}
    assert rows["details"] == "map to string or integer"
    assert {row.path: row.type for row in _entry("TakeTicket.v1").headers}["ce_specversion"] == '"1.0"'


def test_a_dead_letter_is_shown_with_its_reason() -> None:
    entry = _entry("DeadLetter")
    assert {"dead_reason", "dead_topic"} <= {row.path for row in entry.headers}
    assert entry.fields == ()
    assert entry.example == ""
