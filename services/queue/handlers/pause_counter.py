"""PauseCounter: call nobody for a while."""

from services.queue.handlers.lookup import the_counter, the_office
from shared.contracts.queue import CounterPaused, PauseCounter
from shared.messaging.work import Work


async def pause_counter(command: PauseCounter, work: Work) -> list[CounterPaused]:
    """Begin a pause at a counter, which must have nobody."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    return [counter.pause(office.day(work.now))]
