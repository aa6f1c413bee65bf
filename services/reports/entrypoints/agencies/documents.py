"""What an agency's engineer reads first: the AsyncAPI document of the topics, and the schema of each message."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from shared.contracts.reference import asyncapi_document, schema
from shared.contracts.share import PUBLISHER
from shared.web.problems import problem

router = APIRouter(prefix="/reports/agencies", tags=["agencies"])


@router.get("/asyncapi.json", response_class=Response)
async def asyncapi() -> Response:
    """The topics, as AsyncAPI 3."""
    return Response(asyncapi_document(PUBLISHER), media_type="application/json")


@router.get("/schemas/{label}.json", response_class=Response)
async def message_schema(label: Annotated[str, Path(max_length=80)]) -> Response:
    """One message, as JSON Schema."""
    try:
        return Response(schema(PUBLISHER, label), media_type="application/schema+json")
    except KeyError:
        raise problem(404) from None
