"""UndoStep: take a counter's latest step back."""

from services.queue.domain import errors
from services.queue.domain.line import Line
from services.queue.domain.ticket import OVER, Ticket
from services.queue.handlers.lookup import ahead_of, the_counter, the_office
from shared.contracts.queue import TicketEvent, UndoStep
from shared.messaging.work import Work


async def undo_step(command: UndoStep, work: Work) -> list[TicketEvent]:
    """Have counter, ticket and line be as before the step, within ten seconds and while nothing has come of it."""
    office = await the_office(command, work)
    counter = await the_counter(office, command.counter, work)
    if counter.latest is None:
        raise errors.NothingToUndo
    ticket = await work.get(Ticket, counter.latest.ticket)
    if ticket.day != office.day(work.now):
        raise errors.NothingToUndo
    latest = counter.undo(ticket, work.now)
    before = latest.before
    claims = ticket.claim is None and ticket.holder is not None and before.state not in ("missed", *OVER)
    if claims and await work.select(Ticket, {"claim": ticket.holder}, limit=1):
        raise errors.AlreadyWaiting
    line = await work.get(Line, ticket.line)
    home = await work.get(Line, before.line)
    if before.state == "waiting":
        office.service(home.service)  # or nobody would ever call them
    events: list[TicketEvent] = []
    if home is not line:  # a transfer
        events.append(line.take_back(ticket, home, command.counter))
    ahead = await ahead_of(home, before.rank, work) if before.state == "waiting" else 0
    return [*events, home.undo(ticket, before, command.counter, latest.calls, ahead, work.now, work.actor)]
