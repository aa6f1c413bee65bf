"""SignOff: work at a counter no more."""

from services.queue.handlers.lookup import the_counter, the_office
from shared.contracts.queue import CounterSignedOff, SignOff
from shared.messaging.work import Work


async def sign_off(command: SignOff, work: Work) -> list[CounterSignedOff]:
    """Leave the counter, which must have nobody."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    return [counter.sign_off(office.day(work.now))]
