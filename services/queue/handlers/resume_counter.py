"""ResumeCounter: go on after a pause."""

from services.queue.handlers.lookup import the_counter, the_office
from shared.contracts.queue import CounterResumed, ResumeCounter
from shared.messaging.work import Work


async def resume_counter(command: ResumeCounter, work: Work) -> list[CounterResumed]:
    """End a counter's pause."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    return [counter.resume(office.day(work.now))]
