"""WithdrawRequest: the recording is not needed any more."""

from collections.abc import Sequence

from services.reports.handlers.cameras.lookup import the_request
from shared.contracts.reports.cameras import RequestEvent, WithdrawRequest
from shared.messaging.work import Work


async def withdraw_request(command: WithdrawRequest, work: Work) -> Sequence[RequestEvent]:
    """Nobody is reminded of it from now on."""
    request = await the_request(command, work)
    return [request.withdraw(command.reason, work.now, work.actor)]
