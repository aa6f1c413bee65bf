"""What is served of the contracts is what is committed."""

import json

import pytest

from shared.contracts.publish import ASYNCAPI, FOLDER
from shared.contracts.reference import asyncapi_document, schema


def test_documents_are_served_as_they_are_committed() -> None:
    assert asyncapi_document("queue") == (FOLDER / "queue" / ASYNCAPI).read_bytes()
    assert json.loads(schema("queue", "TakeTicket.v1"))["$id"] == "urn:kentongan:schema:queue:TakeTicket:v1"


@pytest.mark.parametrize("label", ["Dance.v1", "../queue/TakeTicket.v1", "*", "", "TakeTicket.v1\0"])
def test_only_what_exists_is_served(label: str) -> None:
    with pytest.raises(KeyError):
        schema("queue", label)
    with pytest.raises(KeyError):
        asyncapi_document(f"../published/{label}")
