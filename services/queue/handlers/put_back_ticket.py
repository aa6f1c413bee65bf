"""PutBackTicket: return a called or missed person to the line."""

from services.queue.domain import errors
from services.queue.domain.line import Line
from services.queue.domain.order import rank_behind
from services.queue.domain.ticket import Ticket
from services.queue.handlers.lookup import ahead_of, first_waiting, the_counter, the_ticket
from shared.contracts.queue import PutBackTicket, TicketPutBack
from shared.messaging.work import Work

REACH = 8
"""How far down the line to look at first: the three who go first, and some who were put back behind them."""


async def put_back_ticket(command: PutBackTicket, work: Work) -> list[TicketPutBack]:
    """Let a person wait again a few places behind the head; a counter that had called them is free again."""
    office, line, ticket = await the_ticket(command, work)
    counter = await the_counter(office, command.counter, work)
    office.service(line.service)  # or nobody would ever call them
    if ticket.state == "called" and ticket.counter != command.counter:
        raise errors.TicketElsewhere(counter=str(ticket.counter))
    if ticket.holder != ticket.claim and await work.select(Ticket, {"claim": ticket.holder}, limit=1):
        raise errors.AlreadyWaiting
    rank = await _rank(line, ticket, work)
    ahead = await ahead_of(line, rank, work)
    counter.remember(ticket, work.now)
    counter.release(ticket)
    return [line.put_back(ticket, rank, ahead, command.counter, work.now, work.actor)]


async def _rank(line: Line, ticket: Ticket, work: Work) -> int:
    """The first free place, looking further only where many were put back before."""
    reach = REACH
    while True:
        waiting = await first_waiting(line, work, reach)
        rank = rank_behind(waiting, ticket.order_number, work.now, line.day, whole=len(waiting) < reach)
        if rank is not None:
            return rank
        reach *= 2
