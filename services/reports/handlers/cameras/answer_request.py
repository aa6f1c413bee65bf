"""AnswerRequest: write down what the owner says."""

from collections.abc import Sequence

from services.reports.handlers.cameras.lookup import the_request
from shared.contracts.reports.cameras import AnswerRequest, RequestEvent
from shared.messaging.work import Work


async def answer_request(command: AnswerRequest, work: Work) -> Sequence[RequestEvent]:
    """A promise leaves the request open; anything else ends it."""
    request = await the_request(command, work)
    return [request.answer(command.answer, command.note, work.now, work.actor)]
