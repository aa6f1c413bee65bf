"""CheckRequest: look whether a request must be remembered, or is too late."""

from collections.abc import Sequence

from services.reports.handlers.cameras.lookup import the_request
from shared.contracts.reports.cameras import CheckRequest, RequestEvent
from shared.messaging.work import Work


async def check_request(command: CheckRequest, work: Work) -> Sequence[RequestEvent]:
    """Sent by who watches the clock; sent again it finds nothing new."""
    request = await the_request(command, work)
    return request.check(work.now)
