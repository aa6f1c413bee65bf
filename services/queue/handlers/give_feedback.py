"""GiveFeedback: say how a visit was."""

from collections.abc import Iterator
from datetime import date

from services.queue.domain import errors
from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line
from services.queue.domain.ticket import FEEDBACK_DAYS, Ticket
from services.queue.handlers.lookup import needs_ticket, the_office
from shared.contracts.queue import FeedbackGiven, GiveFeedback
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: GiveFeedback, work: Work) -> Iterator[Ref]:
    """The visit and its line, and what was said of it before."""
    yield from needs_ticket(command, work)
    yield Ref(Feedback, command.ticket)


async def give_feedback(command: GiveFeedback, work: Work) -> list[FeedbackGiven]:
    """Keep score and words of a finished visit, within a week of it."""
    office = await the_office(command, work)
    ticket = await work.find(Ticket, command.ticket)
    if ticket is None or ticket.office != office.id:
        raise errors.TicketUnknown
    today = date.fromisoformat(office.day(work.now))
    if today - date.fromisoformat(ticket.day) > FEEDBACK_DAYS:
        raise errors.TicketExpired(day=ticket.day)
    if ticket.state != "finished":
        raise errors.TicketNotFinished(number=ticket.number, state=ticket.state)
    if await work.find(Feedback, ticket.id) is not None:
        raise errors.FeedbackGiven
    line = await work.get(Line, ticket.line)
    feedback = Feedback(
        ticket.id, office.id, line.service, line.day, ticket.counter, command.score, command.words.strip(), work.now
    )
    work.add(feedback)
    return [line.hear(feedback)]
