"""SignOn: begin to work at a counter."""

from services.queue.handlers.lookup import the_counter, the_office
from shared.contracts.queue import CounterSignedOn, SignOn
from shared.messaging.work import Work


async def sign_on(command: SignOn, work: Work) -> list[CounterSignedOn]:
    """Serve these services from now on; also while somebody is there, who is served to the end."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    return [counter.sign_on(office.counter(command.counter), command.services, office.day(work.now))]
